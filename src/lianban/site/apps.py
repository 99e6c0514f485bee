"""The site as an app, for its templates, its tags and its static files."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "lianban.site"
    label = "site"
