"""Addresses of saved views: short, and permanent."""

from django.urls import path

from lianban.apps.saved import views

app_name = "saved"
urlpatterns = [
    path("", views.views, name="views"),
    path("new/", views.new, name="new"),
    path("<slug:code>/", views.open_view, name="open"),
    path("<slug:code>/change/", views.change, name="change"),
    path("<slug:code>/drop/", views.drop, name="drop"),
]
