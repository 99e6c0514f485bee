"""Addresses of the atlas."""

from django.urls import path

from lianban.apps.atlas import views

app_name = "atlas"
urlpatterns = [
    path("", views.chains, name="chains"),
    path("<str:chain>/", views.chain, name="chain"),
    path("<str:chain>/products/", views.products, name="products"),
    path("<str:chain>/products/<path:code>/", views.product, name="product"),
    path("<str:chain>/segments/<path:code>/", views.segment, name="segment"),
    path("<str:chain>/organisations/", views.organisations, name="organisations"),
    path("<str:chain>/organisations/<path:code>/", views.organisation, name="organisation"),
    path("<str:chain>/demands/", views.demands, name="demands"),
    path("<str:chain>/sources/", views.sources, name="sources"),
]
