"""Addresses of sealing."""

from django.urls import path

from lianban.apps.sealing import views

app_name = "sealing"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("how/", views.how, name="how"),
    path("passphrase/", views.passphrase, name="passphrase"),
    path("<int:pk>/", views.box, name="box"),
    path("<int:pk>/give/", views.give, name="give"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/void/", views.void, name="void"),
    path("<int:pk>/record/", views.record, name="record"),
    path("<int:pk>/receipt/", views.receipt, name="receipt"),
    path("<int:pk>/withdraw/<int:organisation>/", views.withdraw, name="withdraw"),
]
