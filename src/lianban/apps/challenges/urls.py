"""Addresses of challenges."""

from django.urls import path

from lianban.apps.challenges import views

app_name = "challenges"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", views.new, name="new"),
    path("draft/<str:chain>/<path:product>/", views.draft, name="draft"),
    path("of/<str:chain>/<path:product>/", views.for_product, name="for_product"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/write/", views.write, name="write"),
    path("<int:pk>/versions/<int:number>/", views.version, name="version"),
    path("<int:pk>/answer/", views.answer, name="answer"),
    path("<int:pk>/answer/<int:organisation>/withdraw/", views.withdraw_answer, name="withdraw_answer"),
    path("<int:pk>/answers/<int:item>/", views.show_answer, name="show_answer"),
    path("<int:pk>/answers/<int:item>/files/<int:place>/", views.attachment, name="attachment"),
    path("<int:pk>/do/<slug:verb>/", views.do, name="do"),
    path("<int:pk>/do/<slug:verb>/<int:item>/", views.do, name="do_to"),
]
