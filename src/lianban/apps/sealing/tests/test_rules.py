"""Rules of boxes, and the tables on their page."""

import re
from datetime import UTC, datetime
from pathlib import Path

from lianban.apps.sealing import rules
from lianban.apps.sealing.compute import vault
from lianban.site.settings import SEALED_ROOM

PAGE = (Path(__file__).parents[5] / "docs" / "flows" / "sealed_box.md").read_text(encoding="utf-8")
DEADLINE = datetime(2026, 11, 22, 17, tzinfo=UTC)


def test_the_moments_on_the_page_are_judged_as_it_says():
    rows = re.findall(r"\| (\d\d:\d\d:\d\d\.\d{6}) \| (yes|no) \| (yes|no) \|", PAGE)
    assert len(rows) == 3
    for moment, taken, shares in rows:
        at = datetime.fromisoformat(f"2026-11-22T{moment}+00:00")

        entry = rules.entry_refusals(state="sealed", closes_at=DEADLINE, received_at=at, own=True, custodian=False)
        share = rules.share_refusals(state="sealed", closes_at=DEADLINE, now=at, given=False)

        assert (not entry, not share) == (taken == "yes", shares == "yes"), moment


def test_the_sizes_on_the_page_are_the_classes():
    rows = re.findall(r"\| (\d+) \| (\d+) \|", PAGE)
    assert len(rows) == 4
    for together, shown in rows:
        assert len(vault.padded(bytes(int(together)), SEALED_ROOM)) == int(shown)


def test_who_is_not_the_owner_hears_nothing_else():
    reasons = rules.entry_refusals(state="opened", closes_at=DEADLINE, received_at=DEADLINE, own=False, custodian=True)

    assert [reason.code for reason in reasons] == ["sealing.not_permitted"]


def test_a_custodian_does_not_answer_into_the_own_box():
    reasons = rules.entry_refusals(state="sealed", closes_at=DEADLINE, received_at=DEADLINE, own=True, custodian=True)

    assert [reason.code for reason in reasons] == ["sealing.custodian_cannot_answer"]


def test_an_opened_box_refuses_nobody_and_a_voided_one_everybody():
    asked = {"closes_at": DEADLINE, "now": DEADLINE, "given": 0, "k": 2}

    assert rules.opening_refusals(state="opened", **asked) == []
    assert [r.code for r in rules.opening_refusals(state="voided", **asked)] == ["sealing.not_sealed"]
