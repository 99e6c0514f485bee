"""Addresses: each mechanism under its own prefix, found from the folder."""

from django.conf import settings
from django.urls import include, path
from django.utils.module_loading import module_has_submodule

from lianban.kit.mechanisms import mechanisms
from lianban.site import views
from lianban.site.api import api

handler404 = "lianban.site.views.not_found"
handler500 = "lianban.site.views.broken"
urlpatterns = [
    path("language/", views.choose_language, name="language"),
    path("gallery/", views.gallery, name="gallery"),
    path("api/v1/", api.urls),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
    *(
        path(config.prefix if config.prefix != "/" else "", include(f"{config.name}.urls"))
        for config in mechanisms()
        if module_has_submodule(config.module, "urls")
    ),
]
if not any(config.prefix == "/" for config in mechanisms()):
    urlpatterns.append(path("", views.gallery, name="home"))
assert __name__ == settings.ROOT_URLCONF
