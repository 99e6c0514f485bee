"""Addresses of consortia."""

from django.urls import path

from lianban.apps.consortia import views

app_name = "consortia"
urlpatterns = [
    path("", views.listing, name="list"),
    path("propose/<str:chain>/", views.propose, name="propose"),
    path("points/<str:chain>/<path:product>/", views.for_product, name="for_product"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/members/", views.members, name="members"),
    path("<int:pk>/topics/", views.topics, name="topics"),
    path("<int:pk>/council/", views.council, name="council"),
    path("<int:pk>/money/", views.money, name="money"),
    path("<int:pk>/benefits/", views.benefits, name="benefits"),
    path("<int:pk>/evaluation/", views.evaluation, name="evaluation"),
    path("<int:pk>/scorecard/", views.scorecard, name="scorecard"),
    path("<int:pk>/lists/", views.lists, name="lists"),
    path("<int:pk>/lists/<int:challenge>/", views.answer, name="answer"),
    path("<int:pk>/do/<slug:deed>/", views.act, name="act"),
    path("<int:pk>/do/<slug:deed>/<int:row>/", views.act, name="act_on"),
]
