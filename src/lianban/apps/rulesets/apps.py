"""Rule sets (规则集): which pack is in force here, since when, with which overrides."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class RulesetsConfig(mechanisms.Mechanism):
    name = "lianban.apps.rulesets"
    prefix = "rules/"
    menu = (mechanisms.MenuEntry(Text("规则集", "Rule sets"), "rulesets:home", 90, "rulesets.put_in_force", "office"),)
    deeds = {"rulesets.put_in_force": ("office_head", "administrator")}
