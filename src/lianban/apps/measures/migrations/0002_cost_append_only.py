from django.db import migrations

from lianban.kit.dblaws import append_only


class Migration(migrations.Migration):
    dependencies = [("measures", "0001_action_cost")]
    operations = [append_only("measures_action_cost")]
