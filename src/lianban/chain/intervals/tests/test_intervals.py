"""What is told stands, what is not told is drawn; intervals, ranks and the fact worth finding out."""

import json
from functools import cache

import numpy as np
import pytest

from lianban.chain.chain import Chain
from lianban.engine import Cancelled

FACT = {"source": "s", "observed_on": "2025-01-01"}
HOME = {"share_of": "home_supply", "stage": "stable_volume"}


def product(code, **more):
    return FACT | {"code": code, "name": code, "name_en": f"{code} (en)", "segment": "one"} | more


def maker(code, who, **more):
    place = {"origin": who} if len(who) == 2 else {"organisation": who}
    return FACT | HOME | {"product": code} | place | more


def tables():
    """Cars need cells, cells need film; two makers of each at home, film also from Japan."""
    return {
        "chain": [{"code": "c", "name": "车", "home": "CN", "data_date": "2025-06-30"}],
        "segments": [{"code": "one", "name": "一", "stage": 1}],
        "sources": [{"code": "s", "title": "t", "kind": "own"}],
        "products": [product("car", final=True), product("cell"), product("film")],
        "organisations": [
            FACT | {"code": who, "name": who, "kind": "firm", "place": "441200"}
            for who in ("auto1", "auto2", "cell1", "cell2", "film1")
        ],
        "inputs": [
            FACT | {"product": "car", "input": "cell", "essential": "yes", "cost_share": 0.4},
            FACT | {"product": "cell", "input": "film", "essential": "yes", "cost_share": 0.2},
        ],
        "production": [
            maker("car", "auto1", share=0.7),
            maker("car", "auto2", share=0.3),
            maker("cell", "cell1", share=0.6),
            maker("cell", "cell2", share=0.4),
            maker("film", "film1", share=0.5),
            maker("film", "JP", share=0.5),
        ],
        "supplies": [],
        "assessments": [FACT | {"product": "film", "item": "level", "value": "L3", "voice": "expert"}],
    }


def supplied(code, supplier, buyer, **more):
    who = {"origin": supplier} if len(supplier) == 2 else {"supplier": supplier}
    return FACT | {"product": code, "buyer": buyer} | who | more


ALL_SUPPLIES = [
    supplied("cell", "cell1", "auto1"),
    supplied("cell", "cell2", "auto2"),
    supplied("film", "film1", "cell1"),
    supplied("film", "JP", "cell2"),
]


def chain(**changes):
    return Chain.from_tables(tables() | changes)


def without_shares(code):
    rows = tables()["production"]
    return [{k: v for k, v in row.items() if k != "share" or row["product"] != code} for row in rows]


@cache
def plain(n=40, **options):
    return chain().intervals(n=n, seed=1, verify=1, **options)


def test_where_everything_is_told_the_intervals_have_no_width_and_agree_with_the_diagnosis():
    result = chain(supplies=ALL_SUPPLIES).intervals(n=20, verify=1)

    for one in (*[p.loss_stop for p in result.products], *[o.loss for o in result.organisations]):
        assert one.band(0.9) == (one.median, one.median)
        assert np.isclose(one.median, one.computed, atol=1e-9)
    film = result.product("film")
    assert np.isclose(film.severity.median, film.severity.computed, atol=1e-9)
    assert result.best_fact is None
    assert result.uncertain == {"shares": 0, "foreign_shares": 0, "supplies": 0, "essential": 0, "costs": 0}


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others():
    again = chain().intervals(n=40, seed=1, verify=1)

    assert json.dumps(again.to_dict()) == json.dumps(plain().to_dict())
    assert chain().intervals(n=40, seed=2, verify=0).table().to_json() != plain().table().to_json()


def test_unknown_supplies_open_the_loss_of_the_makers_and_of_the_cut():
    film, cell1 = plain().product("film"), plain().organisation("cell1")

    assert film.loss_stop.band(0.9) == (1.0, 1.0)
    low, high = film.loss_cut.band(0.9)
    assert high - low > 0.1
    assert low <= film.loss_cut.median <= high
    assert cell1.loss.band(0.9)[0] < cell1.loss.band(0.9)[1]
    assert film.severity.median == pytest.approx(film.loss_cut.median * 0.4)


def test_a_known_supply_is_used():
    loyal = [supplied("cell", "cell2", "auto1"), supplied("cell", "cell2", "auto2")]
    known = chain(supplies=loyal).intervals(n=20, verify=0)

    assert known.organisation("cell1").loss.band(0.9) == (0.0, 0.0)
    assert known.organisation("cell2").loss.band(0.9) == (1.0, 1.0)
    assert "car@auto1" not in {one.buyer for one in known.facts}


def test_more_told_facts_never_leave_more_to_ask():
    some = [chain(supplies=ALL_SUPPLIES[:n]).intervals(n=20, verify=0).uncertain["supplies"] for n in (0, 1, 4)]

    assert some[0] > some[1] > some[2] == 0


