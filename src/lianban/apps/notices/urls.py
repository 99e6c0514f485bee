"""Addresses of notices."""

from django.urls import path

from lianban.apps.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.listing, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("address/", views.address, name="address"),
    path("<int:pk>/", views.open_notice, name="open"),
]
