"""The site as an app, for its templates, its tags and its static files."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from lianban.kit.arrays import quick_arrays


class SiteConfig(AppConfig):
    name = "lianban.site"
    label = "site"

    def ready(self) -> None:
        connection_created.connect(quick_arrays, dispatch_uid="lianban.arrays")
