"""Mechanisms (机制): what the site must know of an app: its address, its menu entry, who may do what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import Error, register
from django.utils.module_loading import import_string, module_has_submodule

from lianban.kit.text import Text

GROUPS = {
    "work": Text("协同", "Joint work"),
    "office": Text("办公", "Office"),
}  # headings that open: one line holds the menu


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the main menu: its words, the name of its url, its place, who sees it, under which heading."""

    name: Text
    url: str
    place: int
    deed: str = ""  # shown only to those who may do this; empty = everyone
    group: str = ""  # key of GROUPS; empty = stands in the line itself


class Mechanism(AppConfig):
    """An app of the platform. Give ``prefix`` (its address; "/" for the root), ``menu``, ``deeds`` and ``works``.

    ``commands`` are pages that no menu shows but the search box offers: a form to fill in, a list of one's own.
    ``hears`` maps what an app below tells ("atlas.changed") to the dotted path of the function called then, in the same
    transaction: how a lower app lets a higher one know without importing it.

    ``names`` maps a sort of thing ("projects.project") to the dotted path of a function that tells an actor what those of
    them that the actor may know of are called, and where they stand: how a lower app shows what it only keeps a reference of.

    ``deeds`` maps "app.verb" to the roles that may do it: the one table of permissions.
    ``works`` maps a kind of background job to the dotted path of the function that carries it out; ``daily`` names those
    of them that are done once every day.
    """

    prefix: str = ""
    menu: tuple[MenuEntry, ...] = ()
    deeds: Mapping[str, tuple[str, ...]] = {}
    works: Mapping[str, str] = {}
    daily: tuple[str, ...] = ()
    commands: tuple[MenuEntry, ...] = ()
    hears: Mapping[str, str] = {}
    names: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Named:
    """What a reference stands for: its name, and the address of its page."""

    name: Text
    url: str


def mechanisms() -> list[Mechanism]:
    return [config for config in apps.get_app_configs() if isinstance(config, Mechanism)]


def all_deeds() -> dict[str, tuple[str, ...]]:
    return {deed: roles for config in mechanisms() for deed, roles in config.deeds.items()}


def all_works() -> dict[str, str]:
    return {kind: function for config in mechanisms() for kind, function in config.works.items()}


def all_daily() -> list[str]:
    return [kind for config in mechanisms() for kind in config.daily]


def commands() -> list[MenuEntry]:
    return sorted((one for config in mechanisms() for one in config.commands), key=lambda entry: entry.place)


def tell(what: str, **facts: Any) -> None:
    """Let those who asked to hear of something know of it, in the order of the mechanisms."""
    for config in mechanisms():
        if what in config.hears:
            import_string(config.hears[what])(**facts)


def named(actor: Any, references: Iterable[str]) -> dict[str, Named]:
    """References ("projects.project:7") with their names, as far as this actor may know of them; a few statements a sort."""
    sorts: dict[str, set[int]] = {}
    for reference in references:
        sort, _, key = reference.rpartition(":")
        if key.isdecimal():
            sorts.setdefault(sort, set()).add(int(key))
    tellers = {sort: teller for config in mechanisms() for sort, teller in config.names.items()}
    return {
        f"{sort}:{key}": one
        for sort, keys in sorts.items()
        if sort in tellers
        for key, one in import_string(tellers[sort])(actor, keys).items()
    }


def menu() -> list[MenuEntry]:
    return sorted((entry for config in mechanisms() for entry in config.menu), key=lambda entry: entry.place)


@register()
def urls_need_a_prefix(app_configs, **kwargs):  # type: ignore[no-untyped-def]
    """An app with urls but no prefix would be silently unreachable; say so at the start."""
    return [
        Error(f"{config.name} has urls but no prefix: is its AppConfig a Mechanism?", id="lianban.E001")
        for config in apps.get_app_configs()
        if config.name.startswith("lianban.apps.")
        and module_has_submodule(config.module, "urls")
        and not (isinstance(config, Mechanism) and config.prefix)
    ]
