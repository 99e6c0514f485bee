"""Imports (导入): files and pasted lists into a chain's data: read, mapped, matched, previewed as a diff, applied, undone."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class ImportsConfig(mechanisms.Mechanism):
    name = "lianban.apps.imports"
    prefix = "imports/"
    menu = (
        mechanisms.MenuEntry(Text("数据导入", "Imports"), "imports:listing", 61, deed="imports.bring", group="office"),
    )
    deeds = {"imports.bring": ("officer", "office_head")}
    works = {
        "imports.read": "lianban.apps.imports.services.read",
        "imports.preview": "lianban.apps.imports.services.preview",
        "imports.apply": "lianban.apps.imports.services.apply",
        "imports.forget": "lianban.apps.imports.services.forget",
    }
    daily = ("imports.forget",)
