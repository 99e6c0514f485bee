"""Addresses of reviews: random keys only, so that an address tells neither when nor how many."""

from django.urls import path

from lianban.apps.review import views

app_name = "review"
urlpatterns = [
    path("", views.panels, name="panels"),
    path("mine/", views.mine, name="mine"),
    path("pool/", views.pool, name="pool"),
    path("pool/<str:key>/", views.expert, name="expert"),
    path("pool/<str:key>/engage/", views.engage, name="engage"),
    path("pool/<str:key>/engagements/<int:pk>/end/", views.end_engagement, name="end_engagement"),
    path("pool/<str:key>/bars/<int:pk>/lift/", views.lift_bar, name="lift_bar"),
    path("pool/<str:key>/bar/", views.bar, name="bar"),
    path("pool/<str:key>/dismiss/", views.dismiss, name="dismiss"),
    path("panels/<str:key>/", views.panel, name="panel"),
    path("panels/<str:key>/preview/", views.preview, name="preview"),
    path("panels/<str:key>/results/", views.results, name="results"),
    path("panels/<str:key>/draws/<int:number>/", views.draw_record, name="draw_record"),
    path("panels/<str:key>/do/<str:verb>/", views.step, name="step"),
    path("panels/<str:key>/appoint/", views.appoint, name="appoint"),
    path("panels/<str:key>/hits/<int:pk>/<str:verb>/", views.decide, name="decide"),
    path("panels/<str:key>/seats/<int:number>/<str:verb>/", views.at_seat, name="at_seat"),
    path("panels/<str:key>/items/<str:code>/feedback/", views.feedback, name="feedback"),
    path("seats/<str:key>/", views.seat, name="seat"),
    path("seats/<str:key>/declare/", views.declare, name="declare"),
    path("seats/<str:key>/reasons/", views.reasons, name="reasons"),
    path("seats/<str:key>/items/<str:code>/", views.item, name="item"),
]
