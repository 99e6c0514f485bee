"""Agreements (协议): clauses with options, plain words and the law beside the text, checked, versioned, signed."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

OFFICE = ("officer", "office_head", "science_bureau")
FIRMS = ("enterprise", "laboratory")


class AgreementsConfig(mechanisms.Mechanism):
    name = "lianban.apps.agreements"
    prefix = "agreements/"
    names = {"agreements.agreement": "lianban.apps.agreements.queries.reading.named"}
    menu = (mechanisms.MenuEntry(Text("协议", "Agreements"), "agreements:list", 48, "agreements.see", "work"),)
    deeds = {
        "agreements.see": (*OFFICE, *FIRMS, "chief", "lead_department", "legal_unit", "supervisor"),
        "agreements.draft": (*OFFICE, *FIRMS),
        "agreements.sign": (*OFFICE, *FIRMS),
        "agreements.end": OFFICE,
    }
