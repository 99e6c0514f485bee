"""Addresses of the desk."""

from django.urls import path

from lianban.apps.cases import views

app_name = "cases"
urlpatterns = [
    path("", views.home, name="home"),
    path("waiting/", views.waiting, name="waiting"),
    path("waiting/calendar/", views.make_calendar, name="make_calendar"),
    path("waiting/calendar/revoke/", views.revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:token>.ics", views.calendar, name="calendar"),
    path("reports/", views.reports, name="reports"),
    path("reports/<str:chain>/", views.report, name="report"),
    path("reports/<str:chain>/issue/", views.issue, name="issue"),
    path("reports/<str:chain>/<int:number>/", views.issued, name="issued"),
    path("instructions/", views.instructions, name="instructions"),
    path("instructions/new/<str:chain>/", views.instruct, name="instruct"),
    path("instructions/<int:pk>/", views.instruction, name="instruction"),
    path("instructions/<int:pk>/<str:verb>/", views.step, name="step"),
    path("minutes/<str:chain>/", views.minutes, name="minutes"),
    path("timeline/<str:chain>/<path:product>/", views.timeline, name="timeline"),
]
