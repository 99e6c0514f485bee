"""Addresses of upkeep."""

from django.urls import path

from lianban.apps.upkeep import views

app_name = "upkeep"
urlpatterns = [
    path("", views.chains, name="chains"),
    path("mine/", views.mine, name="mine"),
    path("mine/<str:chain>/confirm/", views.confirm_own, name="confirm_own"),
    path("mine/<str:chain>/<str:table>/<path:code>/", views.correct, name="correct"),
    path("corrections/", views.corrections, name="corrections"),
    path("corrections/<int:pk>/", views.correction, name="correction"),
    path("corrections/<int:pk>/<str:verb>/", views.decide, name="decide"),
    path("questionnaires/<int:pk>/", views.questionnaire, name="questionnaire"),
    path("questionnaires/<int:pk>/close/", views.close, name="close"),
    path("q/<str:word>/", views.answer, name="answer"),
    path("merges/", views.merges, name="merges"),
    path("merges/<int:pk>/apart/", views.take_apart, name="take_apart"),
    path("<str:chain>/", views.ages, name="ages"),
    path("<str:chain>/confirm/", views.confirm, name="confirm"),
    path("<str:chain>/facts/<str:table>/", views.facts, name="facts"),
    path("<str:chain>/doubts/", views.doubts, name="doubts"),
    path("<str:chain>/burden/", views.burden, name="burden"),
    path("<str:chain>/questionnaires/", views.questionnaires, name="questionnaires"),
    path("<str:chain>/around/<str:kind>/<path:code>/", views.around, name="around"),
]
