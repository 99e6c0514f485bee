"""Open challenges (揭榜挂帅): from a weak point to a list, sealed answers, a reasoned choice, a race, a proven result."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head")
READERS = (*OFFICE, "chief", "lead_department", "science_bureau", "supervisor", "analyst", "legal_unit")
SOLVERS = ("enterprise", "laboratory")


class ChallengesConfig(mechanisms.Mechanism):
    name = "lianban.apps.challenges"
    prefix = "challenges/"
    menu = (mechanisms.MenuEntry(Text("揭榜挂帅", "Open challenges"), "challenges:list", 42),)
    names = {
        "challenges.challenge": "lianban.apps.challenges.queries.listing.named",
        "challenges.lane": "lianban.apps.challenges.queries.listing.named_lanes",
    }
    hears = {"projects.effective": "lianban.apps.challenges.services.return_rest"}
    deeds = {
        "challenges.see": READERS,  # also what is not posted yet, within one's clearance
        "challenges.see_answers": (*OFFICE, "science_bureau", "supervisor"),  # once they are opened
        "challenges.propose": OFFICE,
        "challenges.collect": ("science_bureau",),
        "challenges.recommend": ("lead_department",),
        "challenges.argue": ("science_bureau",),
        "challenges.give_basis": (*OFFICE, "science_bureau"),
        "challenges.clear": ("legal_unit",),
        "challenges.decide": ("science_bureau",),
        "challenges.drop": (*OFFICE, "science_bureau"),
        "challenges.post": ("science_bureau",),
        "challenges.reply": (*OFFICE, "science_bureau"),
        "challenges.ask": SOLVERS,
        "challenges.answer": SOLVERS,
        "challenges.open": (*OFFICE, "science_bureau"),
        "challenges.check": (*OFFICE, "science_bureau"),
        "challenges.convene": ("science_bureau",),
        "challenges.opine": (*SOLVERS, "science_bureau"),
        "challenges.feed_back": (*OFFICE, "science_bureau"),
        "challenges.publicise": ("science_bureau",),
        "challenges.object": (*SOLVERS, "expert", *OFFICE, "lead_department"),
        "challenges.answer_objection": ("science_bureau", "supervisor"),
        "challenges.contract": (*OFFICE, "science_bureau"),
        "challenges.pay": ("science_bureau",),
        "challenges.run": (*OFFICE, "science_bureau"),
        "challenges.confirm_gate": ("science_bureau", "office_head"),
        "challenges.accept": ("science_bureau",),
    }
