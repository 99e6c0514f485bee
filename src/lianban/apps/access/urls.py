"""Addresses of one's own tokens."""

from django.urls import path

from lianban.apps.access import views

app_name = "access"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.revoke, name="revoke"),
]
