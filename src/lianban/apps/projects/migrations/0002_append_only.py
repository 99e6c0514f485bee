from django.db import migrations

from lianban.kit.dblaws import append_only

TABLES = ("projects_test_report", "projects_stage_decision", "projects_payment", "projects_conclusion", "projects_order")


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [append_only(table) for table in TABLES]
