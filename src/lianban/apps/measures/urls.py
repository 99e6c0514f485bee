"""Addresses of the measures."""

from django.urls import path

from lianban.apps.measures import views

app_name = "measures"
urlpatterns = [
    path("<str:chain>/", views.listing, name="list"),
    path("<str:chain>/find/", views.find, name="find"),
    path("<str:chain>/weigh/", views.weigh, name="weigh"),
    path("<str:chain>/portfolios/<int:number>/", views.portfolio, name="portfolio"),
    path("<str:chain>/costs/<path:action>/", views.cost, name="cost"),
    path("<str:chain>/withdraw/<path:action>/", views.withdraw, name="withdraw"),
    path("<str:chain>/points/<path:product>/", views.for_product, name="for_product"),
]
