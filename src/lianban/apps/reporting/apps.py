"""Reporting (报表视图): read-only views with stable names and columns, for BI tools that read the database itself."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_migrate, pre_migrate

from lianban.kit import mechanisms


class ReportingConfig(mechanisms.Mechanism):
    name = "lianban.apps.reporting"

    def ready(self) -> None:
        """Views stand in the way of changing tables: Django says before and after a migration when they go and come."""
        first = apps.get_app_config("atlas")  # told once a migration; an app without tables of its own is not told
        pre_migrate.connect(_before, sender=first, dispatch_uid="reporting.drop")
        post_migrate.connect(_after, sender=first, dispatch_uid="reporting.make")


def _before(using: str, plan: Any = (), **_: Any) -> None:
    from lianban.apps.reporting import services

    if plan:
        services.drop(using=using)


def _after(using: str, plan: Any = (), **_: Any) -> None:
    from lianban.apps.reporting import services

    if plan:  # flushing between tests says so too, and changes no table
        services.make(using=using)
