"""The result as a whole: the same bytes every time, unknown apart, explanations, confidentiality, scopes, losses."""

import json
import random
from datetime import date

import pytest

from lianban.chain.diagnosis import diagnose
from lianban.chain.diagnosis.explain import FORMULAS
from lianban.chain.diagnosis.summary import largest_remainder
from lianban.rulebook import RulesError

SCENE = {
    "products": [
        {"code": "drug", "final": True, "segment": "b", "name": "药", "name_en": "drug"},
        {"code": "film", "name": "膜", "name_en": "film"},
        {"code": "odd", "name": "无关品"},
    ],
    "inputs": [{"product": "drug", "input": "film", "essential": "yes"}],
    "organisations": [{"code": "h", "kind": "firm", "place": "441200", "anchor": True}, {"code": "j", "kind": "firm", "place": "JP"}],
    "production": [
        {"product": "drug", "organisation": "h", "stage": "stable_volume", "share": 1.0, "share_of": "home_supply"},
        {"product": "film", "organisation": "j", "stage": "stable_volume", "share": 0.71, "share_of": "home_supply"},
        {"product": "film", "organisation": "h", "stage": "small_batch", "share": 0.29, "share_of": "home_supply"},
    ],
    "assessments": [{"product": "odd", "item": "level", "value": "L1", "assessor": "专家组"}],
    "demands": [{"raised_by": "h", "product": "film", "title": "国产膜", "scenario": "试用"}],
}  # fmt: skip


def scene(make_chain, **changed):
    return make_chain(**{table: [dict(row) for row in rows] for table, rows in (SCENE | changed).items()})


def test_the_worst_point_says_why_in_both_languages(make_chain) -> None:
    result = scene(make_chain).diagnose()
    worst = result.weak_points[0]
    assert (worst.code, worst.rank, worst.kind, worst.route.code) == ("film", 1, "thin", "first_use")
    assert worst.severity == pytest.approx(0.71 * 0.7)
    assert result.reason("film").zh == (
        "境内仅小批量或不稳定（据已知来源）；最大境外来源地日本占 71\u2009%（按境内供应份额，2025）；下游 1 个产品依赖；企业提出 1 项需求"
    )
    assert "largest foreign origin Japan, 71% (by share of home supply, 2025)" in result.reason("film").en


def test_a_product_nobody_is_known_to_use_is_unknown_and_not_harmless(make_chain) -> None:
    result = scene(make_chain).diagnose()
    assert [point.code for point in result.unknown] == ["odd"]
    odd = result.by_code["odd"]
    assert (odd.loss.stop, odd.severity, odd.kind) == (None, None, "break")
    assert "谁在用它" in odd.missing[0].zh


def test_without_a_final_product_every_loss_is_unknown(make_chain) -> None:
    products = [{**row, "final": False} for row in SCENE["products"]]
    result = scene(make_chain, products=products).diagnose()
    assert not result.weak_points
    assert all("final" in point.missing[-1].zh for point in result.unknown)


def test_the_same_input_gives_the_same_bytes(make_chain) -> None:
    once, shuffled = scene(make_chain), {table: [dict(row) for row in rows] for table, rows in SCENE.items()}
    for table, rows in shuffled.items():
        for number, row in enumerate(rows):
            row.setdefault("code", f"{table}-{number:03d}")
        random.Random(1).shuffle(rows)
    again = make_chain(**shuffled)
    assert once.diagnose().to_json() == once.diagnose().to_json() == again.diagnose().to_json()
    assert "finished_at" not in once.diagnose().to_json()
    assert set(once.diagnose().manifest) >= {"finished_at", "seconds", "python", "numpy"}


def test_the_json_keeps_the_promised_shape(make_chain) -> None:
    told = json.loads(scene(make_chain).diagnose(scope="city").to_json())
    assert told["schema"] == "lianban/diagnosis/1"
    assert told["ruleset"] == "cn-core-2025" and told["fingerprint"].startswith("sha256:")
    promised = [
        "rank",
        "code",
        "name",
        "level",
        "triple",
        "kind",
        "severity",
        "loss_stop",
        "loss_cut",
        "loss_left",
        "route",
        "rule",
        "facts",
    ]
    assert set(promised) <= set(told["weak_points"][0])
    assert {"weak_points", "unknown", "findings", "data_level"} <= set(told)
    assert told["weak_points"][0]["local"]["presence"] == "present"
    assert "公平竞争审查条例" in told["weak_points"][0]["local"]["note"]["zh"]


