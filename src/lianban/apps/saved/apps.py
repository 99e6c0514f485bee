"""Saved views (保存的视图): any page with its filters and layout under a short permanent link, private or shared."""

from lianban.kit import mechanisms
from lianban.kit.text import Text

EVERYBODY = (
    "enterprise", "laboratory", "officer", "office_head", "chief", "lead_department", "science_bureau", "expert",
    "supervisor", "legal_unit", "notary", "analyst", "administrator",
)  # fmt: skip


class SavedConfig(mechanisms.Mechanism):
    name = "lianban.apps.saved"
    prefix = "v/"
    deeds = {"saved.keep": EVERYBODY}
    commands = (mechanisms.MenuEntry(Text("保存的视图", "Saved views"), "saved:views", 95, "saved.keep"),)
