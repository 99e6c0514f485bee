"""Lists (清单): N maps and N lists as saved questions over the one graph; a published list is frozen and signed."""

from lianban.kit import mechanisms


class ListsConfig(mechanisms.Mechanism):
    name = "lianban.apps.lists"
    prefix = "lists/"
    deeds = {"lists.publish": ("officer", "office_head")}
