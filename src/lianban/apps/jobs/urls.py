"""Addresses of jobs."""

from django.urls import path

from lianban.apps.jobs import views

app_name = "jobs"
urlpatterns = [
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