def test_every_number_opens_its_formula_inputs_and_sources(make_chain) -> None:
    result = scene(make_chain).diagnose(scope="city")
    for point in result.products:
        for name, one in result.explanations(point.code).items():
            told = one.as_dict()
            assert told["formula"] in FORMULAS, name
            assert told["definition"]["zh"] and told["denominator"]["en"]
    severity = result.explain("film", "severity").as_dict()
    assert severity["inputs"]["readiness"] == 0.3
    assert {fact["source"] for fact in severity["facts"]} == {"s1"}
    assert {fact["observed_on"] for fact in severity["facts"]} == {"2025-06-30"}


def test_a_result_takes_the_highest_class_of_what_went_in(make_chain) -> None:
    rows = [dict(row) for row in SCENE["production"]]
    rows[2]["confidentiality"] = "private"
    secret = scene(make_chain, production=rows).diagnose()
    assert scene(make_chain).diagnose().confidentiality == "open"
    assert secret.explain("drug", "loss_cut").confidentiality == "private"
    assert secret.explain("drug", "level").confidentiality == "open"
    assert secret.explain("film", "level").confidentiality == "private"
    assert secret.by_code["film"].confidentiality == secret.confidentiality == "private"


def test_ranking_is_the_same_in_every_scope_and_routes_may_differ(make_chain) -> None:
    absent = {"product": "film", "item": "absent_domestic", "scope": "110000", "value": "yes", "assessor": "链办"}
    chain = scene(make_chain, assessments=[*SCENE["assessments"], absent])
    nation, there = chain.diagnose(), chain.diagnose(scope="110000")
    assert [p.code for p in nation.weak_points] == [p.code for p in there.weak_points]
    assert there.by_code["film"].presence.code == "absent"
    assert (nation.by_code["film"].route.code, there.by_code["film"].route.code) == ("first_use", "cooperate")


def test_with_judgements_only_the_band_comes_first(make_chain) -> None:
    level = {"product": "film", "item": "level", "value": "L2", "assessor": "专家组"}
    film = scene(make_chain, production=SCENE["production"][:1], assessments=[level]).diagnose().by_code["film"]
    assert film.band_first and film.loss.inferred and film.loss.basis == "level"
    assert film.loss.foreign_share == 0.8 and film.band == "high"


def test_expired_judgements_are_shown_and_do_not_count(make_chain) -> None:
    level = {"product": "film", "item": "level", "value": "L5", "assessor": "专家组", "valid_until": "2025-12-31"}
    chain = scene(make_chain, assessments=[level])
    assert chain.diagnose().by_code["film"].level.used == "L5"
    later = chain.diagnose(as_of=date(2026, 6, 1))
    assert later.by_code["film"].level.used == "L2"
    assert any(finding["code"] == "assessment_expired" for finding in later.findings)
    assert [row["current"] for row in later.by_code["film"].voices.as_dict(later.facts.as_of)["expert"]] == [False]


def test_rules_can_be_overridden_for_one_run_and_wrong_ones_are_told(make_chain) -> None:
    chain = scene(make_chain)
    changed = diagnose(chain, overrides={"diagnosis.readiness.L2": 0.5})
    assert changed.weak_points[0].severity == pytest.approx(0.71 * 0.5)
    assert changed.to_dict()["ruleset_overridden"] == ["diagnosis.readiness.L2"]
    with pytest.raises(RulesError):
        diagnose(chain, overrides={"diagnosis.readiness.L9": 0.5})


def test_organisations_tell_what_only_they_make(make_chain) -> None:
    result = scene(make_chain).diagnose()
    firm = next(one for one in result.organisations if one.code == "h")
    assert firm.only_known_maker_of == ("drug",) and firm.only_maker_of == ()
    assert firm.loss == pytest.approx(1.0)
    assert firm.anchor["demands_published"] == firm.anchor["scenarios_opened"] == 1
    assert firm.anchor["suppliers_in_chain"] is None
    assert (firm.anchor["lead_product"], firm.anchor["lead_product_share"]) == ("drug", 1.0)


def test_parents_show_a_distribution_and_never_a_letter(make_chain) -> None:
    products = [*SCENE["products"], {"code": "kind", "name": "膜类"}]
    products = [{**row, "parent": "kind"} if row["code"] in ("film", "odd") else row for row in products]
    result = scene(make_chain, products=products).diagnose()
    assert "kind" not in result.by_code
    parent = result.to_dict()["parents"][0]
    assert "level" not in parent
    assert {code: n for code, n in parent["levels"]["counts"].items() if n} == {"L1": 1, "L2": 1}


@pytest.mark.parametrize(
    ("shares", "total", "parts"),
    [([0.32, 0.54, 0.14], 130, [42, 70, 18]), ([1, 1, 1], 100, [34, 33, 33]), ([2, 8, 6, 10], 26, [2, 8, 6, 10]), ([0, 0], 9, [0, 0])],
)  # fmt: skip
def test_largest_remainder(shares, total, parts) -> None:
    assert largest_remainder(shares, total) == parts
