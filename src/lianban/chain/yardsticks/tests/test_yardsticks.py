"""Yardsticks side by side: what each reads, how they agree, why they differ; unknown stays unknown."""

import json

import numpy as np
import pandas as pd
import pytest

from lianban.chain.chain import Chain
from lianban.chain.yardsticks import YARDSTICKS, Reading
from lianban.chain.yardsticks.agreement import agreement, disagreements
from lianban.chain.yardsticks.graph import products_of
from lianban.engine.inputoutput import InvalidTable
from lianban.rulebook.text import Text

FACT = {"source": "s", "observed_on": "2025-01-01"}


def chain_of(products, inputs, production, assessments=(), indicators=()):
    return Chain.from_tables(
        {
            "chain": [{"code": "c", "name": "车", "home": "CN", "data_date": "2025-06-30"}],
            "segments": [{"code": "one", "name": "一", "stage": 1}],
            "sources": [{"code": "s", "title": "t", "kind": "own"}],
            "products": [
                FACT | {"code": code, "name": code, "segment": "one", "final": code == "car"} for code in products
            ],
            "inputs": [
                FACT | {"product": made, "input": needed, "essential": "yes", "cost_share": cost}
                for made, needed, cost in inputs
            ],
            "production": [
                FACT | {"product": made, "origin": origin, "stage": "stable_volume", "share": share, "share_of": of}
                for made, origin, share, of in production
            ],
            "assessments": [
                FACT | {"product": code, "item": "level", "value": level, "voice": "expert"}
                for code, level in assessments
            ],
            "indicators": [FACT | dict(one) for one in indicators],
        }
    )


@pytest.fixture(scope="module")
def car():
    """Car ← cell ← film; car ← seat. Film from Japan, cells half from Korea, seats of unknown origin."""
    return chain_of(
        ["car", "cell", "film", "seat"],
        [("car", "cell", 0.4), ("cell", "film", 0.5), ("car", "seat", 0.2)],
        [
            ("car", "CN", 1.0, "home_supply"),
            ("cell", "KR", 0.5, "home_supply"),
            ("cell", "CN", 0.5, "home_supply"),
            ("film", "JP", 0.8, "home_supply"),
            ("film", "CN", 0.2, "home_supply"),
            ("film", "JP", 0.6, "world_supply"),
            ("film", "US", 0.4, "world_supply"),
        ],
        [("cell", "L3"), ("film", "L1"), ("car", "L5")],
    )


@pytest.fixture(scope="module")
def found(car):
    return car.yardsticks()


def value(found, product, yardstick):
    return found.readings[product][yardstick].value


def test_stages_are_counted_to_final_use(found):
    assert [value(found, code, "upstreamness") for code in ("car", "cell", "film", "seat")] == [1, 2, 3, 2]


def test_import_content_is_counted_along_the_chain(found):
    # A cell takes 0.5 of film, 0.8 of which is imported; the car takes cells and seats.
    assert value(found, "cell", "import_content") == pytest.approx(0.5 * 0.8)
    car = found.readings["car"]["import_content"]
    assert car.value is None and car.why.en == "foreign shares along its inputs are unknown"
    cells = 0.4 * (0.5 + 0.5 * 0.4)
    assert (car.low, car.high) == (pytest.approx(cells), pytest.approx(cells + 0.2))
    assert value(found, "film", "import_content") is None  # no inputs recorded: not 0


def test_concentration_is_the_diagnosis_own_and_world_shares_stand_apart(found, car):
    diagnosis = car.diagnose()
    assert value(found, "cell", "hhi") == diagnosis.by_code["cell"].concentration["origin"].hhi.low == 0.5
    assert value(found, "film", "world_hhi") == pytest.approx(0.36 + 0.16)
    assert found.readings["cell"]["world_hhi"].why.en == "no shares of world supply are told"
    assert value(found, "seat", "hhi") is None


def test_losses_are_those_of_the_diagnosis(found, car):
    for point in car.diagnose().products:
        for name, expected in (
            ("loss_stop", point.loss.stop),
            ("loss_cut", point.loss.cut),
            ("severity", point.severity),
        ):
            assert value(found, point.code, name) == expected


def test_degree_and_betweenness_stand_on_the_graph_of_products(found):
    assert [value(found, code, "degree") for code in ("car", "cell", "film", "seat")] == [2, 2, 1, 1]
    # Paths between two others: film → cell → car alone; of 3 × 2 ordered pairs.
    assert value(found, "cell", "betweenness") == pytest.approx(1 / 6)


def test_the_table_puts_unknown_last_and_never_as_nought(found):
    table = found.table("en")

    assert table["code"].tolist()[0] == "film" and table["code"].tolist()[-1] == "seat"
    assert np.isnan(table.set_index("code").loc["seat", "severity"])
    bounds = found.bounds("en")
    assert bounds["why"].notna().all() and ("car", "import content") in set(
        zip(bounds.code, bounds.yardstick, strict=True)
    )
    assert list(table.columns) == ["code", "name", *YARDSTICKS, "persistence", "inferred"]
    assert not table["inferred"].any()  # every share of this chain is told


def test_what_stands_on_the_level_alone_is_marked_inferred():
    found = chain_of(
        ["car", "cell"], [("car", "cell", 0.4)], [("cell", "KR", None, None)], [("cell", "L2")]
    ).yardsticks()
    cell = found.readings["cell"]

    assert found.readings["car"]["import_content"].inferred
    assert cell["foreign_share"].inferred and cell["severity"].inferred and not cell["loss_stop"].inferred
    assert "by construction" in " ".join(note.en for note in found.notes)


