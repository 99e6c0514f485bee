from django.db import migrations

from lianban.kit.dblaws import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_ledger")]
    operations = [
        append_only("ledger_account"),
        append_only("ledger_entryset"),
        append_only("ledger_movement"),
        append_only("ledger_hold"),
        append_only("ledger_holdstep"),
    ]
