from django.db import migrations

from lianban.kit.dblaws import append_only


class Migration(migrations.Migration):
    dependencies = [("challenges", "0001_challenges")]

    operations = [append_only("challenges_posted_version"), append_only("challenges_step_record")]
