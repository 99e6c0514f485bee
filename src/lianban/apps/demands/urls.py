"""Addresses of demands and answers."""

from django.urls import path

from lianban.apps.demands import views

app_name = "demands"
urlpatterns = [
    path("", views.listing, name="list"),
    path("serve/", views.serve, name="serve"),
    path("new/", views.choose_chain, name="new"),
    path("new/<str:chain>/", views.new, name="new_in"),
    path("answers/<int:pk>/withdraw/", views.withdraw_answer, name="withdraw_answer"),
    path("<int:pk>/", views.show, name="show"),
    path("<int:pk>/mend/", views.mend, name="mend"),
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/return/", views.send_back, name="return"),
    path("<int:pk>/list/", views.put_on_list, name="put_on_list"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/met/", views.confirm_met, name="met"),
    path("<int:pk>/can-do/", views.answer_demand, name="answer"),
    path("<str:chain>/<path:product>/answers/", views.answers, name="answers"),
    path("<str:chain>/<path:product>/can-do/", views.answer_product, name="answer_product"),
]
