from django.db import migrations

from lianban.kit.dblaws import append_only


class Migration(migrations.Migration):
    dependencies = [("sealing", "0001_initial")]
    operations = [append_only("sealing_opened_answer"), append_only("sealing_opened_file")]
