"""Rule packs are read whole, inherit, can be overridden, and say everything that is wrong at once."""

from datetime import date
from pathlib import Path

import pytest

from lianban.rulebook import RulesError, list_packs, load_rules

OWN_PACK = """
[pack]
name = "mine"
version = "1"
extends = "cn-core-2025"
effective_from = 2026-01-01

[sources.notice]
issuer = "某市链办"
document = "通知"
tag = "O"
seen_on = 2026-02-01
verified = true

[rules]
"diagnosis.hhi.watch" = { value = 0.30, source = "notice" }
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", list_packs())
def test_every_shipped_pack_loads_and_knows_where_each_value_comes_from(name: str) -> None:
    rules = load_rules(name)

    for key in rules.list_keys():
        entry = rules.entry(key)
        assert entry.source.issuer and entry.source.document and entry.unit
        assert entry.meaning.zh and entry.meaning.en
        assert isinstance(entry.seen_on, date) and isinstance(entry.effective_from, date)
        assert not (entry.verified and entry.tag in ("D", "K", "M"))


def test_alternates_change_concentration_thresholds_and_nothing_else() -> None:
    core, eu, us = load_rules("cn-core-2025"), load_rules("eu-2021"), load_rules("us-2023")

    def changed(other):  # type: ignore[no-untyped-def]
        return {key for key in core.list_keys() if core.value(key) != other.value(key)}

    assert eu.extends == us.extends == ("cn-core-2025",)
    assert changed(eu) == {"diagnosis.hhi.watch"}
    assert changed(us) == {"diagnosis.hhi.watch", "diagnosis.hhi.severe"}
    assert us.entry("diagnosis.hhi.severe").set_by == "us-2023"
    assert len({core.fingerprint, eu.fingerprint, us.fingerprint}) == 3


def test_design_values_are_never_verified() -> None:
    rules = load_rules()

    assert rules.value("diagnosis.hhi.severe") == 0.40
    assert rules.entry("diagnosis.hhi.severe").verified
    assert "diagnosis.readiness.L3" in rules.unverified("diagnosis")
    assert "diagnosis.chokepoint.sum_min" in rules.unverified("diagnosis")


def test_hong_kong_macao_and_taiwan_are_origins_of_china_grouped_as_abroad_in_trade_statistics() -> None:
    rules = load_rules()

    assert [rules.origin_name(code).zh for code in ("HK", "MO", "TW")] == ["中国香港", "中国澳门", "中国台湾"]
    assert {rules.origin_group(code) for code in ("HK", "MO", "TW", "JP", "XX")} == {"abroad"}
    assert {rules.origin_group(code) for code in ("CN", "441200", "441200-hitech")} == {"home"}
    assert rules.origin_name("XX").zh == "境外（未具体说明）"
    assert rules.origin_name("QQ").zh == "QQ"


def test_an_own_pack_extends_a_shipped_one(tmp_path: Path) -> None:
    rules = load_rules(write(tmp_path, OWN_PACK))

    entry = rules.entry("diagnosis.hhi.watch")
    assert (entry.value, entry.unit, entry.set_by, entry.verified) == (0.30, "fraction", "mine", True)
    assert rules.value("diagnosis.hhi.severe") == 0.40


def test_overrides_replace_values_and_change_the_fingerprint() -> None:
    plain, changed = load_rules(), load_rules(overrides={"diagnosis.hhi.watch": 0.3})

    entry = changed.entry("diagnosis.hhi.watch")
    assert (entry.value, entry.tag, entry.verified) == (0.3, "override", False)
    assert changed.overridden == ("diagnosis.hhi.watch",)
    assert changed.fingerprint != plain.fingerprint
    assert load_rules(changed).fingerprint == changed.fingerprint


def test_all_faults_of_overrides_are_told_at_once() -> None:
    wrong = {
        "diagnosis.nothing": 1,
        "diagnosis.hhi.severe": "high",
        "diagnosis.chokepoint.sum_min": 14.5,
        "diagnosis.hhi.watch": 0.5,
        "diagnosis.cr1.severe": 2,
    }

    with pytest.raises(RulesError) as caught:
        load_rules(overrides=wrong)

    english = "\n".join(problem.en for problem in caught.value.problems)
    assert len(caught.value.problems) == 5
    for key in wrong:
        assert key in english
    assert "不认识的规则键 diagnosis.nothing" in [problem.zh for problem in caught.value.problems]


def test_all_faults_of_a_pack_are_told_at_once(tmp_path: Path) -> None:
    text = OWN_PACK + '"diagnosis.bogus" = { value = 1, source = "notice" }\n'
    text += '"diagnosis.cr1.watch" = { value = 0.4 }\n'
    text += '"diagnosis.cr1.severe" = 0.9\n'
    text += '"diagnosis.severity.high" = { value = "much", source = "notice" }\n'

    with pytest.raises(RulesError) as caught:
        load_rules(write(tmp_path, text))

    english = [problem.en for problem in caught.value.problems]
    assert any("unknown key diagnosis.bogus" in line for line in english)
    assert any("diagnosis.cr1.watch lacks its provenance" in line for line in english)
    assert any("diagnosis.cr1.severe is a bare value" in line for line in english)
    assert any("diagnosis.severity.high must be number" in line for line in english)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[pack", "cannot be read"),
        ("[extra]\na = 1\n", "unknown part [extra]"),
        (OWN_PACK.replace('extends = "cn-core-2025"', 'extends = "nowhere"'), "No rule set nowhere"),
        (OWN_PACK.replace('extends = "cn-core-2025"', 'extends = "mine.toml"'), "in a circle"),
        (OWN_PACK.replace('tag = "O"', 'tag = "Q"'), "source notice is incomplete"),
        (OWN_PACK.replace('tag = "O"', 'tag = "K"'), "cannot be verified"),
    ],
)
def test_a_broken_pack_is_refused_with_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(RulesError) as caught:
        load_rules(write(tmp_path, text))

    assert any(told in problem.en for problem in caught.value.problems)


def test_an_unknown_key_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError, match=r"no\.such\.key"):
        load_rules().value("no.such.key")
