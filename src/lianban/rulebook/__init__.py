"""Rule packs (规则集): files to typed values with source and date; no Django.

``load_rules("cn-core-2025")`` → ``RuleSet``; ``rules.value("diagnosis.hhi.severe")``; ``rules.entry(key)`` with provenance.
"""

from lianban.rulebook.loading import RulesError, list_packs, load_rules
from lianban.rulebook.ruleset import RuleEntry, RuleSet, RuleSource
from lianban.rulebook.text import Text

__all__ = ["RuleEntry", "RuleSet", "RuleSource", "RulesError", "Text", "list_packs", "load_rules"]
