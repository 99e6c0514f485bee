"""Which rule set is in force, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from lianban.apps.rulesets import compute, rules
from lianban.apps.rulesets.models import InForce
from lianban.rulebook import RuleSet


@dataclass(frozen=True, slots=True)
class Choice:
    """The pack and the overrides that hold for a chain on a day; ``row`` is None for the default nobody decided on."""

    pack: str
    overrides: Mapping[str, Any] = field(default_factory=dict)
    row: InForce | None = None

    def load(self) -> RuleSet:
        return compute.load(self.pack, self.overrides)


def in_force(chain: str, on: date) -> Choice:
    """What holds for a chain: its own newest decision, else the one for all chains, else the default; one statement."""
    rows = InForce.objects.filter(Q(chain=chain) | Q(chain=""), starts_on__lte=on).order_by("-starts_on", "-id")
    found = {row.chain: row for row in reversed(rows)}
    row = found.get(chain) or found.get("")
    return Choice(row.pack, row.overrides, row) if row else Choice(rules.DEFAULT_PACK)


def freeze(chain: str, on: date, *groups: str) -> rules.Frozen:
    """The rules of these groups ("challenge", "consortium" ...) as they hold on a day, for a case to keep; one statement."""
    choice = in_force(chain, on)
    rule_set = choice.load()
    keys = [key for group in groups for key in rule_set.list_keys(f"{group}.")]
    entries = {key: rule_set.entry(key).as_dict() for key in keys}
    return rules.Frozen(choice.pack, rule_set.fingerprint, on, entries)


def decisions(chain: str = "") -> QuerySet[InForce]:
    """Every decision on one chain or on all, newest first; one statement."""
    return InForce.objects.filter(chain=chain).order_by("-starts_on", "-id")


def chains_with_own_rules() -> list[str]:
    """Codes of chains with a decision of their own; one statement."""
    return list(InForce.objects.exclude(chain="").order_by("chain").values_list("chain", flat=True).distinct())


def day_taken(chain: str, starts_on: date) -> bool:
    """One statement."""
    return InForce.objects.filter(chain=chain, starts_on=starts_on).exists()


def entries(rule_set: RuleSet, *, group: str = "diagnosis", only: str = "", words: str = "") -> list[dict[str, Any]]:
    """Values of a rule set as rows for a table; no statement."""
    rows = []
    for key in rule_set.list_keys():
        entry = rule_set.entry(key)
        if group and rules.group_of(key) != group:
            continue
        if (only == "unverified" and entry.verified) or (only == "overridden" and key not in rule_set.overridden):
            continue
        if words and words.lower() not in f"{key} {entry.meaning.zh} {entry.meaning.en}".lower():
            continue
        rows.append(
            {
                "key": key,
                "meaning": entry.meaning,
                "value": rules.shown_value(entry.value),
                "written": entry.value,
                "unit": rules.shown_unit(entry.unit),
                "source": entry.source,
                "tag": entry.tag,
                "tag_name": compute.TAGS.get(entry.tag),
                "seen_on": entry.seen_on,
                "effective_from": entry.effective_from,
                "verified": entry.verified,
                "set_by": entry.set_by,
                "overridden": key in rule_set.overridden,
            }
        )
    return rows
