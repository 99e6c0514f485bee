"""Addresses of lists, each under its chain."""

from django.urls import path

from lianban.apps.lists import views

app_name = "lists"
urlpatterns = [
    path("<str:chain>/", views.registry, name="registry"),
    path("<str:chain>/<slug:key>/", views.show, name="list"),
    path("<str:chain>/<slug:key>/publish/", views.publish, name="publish"),
    path("<str:chain>/<slug:key>/compare/", views.compare, name="compare"),
    path("<str:chain>/<slug:key>/v<int:version>/", views.version, name="version"),
]
