"""Cases (链办的桌面): the chain office's desk; sees all, is known by none."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head")
BUREAUS = ("lead_department", "science_bureau")


class CasesConfig(mechanisms.Mechanism):
    name = "lianban.apps.cases"
    prefix = "/"
    menu = (
        mechanisms.MenuEntry(Text("首页", "Home"), "cases:home", 0),
        mechanisms.MenuEntry(Text("链长专报", "Chief's page"), "cases:reports", 50, "cases.read_report", "office"),
        mechanisms.MenuEntry(Text("批示", "Instructions"), "cases:instructions", 60, "cases.read_report", "office"),
    )
    works = {"cases.remind": "lianban.apps.cases.services.remind"}
    daily = ("cases.remind",)
    deeds = {
        "cases.read_report": ("chief", *OFFICE, *BUREAUS, "supervisor"),
        "cases.issue_report": OFFICE,
        "cases.instruct": ("chief",),
        "cases.reply": (*OFFICE, *BUREAUS),
        "cases.close_instruction": ("chief", "office_head"),
        "cases.read_minutes": ("chief", *OFFICE, *BUREAUS, "supervisor"),
        "cases.record_minutes": ("office_head",),
    }
