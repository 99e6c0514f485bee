"""What every page knows: the menu for this reader, the language switch, the banner."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lianban import __version__
from lianban.apps.notices import queries as notices
from lianban.apps.saved import queries as saved
from lianban.kit.mechanisms import GROUPS, menu
from lianban.kit.text import say


def _grouped(entries: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    """Entries in their order, those of a heading gathered under it at the end; a heading of one is no heading."""
    line = [entry for entry in entries if not entry["group"]]
    for key, name in GROUPS.items():
        inside = [entry for entry in entries if entry["group"] == key]
        if len(inside) == 1:
            line += inside
        elif inside:
            line.append({"name": say(name, language), "entries": inside, "here": any(one["here"] for one in inside)})
    return line


def everywhere(request: HttpRequest) -> dict[str, Any]:
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    who = getattr(request, "actor", None)
    entries: list[dict[str, Any]] = [
        {
            "name": say(entry.name, language),
            "url": reverse(entry.url),
            "here": request.path.startswith(reverse(entry.url)),
            "group": entry.group,
        }
        for entry in menu()
        if who is not None and (not entry.deed or who.may(entry.deed))
    ]
    # The longest address that fits is the current one, so that / does not light up everywhere.
    fitting = [entry for entry in entries if entry["here"]]
    longest = max((len(entry["url"]) for entry in fitting), default=0)
    for entry in entries:
        entry["here"] = entry["here"] and len(entry["url"]) == longest and (entry["url"] != "/" or request.path == "/")
    return {
        "actor": who,
        "menu": _grouped(entries, language),
        "unread_notices": SimpleLazyObject(lambda: notices.n_unread(who)) if who is not None else 0,
        # Under which saved view the page was opened; asked for only where the address says so.
        "opened_view": SimpleLazyObject(lambda: saved.opened(who, request.GET.get("saved", "")[:20]))
        if who is not None and request.GET.get("saved")
        else None,
        "language": "en" if language.startswith("en") else "zh",
        "other_language": ("zh-hans", "中文") if language.startswith("en") else ("en", "English"),
        "no_state_secrets": say(settings.NO_STATE_SECRETS, language),
        "demo": settings.DEMO,
        "version": __version__,
    }
