"""Addresses of signing in and out."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from lianban.apps.parties import views

app_name = "parties"
urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("me/", views.me, name="me"),
    path("", views.people, name="people"),
    path("ties/", views.ties, name="ties"),
    path("ties/<int:pk>/end/", views.end_tie, name="end_tie"),
    path("roles/<int:pk>/end/", views.end_role, name="end_role"),
]
