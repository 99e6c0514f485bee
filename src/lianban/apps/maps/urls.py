"""Addresses of maps, each under its chain."""

from django.urls import path

from lianban.apps.maps import views

app_name = "maps"
urlpatterns = [
    path("<str:chain>/map/", views.show, name="map"),
    path("<str:chain>/map.svg", views.download, name="svg"),
    path("<str:chain>/map/compare/", views.compare, name="compare"),
    path("<str:chain>/map/compare.svg", views.compare_picture, name="compare_svg"),
    path("<str:chain>/regions/", views.regions, name="regions"),
    path("<str:chain>/regions.svg", views.regions_picture, name="regions_svg"),
    path("<str:chain>/regions/base-map/", views.load_base_map, name="load_base_map"),
    path("<str:chain>/regions/base-map/<int:pk>/withdraw/", views.withdraw_base_map, name="withdraw_base_map"),
]
