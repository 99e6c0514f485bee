"""Addresses of the ledger."""

from django.urls import path

from lianban.apps.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.listing, name="list"),
    path("accounts/<path:code>/", views.account, name="account"),
    path("of/<path:subject>/", views.subject, name="subject"),
]
