"""Addresses of jobs."""

from django.urls import path

from lianban.apps.jobs import views

app_name = "jobs"
urlpatterns = [
    path("lists/", views.list_later, name="list_later"),
    path("lists/<int:pk>/", views.list_file, name="list_file"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
