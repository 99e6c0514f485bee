"""Addresses of the diagnosis."""

from django.urls import path

from lianban.apps.diagnosis import views

app_name = "diagnosis"
urlpatterns = [
    path("", views.home, name="home"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<str:code>/", views.indicator, name="indicator"),
    path("<str:chain>/", views.listing, name="listing"),
    path("<str:chain>/run/", views.ask_run, name="ask_run"),
    path("<str:chain>/runs/", views.runs, name="runs"),
    path("<str:chain>/what-if/", views.what_if, name="what_if"),
    path("<str:chain>/what-if/ask/", views.ask_what_if, name="ask_what_if"),
    path("<str:chain>/what-if/keep/", views.keep_scenario, name="keep_scenario"),
    path("<str:chain>/scenario-sets/", views.scenario_sets, name="scenario_sets"),
    path("<str:chain>/scenario-sets/copy/", views.copy_set, name="copy_set"),
    path("<str:chain>/scenario-sets/<int:pk>/", views.scenario_set, name="scenario_set"),
    path("<str:chain>/scenario-sets/<int:pk>/drop/<int:place>/", views.drop_scenario, name="drop_scenario"),
    path("<str:chain>/studies/ask/", views.ask_study, name="ask_study"),
    path("<str:chain>/studies/<int:number>/", views.study, name="study"),
    path("<str:chain>/compare/", views.compare, name="compare"),
    path("<str:chain>/organisations/<str:code>/", views.organisation, name="organisation"),
    path("<str:chain>/points/<str:product>/", views.point, name="point"),
    path("<str:chain>/points/<str:product>/missing/", views.missing, name="missing"),
    path("<str:chain>/points/<str:product>/describe/", views.describe, name="describe"),
    path("<str:chain>/points/<str:product>/raise/", views.raise_point, name="raise"),
    path("<str:chain>/points/<str:product>/do/<str:verb>/", views.do, name="do"),
]
