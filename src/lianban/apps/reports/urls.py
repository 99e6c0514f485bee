"""Addresses of export files, each under its chain."""

from django.urls import path

from lianban.apps.reports import views

app_name = "reports"
urlpatterns = [
    path("<str:chain>/files/", views.listing, name="list"),
    path("<str:chain>/files/ask/", views.ask, name="ask"),
    path("<str:chain>/files/<int:pk>/", views.download, name="download"),
]
