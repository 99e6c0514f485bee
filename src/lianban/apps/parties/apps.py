"""Parties (主体): organisations, people's roles, signing in."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class PartiesConfig(mechanisms.Mechanism):
    name = "lianban.apps.parties"
    prefix = "people/"
    menu = (mechanisms.MenuEntry(Text("人员与角色", "People and roles"), "parties:people", 90, "parties.grant_role"),)
    deeds = {"parties.grant_role": ("administrator",)}