def test_nothing_known_of_shares_gives_the_widest_cut_and_says_so():
    rows = tables()
    some = Chain.from_tables(rows | {"assessments": []}).intervals(n=20, verify=0)
    only_abroad = [*rows["production"][:4], maker("film", "JP") | {"share_of": "unknown"}]
    nothing = chain(production=only_abroad, assessments=[]).intervals(n=40, verify=0)

    film = nothing.product("film")
    assert film.prior_only
    assert film.severity is None
    assert "国内水平未知" in film.why.zh
    low, high = film.loss_cut.band(0.9)
    assert low < 0.15
    assert high > 0.8
    assert film.loss_cut.computed is None
    assert high - low > np.subtract(*some.product("film").loss_cut.band(0.9)[::-1])
    assert ("foreign_share", "film") in {(one.kind, one.product) for one in nothing.facts}


@pytest.mark.slow
def test_a_level_gives_a_band_around_its_foreign_share():
    result = chain(production=without_shares("film"), supplies=ALL_SUPPLIES[:2]).intervals(
        n=30, uncertain=("shares",), verify=0
    )

    film = result.product("film")
    assert film.basis == "level"
    assert not film.prior_only
    low, high = film.loss_cut.band(0.9)
    assert low < film.loss_cut.computed < high


def test_an_input_that_may_be_essential_is_drawn_either_way():
    rows = tables()["inputs"]
    lime = FACT | {"product": "cell", "input": "lime", "essential": "yes", "cost_share": 0.2}
    unknown = {
        "products": [*tables()["products"], product("lime")],
        "inputs": [rows[0], rows[1] | {"essential": "unknown"}, lime],
        "production": [*tables()["production"], maker("lime", "film1", share=1.0)],
    }
    result = chain(**unknown, supplies=ALL_SUPPLIES).intervals(n=20, verify=1)

    stop = result.product("film").loss_stop
    assert stop.computed == 1.0
    assert stop.band(0.9)[0] < 0.9
    assert stop.band(0.9)[1] == 1.0
    assert result.best_fact.kind == "essential"
    assert "若查明「film」对「cell」是否必需" in result.best_fact.text.zh
    assert "'film (en)' is essential for 'cell (en)'" in result.best_fact.text.en


@pytest.mark.slow
def test_the_best_fact_is_verified_and_stands_first():
    result = chain().intervals(n=40, seed=3, verify=2)

    first, second, *rest = result.facts
    assert first.narrowing >= second.narrowing
    assert first.narrowing > 0.0
    assert all(one.narrowing is None for one in rest)
    assert first.text.zh.startswith("若查明")
    assert result.measure == "severity"


def test_what_is_not_to_be_drawn_is_as_in_the_diagnosis():
    result = chain().intervals(n=20, uncertain=("shares",), verify=0)

    for one in result.products:
        assert one.loss_stop.band(0.9) == (one.loss_stop.median, one.loss_stop.median)
        assert np.isclose(one.loss_stop.median, one.loss_stop.computed, atol=1e-9)


@pytest.mark.slow
def test_pooled_origins_stand_apart_again():
    rows = [
        row for row in tables()["production"] if row["product"] != "film"
    ] + [maker("film", "JP"), maker("film", "KR"), maker("film", "film1", share=0.4)]  # fmt: skip
    result = chain(production=rows).intervals(n=20, verify=0)

    assert result.uncertain["shares"] == 2
    assert result.product("film").loss_cut.median < result.product("film").loss_cut.computed


def test_plain_values_have_the_promised_shape():
    told = plain().to_dict()

    json.dumps(told, allow_nan=False)
    assert told["schema"] == "lianban/intervals/1"
    assert {"n", "seed", "levels", "products", "organisations", "facts", "best_fact", "assumptions", "misfit"} <= set(
        told
    )
    film = next(one for one in told["products"] if one["code"] == "film")
    assert [band["level"] for band in film["severity"]["bands"]] == [0.5, 0.8, 0.9]
    assert film["fact"] is None or told["facts"][film["fact"]]["text"].keys() == {"zh", "en"}
    table = plain().table("en")
    assert {"severity", "severity_low", "severity_high", "loss_cut_rank_low"} <= set(table.columns)
    assert list(plain().organisations_table()["loss"]) == sorted(plain().organisations_table()["loss"], reverse=True)
    assert len(plain().facts_table()) == len(plain().facts)


def test_wrong_wishes_are_refused_and_a_run_can_be_watched_and_stopped():
    seen = []

    with pytest.raises(ValueError, match="at least 20"):
        chain().intervals(n=5)
    with pytest.raises(ValueError, match="levels"):
        chain().intervals(uncertain=("levels",))
    chain().intervals(n=20, verify=0, progress=lambda done, total: seen.append((done, total)))
    with pytest.raises(Cancelled, match="after 0 of"):
        chain().intervals(n=20, cancel=lambda: True)

    assert seen[-1] == (20, 20)
