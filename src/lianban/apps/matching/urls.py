"""Addresses of matching."""

from django.urls import path

from lianban.apps.matching import views

app_name = "matching"
urlpatterns = [
    path("<str:chain>/", views.listing, name="list"),
    path("<str:chain>/who/", views.who, name="who"),
    path("<str:chain>/draft/", views.draft, name="draft"),
    path("<str:chain>/points/<path:product>/", views.for_product, name="for_product"),
    path("<str:chain>/teams/<int:pk>/", views.show, name="show"),
    path("<str:chain>/teams/<int:pk>/change/", views.change, name="change"),
    path("<str:chain>/teams/<int:pk>/solve/", views.solve, name="solve"),
    path("<str:chain>/teams/<int:pk>/candidates/<str:code>/", views.candidate, name="candidate"),
]
