"""Innovation consortia (创新联合体): who works together, on what, with which money, and who gets what of it."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head")
BODIES = (
    "enterprise",
    "laboratory",
)  # firms, universities, institutes, hospitals act through these, for their organisation
WATCHERS = (*OFFICE, "chief", "lead_department", "science_bureau", "supervisor")


class ConsortiaConfig(mechanisms.Mechanism):
    name = "lianban.apps.consortia"
    prefix = "consortia/"
    names = {
        "consortia.consortium": "lianban.apps.consortia.queries.seen.named",
        "consortia.topic": "lianban.apps.consortia.queries.seen.named_topics",
    }
    menu = (mechanisms.MenuEntry(Text("创新联合体", "Consortia"), "consortia:list", 44),)
    deeds = {
        "consortia.propose": (*BODIES, *OFFICE),
        "consortia.lead": BODIES,  # and only for the organisation that leads
        "consortia.take_part": BODIES,  # and only for an organisation that is a member
        "consortia.confirm": (*BODIES, *OFFICE),  # never for one's own organisation
        "consortia.see_all": WATCHERS,
        "consortia.see_inside": WATCHERS,
        "consortia.answer_filing": ("science_bureau",),
        "consortia.give_public_money": ("science_bureau",),
        "consortia.evaluate": ("science_bureau",),
        "consortia.decide_rectification": ("science_bureau",),
    }
