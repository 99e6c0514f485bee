"""Diagnosis (薄弱环节诊断): runs, weak points with owner and date, what-if."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

READERS = ("officer", "office_head", "chief", "lead_department", "science_bureau", "expert", "supervisor", "analyst")
OFFICE = ("officer", "office_head")


class DiagnosisConfig(mechanisms.Mechanism):
    name = "lianban.apps.diagnosis"
    prefix = "diagnosis/"
    menu = (mechanisms.MenuEntry(Text("薄弱环节", "Weak points"), "diagnosis:home", 30, "diagnosis.see"),)
    deeds = {
        "diagnosis.see": READERS,
        "diagnosis.run": (*OFFICE, "analyst"),
        "diagnosis.what_if": READERS,
        "diagnosis.keep_scenarios": (*OFFICE, "analyst"),
        "diagnosis.study": (*OFFICE, "analyst"),
        "diagnosis.raise": (*OFFICE, "lead_department", "science_bureau", "expert"),
        "diagnosis.verify": OFFICE,
        "diagnosis.review": ("expert", *OFFICE),
        "diagnosis.consult": (*OFFICE, "lead_department", "science_bureau"),
        "diagnosis.enlist": OFFICE,
        "diagnosis.dismiss": OFFICE,
        "diagnosis.raise_again": OFFICE,
        "diagnosis.describe": (*OFFICE, "lead_department", "science_bureau", "expert"),
        "diagnosis.choose_route": OFFICE,
        "diagnosis.shelve": OFFICE,
        "diagnosis.assign": OFFICE,
        "diagnosis.urge": (*OFFICE, "chief"),
        "diagnosis.report": (*OFFICE, "lead_department", "science_bureau"),
        "diagnosis.ask_closing": (*OFFICE, "lead_department", "science_bureau"),
        "diagnosis.close": OFFICE,
        "diagnosis.send_back": OFFICE,
    }
    works = {
        "diagnosis.run": "lianban.apps.diagnosis.services.carry_out_run",
        "diagnosis.what_if": "lianban.apps.diagnosis.services.carry_out_what_if",
        "diagnosis.study": "lianban.apps.diagnosis.services.carry_out_study",
    }
