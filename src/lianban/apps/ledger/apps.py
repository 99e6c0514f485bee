"""Ledger (台账): accounts, movements, holds; whole fen, append only."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class LedgerConfig(mechanisms.Mechanism):
    name = "lianban.apps.ledger"
    prefix = "ledger/"
    menu = (mechanisms.MenuEntry(Text("台账", "Ledger"), "ledger:list", 58, "ledger.see", "office"),)
    deeds = {
        "ledger.see": ("officer", "office_head", "chief", "lead_department", "science_bureau", "supervisor"),
        "ledger.verify": ("supervisor",),
    }
