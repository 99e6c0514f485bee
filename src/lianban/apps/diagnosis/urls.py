"""Addresses of the diagnosis."""

from django.urls import path

from lianban.apps.diagnosis import views

app_name = "diagnosis"
urlpatterns = [
    path("", views.home, name="home"),
]
