import django.db.models.deletion
from django.db import migrations, models

from lianban.kit import dblaws, fulltext


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("atlas", "0001_initial"),
    ]

    operations = [
        dblaws.Together(
            migrations.CreateModel(
                name="Indexed",
                fields=[
                    (
                        "chain",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            primary_key=True,
                            related_name="+",
                            serialize=False,
                            to="atlas.chain",
                        ),
                    ),
                    ("stamp", models.PositiveBigIntegerField()),
                    ("at", models.DateTimeField()),
                ],
            ),
            migrations.CreateModel(
                name="Findable",
                fields=[
                    (
                        "id",
                        models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[("o", "organisations"), ("p", "products"), ("d", "demands"), ("s", "segments")],
                            max_length=1,
                        ),
                    ),
                    ("row", models.BigIntegerField()),
                    ("alias", models.BigIntegerField(default=0)),
                    (
                        "digest",
                        models.BigIntegerField(
                            help_text="of its names and class: another one means it is indexed anew"
                        ),
                    ),
                    ("tokens", models.TextField()),
                    (
                        "chain",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE, related_name="+", to="atlas.chain"
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("chain", "kind", "row", "alias"), name="findable_once")
                    ],
                },
            ),
        ),
        fulltext.FullText("search_findable", "tokens"),
    ]