def test_supply_of_unknown_place_leaves_bounds_and_a_least_loss():
    found = chain_of(
        ["car", "cell", "film"],
        [("car", "cell", 0.4), ("cell", "film", 0.5)],
        [("car", "CN", 1.0, "home_supply"), ("cell", "CN", 1.0, "home_supply"), ("film", "JP", 0.3, "home_supply")],
        [("film", "L2")],
    ).yardsticks()
    film, cell = found.readings["film"], found.readings["cell"]

    assert film["foreign_share"].value is None and film["foreign_share"].low == 0.3
    assert film["loss_cut"].low == film["loss_cut"].value and film["loss_cut"].high is None
    assert (cell["import_content"].low, cell["import_content"].high) == (pytest.approx(0.15), pytest.approx(0.5))


def test_many_products_are_sampled_and_too_many_refused_before_they_are_stored(car, monkeypatch):
    monkeypatch.setattr("lianban.chain.yardsticks.graph.MOST_STEPS", 6)
    assert "estimated from 2 starts" in car.yardsticks().notes[-1].en
    monkeypatch.setattr("lianban.engine.inputoutput.table.MAX_SECTORS", 3)
    with pytest.raises(InvalidTable, match="4 sectors would need"):
        car.yardsticks()


def test_a_product_nothing_final_needs_has_no_stages():
    found = chain_of(["car", "toy"], [("toy", "car", 0.1)], [("car", "CN", 1.0, "home_supply")]).yardsticks()

    assert found.readings["toy"]["upstreamness"].why.en == "no way to a final product is recorded"
    assert found.readings["toy"]["loss_stop"].value is None


def test_the_graph_is_the_leontief_table_of_the_needs(car):
    products = products_of(car.network())

    assert dict(zip(products.codes, products.table.output.round(12).tolist(), strict=True)) == {
        "car": 1.0, "cell": 0.4, "film": 0.2, "seat": 0.2,
    }  # fmt: skip


def readings_of(**columns):
    count = len(next(iter(columns.values())))
    return {
        f"p{row}": {
            name: Reading(None if values[row] is None else float(values[row])) for name, values in columns.items()
        }
        for row in range(count)
    }


def test_rank_correlations_are_those_of_pandas_over_what_both_know():
    first, second = [3, 1, 4, 1, 5, 9, 2, None], [2, 7, 1, 8, 2, 8, None, 1]
    readings = readings_of(severity=first, degree=second)
    one = agreement(readings, "severity", "degree")
    both = pd.DataFrame({"a": first, "b": second}, dtype=float).dropna()

    assert one.n == 6
    assert one.spearman == pytest.approx(both.a.corr(both.b, method="spearman"))
    assert one.kendall == pytest.approx(both.a.corr(both.b, method="kendall"))


def test_too_few_or_equal_values_have_no_correlation_and_say_why():
    few = agreement(readings_of(severity=[1, 2, 3], degree=[1, 2, 3]), "severity", "degree")
    flat = agreement(readings_of(severity=[1, 2, 3, 4, 5], degree=[1] * 5), "severity", "degree")

    assert few.spearman is None and "fewer than 5" in few.why.en
    assert flat.kendall is None and flat.why.en == "degree is the same everywhere, so there is no order"


def test_the_widest_gap_comes_first_with_its_direction():
    readings = readings_of(severity=[8, 7, 6, 5, 4, 3, 2, 1], degree=[1, 8, 7, 6, 5, 4, 3, 2])
    names = {code: Text(code, code) for code in readings}
    widest, *others = disagreements(readings, names, "degree", "severity")

    assert (widest.product, widest.rank, widest.rank_reference, widest.gap) == ("p0", 8, 1, -7 / 8)
    assert not others  # the rest moved by one place only


def test_reasons_come_from_the_numbers():
    """Six parts of one car: the hub is made at home, a small part without ties is imported and cannot be replaced."""
    parts = [f"part{i}" for i in range(6)]
    found = chain_of(
        ["car", "hub", *parts, "salt"],
        [("car", "hub", 0.8), *(("hub", part, 0.1) for part in parts), ("car", "salt", 0.01)],
        [("hub", "CN", 1.0, "home_supply"), ("salt", "JP", 1.0, "home_supply")]
        + [(part, origin, 0.5, "home_supply") for part in parts for origin in ("CN", "KR")],
        [("hub", "L5"), ("salt", "L0"), *((part, "L3") for part in parts)],
    ).yardsticks()
    told = {(one.yardstick, one.product): [reason.en for reason in one.reasons] for one in found.disagreements}

    assert told["betweenness", "hub"][0] == "no supply from abroad, so a cut loses nothing"
    assert "it stands at the start: no path passes it, yet all below need it" in told["betweenness", "salt"]
    assert "level L0 at home can hardly step in, which this yardstick does not see" in told["degree", "salt"]
    assert all(reason.zh and reason.en for one in found.disagreements for reason in one.reasons)


def test_everything_goes_into_json_and_is_the_same_again(found, car):
    told = json.dumps(found.to_dict(), ensure_ascii=False, allow_nan=False)

    assert told == json.dumps(car.yardsticks().to_dict(), ensure_ascii=False, allow_nan=False)
    assert found.to_dict()["schema"] == "lianban/yardsticks/1"
    assert len(found.notes) == 1  # every cost and share of this chain is told


def test_the_reference_is_one_of_the_losses(car):
    assert car.yardsticks(against="loss_stop").reference == "loss_stop"
    with pytest.raises(ValueError, match="one of loss_stop"):
        car.yardsticks(against="degree")


def test_correlations_are_square_and_symmetric(found):
    table = found.correlations("kendall", "en")

    assert table.shape == (len(YARDSTICKS),) * 2
    assert table.equals(table.T)
    with pytest.raises(ValueError, match="spearman"):
        found.correlations("pearson")
