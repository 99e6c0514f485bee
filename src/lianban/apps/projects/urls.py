"""Addresses of projects."""

from django.urls import path

from lianban.apps.projects import views

app_name = "projects"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/do/<slug:verb>/", views.do, name="do"),
    path("<int:pk>/do/<slug:verb>/<int:item>/", views.do, name="do_to"),
    path("of/<str:chain>/<path:product>/", views.for_product, name="for_product"),
]
