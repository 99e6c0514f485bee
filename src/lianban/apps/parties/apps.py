"""Parties (主体): organisations, people's roles, signing in."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head", "science_bureau")


class PartiesConfig(mechanisms.Mechanism):
    name = "lianban.apps.parties"
    prefix = "people/"
    menu = (
        mechanisms.MenuEntry(
            Text("人员与角色", "People and roles"), "parties:people", 90, "parties.grant_role", "office"
        ),
        mechanisms.MenuEntry(Text("关联关系", "Ties"), "parties:ties", 88, "parties.see_ties", "office"),
    )
    deeds = {
        "parties.grant_role": ("administrator",),
        "parties.keep_ties": OFFICE,
        "parties.keep_names": ("officer", "office_head"),
        "parties.see_ties": (*OFFICE, "supervisor"),
    }
