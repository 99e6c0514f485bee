"""Matching (匹配组队): who could solve this, with reasons; the best team for what is needed."""

from lianban.kit import mechanisms

OFFICE = ("officer", "office_head")
READERS = (*OFFICE, "chief", "lead_department", "science_bureau", "supervisor", "analyst")
ASKERS = (*OFFICE, "science_bureau", "analyst")


class MatchingConfig(mechanisms.Mechanism):
    name = "lianban.apps.matching"
    prefix = "matching/"
    deeds = {
        "matching.see": READERS,
        "matching.ask": ASKERS,
        "matching.solve": ASKERS,
        "matching.read_proof": ("analyst",),  # "proved optimal", bounds and gaps: decision 0076
    }
    works = {"matching.team": "lianban.apps.matching.services.carry_out"}
