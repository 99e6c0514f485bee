"""Demands (企业需求): what enterprises need, who verified it, who answers that they can do it."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head")


class DemandsConfig(mechanisms.Mechanism):
    name = "lianban.apps.demands"
    prefix = "demands/"
    menu = (mechanisms.MenuEntry(Text("企业需求", "Demands"), "demands:list", 40),)
    deeds = {
        "demands.raise": ("enterprise",),
        "demands.answer": ("enterprise", "laboratory"),
        "demands.verify": OFFICE,
        "demands.list": OFFICE,
        "demands.see_unlisted": (*OFFICE, "supervisor"),
    }
