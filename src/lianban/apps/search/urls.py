"""Addresses of the search."""

from django.urls import path

from lianban.apps.search import views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path("codes/", views.codes, name="codes"),
    path("names/<str:chain>/<int:pk>/<path:code>/drop/", views.drop_name, name="drop_name"),
    path("names/<str:chain>/<path:code>/", views.names, name="names"),
    path("codes/<str:chain>/<path:code>/", views.codes_of, name="codes_of"),
]
