"""Addresses of agreements."""

from django.urls import path

from lianban.apps.agreements import views

app_name = "agreements"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/clauses/<slug:clause>/", views.clause, name="clause"),
    path("<int:pk>/clauses/<slug:clause>/preview/", views.preview, name="preview"),
    path("<int:pk>/clauses/<slug:clause>/open/", views.leave_open, name="leave_open"),
    path("<int:pk>/propose/", views.propose, name="propose"),
    path("<int:pk>/background/", views.background, name="background"),
    path("<int:pk>/background/<int:line>/strike/", views.strike, name="strike"),
    path("<int:pk>/issue/", views.issue, name="issue"),
    path("<int:pk>/revise/", views.revise, name="revise"),
    path("<int:pk>/sign/<int:organisation>/", views.sign, name="sign"),
    path("<int:pk>/end/", views.end, name="end"),
    path("<int:pk>/word/", views.word, name="word"),
    path("<int:pk>/versions/<int:number>/word/", views.word, name="word_of_version"),
    path("<int:pk>/versions/<int:number>/", views.version, name="version"),
]
