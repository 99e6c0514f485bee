"""Addresses of sealing."""

from django.urls import path

from lianban.apps.sealing import views

app_name = "sealing"
urlpatterns = [path("<int:pk>/", views.box, name="box")]
