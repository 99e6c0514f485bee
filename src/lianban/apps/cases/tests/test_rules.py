from datetime import date

import pytest

from lianban.apps.cases import rules
from lianban.apps.cases.rules import Work
from lianban.kit.text import Text

TODAY = date(2026, 11, 22)


def work(code, status="acting", due_on=None, unit="医药处"):
    return Work(code, status, Text(status, status), unit, due_on, "")


def point(code, loss=0.5, level="L0"):
    name = {"zh": f"产品{code}", "en": f"product {code}"}
    return {"code": code, "name": name, "level": level, "loss_cut": loss, "reason": {"zh": "无供方", "en": "no source"}}


RESULT = {"weak_points": [point("a", 0.9), point("b", None, "L2")], "unknown": [point("u", None, None)]}


def test_three_sentences_say_how_things_stand_what_is_worst_and_what_is_done():
    standing, worst, doing = rules.sentences(RESULT, [work("a"), work("b", "closed")], TODAY)

    assert "2 个" in standing.zh and "1 个境内空白" in standing.zh and "另有 1 个" in standing.zh
    assert "产品a" in worst.zh and "90.0" in worst.zh and "product a" in worst.en
    assert "1 个已交办" in doing.zh and "已销号 1 个" in doing.zh


def test_a_loss_that_is_unknown_is_never_a_number():
    _, worst, _ = rules.sentences({"weak_points": [point("b", None)], "unknown": []}, [], TODAY)

    assert "未知" in worst.zh and "unknown" in worst.en


def test_a_chain_without_a_ranked_point_says_so():
    sentences = rules.sentences({"weak_points": [], "unknown": []}, [], TODAY)

    assert "没有可排序" in sentences[0].zh and "没有可排序" in sentences[1].zh


def test_overdue_comes_first_then_what_nobody_owns_then_what_is_unanswered():
    late = work("b", due_on=date(2026, 11, 1))
    found = rules.matters(RESULT, [late], ["要袋子"], TODAY)

    assert [("超期" in m.zh, "尚无责任单位" in m.zh, "没有单位应答" in m.zh) for m in found] == [
        (True, False, False), (False, True, False), (False, False, True),
    ]  # fmt: skip


def test_there_are_never_more_than_three_matters():
    many = [work(str(i), due_on=date(2026, 11, 1)) for i in range(9)]

    assert len(rules.matters(RESULT, many, ["x"], TODAY)) == 3


@pytest.mark.parametrize(("due_on", "status", "late"), [
    (date(2026, 11, 21), "acting", True), (TODAY, "acting", False), (None, "acting", False), (date(2026, 1, 1), "closed", False),
])  # fmt: skip
def test_overdue_is_only_what_is_still_being_worked_on_after_its_day(due_on, status, late):
    assert work("a", status, due_on).overdue(TODAY) is late


def test_whoever_answered_may_not_close():
    assert rules.closing_refusals(repliers=["user:1"], closer="user:1")
    assert not rules.closing_refusals(repliers=["user:1"], closer="user:2")


@pytest.mark.parametrize(
    ("text", "most", "cut"), [("短句", 4, "短句"), ("很长的句子", 6, "很长…"), ("plain words", 7, "plain…")]
)
def test_a_text_is_cut_by_its_width_and_says_so(text, most, cut):
    assert rules.cut(text, most) == cut and rules.width(cut) <= most


def test_more_text_never_makes_larger_type():
    def page(many):
        text = {"zh": "字" * many, "en": "word " * many}
        return {"sentences": [text], "matters": [], "points": [], "instructions": []}

    order = [name for _, name in rules.DENSITIES] + [rules.DENSEST]
    for language in ("zh-hans", "en"):
        found = [order.index(rules.density(page(many), language)) for many in (1, 300, 500, 900, 3000)]
        assert found == sorted(found) and found[0] == 0 and found[-1] == len(order) - 1
