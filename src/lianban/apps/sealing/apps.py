"""Sealing (密封): answers that nobody can read, count or time before the deadline; opened by k of n custodians."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

CUSTODIANS = ("officer", "office_head", "science_bureau", "supervisor", "legal_unit", "notary")
ORGANISERS = ("officer", "office_head", "science_bureau")


class SealingConfig(mechanisms.Mechanism):
    name = "lianban.apps.sealing"
    prefix = "sealing/"
    menu = (mechanisms.MenuEntry(Text("密封箱", "Sealing"), "sealing:desk", 72, "sealing.hold", "work"),)
    deeds = {
        "sealing.make": ORGANISERS,
        "sealing.see": (*ORGANISERS, "supervisor"),
        "sealing.void": ("office_head", "science_bureau"),
        "sealing.hold": CUSTODIANS,
        "sealing.answer": ("enterprise", "laboratory"),
    }
