"""Rule sets (规则集): which pack is in force here, since when, with which overrides."""

from lianban.kit import mechanisms


class RulesetsConfig(mechanisms.Mechanism):
    name = "lianban.apps.rulesets"
    prefix = "rules/"
    deeds = {"rulesets.put_in_force": ("office_head", "administrator")}
