from django.db import migrations

from lianban.kit.dblaws import append_only


class Migration(migrations.Migration):
    dependencies = [("agreements", "0001_agreements")]
    operations = [append_only("agreements_version"), append_only("agreements_signature")]
