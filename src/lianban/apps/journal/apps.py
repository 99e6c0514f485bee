"""Journal (日志): who did what, when; append only, each entry sealed with the one before."""

from lianban.kit import mechanisms


class JournalConfig(mechanisms.Mechanism):
    name = "lianban.apps.journal"
