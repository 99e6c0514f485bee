from django.db import migrations

from lianban.kit.dblaws import append_only


class Migration(migrations.Migration):
    dependencies = [("diagnosis", "0001_initial")]
    operations = [append_only("diagnosis_step")]
