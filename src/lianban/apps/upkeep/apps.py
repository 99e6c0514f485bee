"""Upkeep (保鲜): how old each fact is, who must refresh it, what those concerned say of it, who asks whom for what."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head")
FIRMS = ("enterprise", "laboratory")


class UpkeepConfig(mechanisms.Mechanism):
    name = "lianban.apps.upkeep"
    prefix = "upkeep/"
    menu = (
        mechanisms.MenuEntry(Text("数据保鲜", "Freshness"), "upkeep:chains", 62, deed="upkeep.see", group="office"),
        mechanisms.MenuEntry(Text("关于我们", "About us"), "upkeep:mine", 45, deed="upkeep.correct"),
    )
    deeds = {
        "upkeep.see": (*OFFICE, "supervisor", "analyst"),
        "upkeep.confirm": (*OFFICE, *FIRMS),
        "upkeep.correct": FIRMS,
        "upkeep.decide": OFFICE,
        "upkeep.ask": OFFICE,
        "upkeep.merge": OFFICE,
    }
