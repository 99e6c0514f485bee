"""Addresses of the atlas."""

from django.urls import path

from lianban.apps.atlas.views import beginning, changes, pages, rows

app_name = "atlas"
urlpatterns = [
    path("", pages.chains, name="chains"),
    path("begin/", beginning.begin, name="begin"),
    path("<str:chain>/", pages.chain, name="chain"),
    path("<str:chain>/products/", pages.products, name="products"),
    path("<str:chain>/products/<path:code>/", pages.product, name="product"),
    path("<str:chain>/segments/<path:code>/", pages.segment, name="segment"),
    path("<str:chain>/organisations/", pages.organisations, name="organisations"),
    path("<str:chain>/organisations/<path:code>/", pages.organisation, name="organisation"),
    path("<str:chain>/demands/", pages.demands, name="demands"),
    path("<str:chain>/sources/", pages.sources, name="sources"),
    path("<str:chain>/changes/", changes.listing, name="changes"),
    path("<str:chain>/changes/<int:number>/", changes.show, name="change"),
    path("<str:chain>/changes/<int:number>/undo/", changes.undo, name="undo"),
    path("<str:chain>/rows/<str:table>/", rows.listing, name="rows"),
    path("<str:chain>/rows/<str:table>/new/", rows.new, name="row_new"),
    path("<str:chain>/rows/<str:table>/edit/<path:code>/", rows.edit, name="row_edit"),
    path("<str:chain>/rows/<str:table>/delete/<path:code>/", rows.delete, name="row_delete"),
    path("<str:chain>/rows/<str:table>/<path:code>/", rows.history, name="row"),
]
