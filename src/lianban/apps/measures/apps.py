"""Measures (措施与组合): what may be done about weak points, what it costs, and the best portfolio under a budget."""

from lianban.kit import mechanisms

READERS = ("officer", "office_head", "chief", "lead_department", "science_bureau", "expert", "supervisor", "analyst")
OFFICE = ("officer", "office_head")


class MeasuresConfig(mechanisms.Mechanism):
    name = "lianban.apps.measures"
    prefix = "measures/"
    deeds = {
        "measures.see": READERS,
        "measures.enter_cost": OFFICE,
        "measures.find": (*OFFICE, "analyst"),
        "measures.weigh": (*OFFICE, "analyst"),
        "measures.read_proof": ("analyst",),  # "proved optimal", bounds and gaps: decision 0076
    }
    works = {"measures.study": "lianban.apps.measures.services.carry_out"}
