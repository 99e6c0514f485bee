"""Addresses of imports."""

from django.urls import path

from lianban.apps.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.listing, name="listing"),
    path("new/", views.bring, name="bring"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/names/", views.names, name="names"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/drop/", views.drop, name="drop"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/results/", views.results, name="results"),
]
