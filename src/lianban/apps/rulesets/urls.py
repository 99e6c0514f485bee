"""Addresses of rule sets."""

from django.urls import path

from lianban.apps.rulesets import views

app_name = "rulesets"
urlpatterns = [
    path("", views.home, name="home"),
    path("put-in-force/", views.put_in_force, name="put_in_force"),
    path("packs/<str:name>/", views.pack, name="pack"),
]
