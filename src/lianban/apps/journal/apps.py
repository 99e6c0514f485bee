"""Journal (日志): who did what, when; append only, each entry sealed with the one before."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class JournalConfig(mechanisms.Mechanism):
    name = "lianban.apps.journal"
    prefix = "journal/"
    menu = (mechanisms.MenuEntry(Text("日志", "Journal"), "journal:entries", 95, "journal.read", "office"),)
    deeds = {"journal.read": ("supervisor", "administrator")}
