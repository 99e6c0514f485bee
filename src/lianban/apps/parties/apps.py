"""Parties (主体): organisations, people's roles, signing in."""

from lianban.kit import mechanisms


class PartiesConfig(mechanisms.Mechanism):
    name = "lianban.apps.parties"
    prefix = "people/"
    deeds = {"parties.grant_role": ("administrator",)}
