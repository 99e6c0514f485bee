"""Ledger (台账): accounts, movements, holds; whole fen, append only."""

from lianban.kit import mechanisms


class LedgerConfig(mechanisms.Mechanism):
    name = "lianban.apps.ledger"
    prefix = "ledger/"
    deeds = {
        "ledger.see": ("officer", "office_head", "chief", "lead_department", "science_bureau", "supervisor"),
        "ledger.verify": ("supervisor",),
    }
