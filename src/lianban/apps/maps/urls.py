"""Addresses of maps, each under its chain."""

from django.urls import path

from lianban.apps.maps import views

app_name = "maps"
urlpatterns = [
    path("<str:chain>/map/", views.show, name="map"),
    path("<str:chain>/map.svg", views.download, name="svg"),
]
