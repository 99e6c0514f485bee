"""Addresses of reviews."""

app_name = "review"
urlpatterns: list = []
