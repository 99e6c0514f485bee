"""Atlas (图谱): chains as data: segments, products, organisations, who makes and supplies what, and how we know."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class AtlasConfig(mechanisms.Mechanism):
    name = "lianban.apps.atlas"
    prefix = "chains/"
    menu = (mechanisms.MenuEntry(Text("产业链", "Chains"), "atlas:chains", 20),)

    deeds = {
        "atlas.begin_chain": ("officer", "office_head"),
        "atlas.load_package": ("officer", "office_head"),
        "atlas.change": ("officer", "office_head"),
        "atlas.undo_any": ("office_head",),
        "atlas.see_changes": ("officer", "office_head", "supervisor"),  # all of them see every class
        "atlas.see_firms": (  # which firm makes what, and its figures; public pages name products, not firms
            "officer",
            "office_head",
            "chief",
            "lead_department",
            "science_bureau",
            "expert",
            "supervisor",
            "analyst",
        ),
    }
