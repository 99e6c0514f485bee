"""Quantiles, ranks, worth of facts."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine.reconstruct import Known, Reconstruction, best_facts, ranks_of, summarise, worth_of


def test_one_more_draw_lies_in_the_interval_as_often_as_it_promises():
    rng = np.random.default_rng(1)
    values = rng.random((40, 4000))

    summary = summarise(values[:39])
    inside = (values[39] >= summary.low) & (values[39] <= summary.high)

    assert np.abs(inside.mean(axis=1) - [0.5, 0.8, 0.9]).max() < 0.03


def test_the_monte_carlo_error_is_that_of_repeated_runs():
    rng = np.random.default_rng(2)
    values = rng.normal(size=(200, 1500))

    summary = summarise(values)

    assert 0.8 < summary.median_error.mean() / summary.median.std() < 1.25
    assert 0.7 < summary.low_error[2].mean() / summary.low[2].std() < 1.4


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=6))
def test_ranks_count_what_is_larger(rows):
    values = np.array(rows, float)

    ranks = ranks_of(values)

    for draw in range(len(values)):
        for target in range(3):
            assert ranks[draw, target] == 1 + (values[draw] > values[draw, target]).sum()


def test_a_target_that_is_undefined_stays_so_and_has_no_rank():
    summary = summarise(np.array([[1.0, np.nan, 2.0]] * 5))

    assert np.isnan(summary.median[1])
    assert np.isnan(summary.rank[1])
    assert summary.rank[[0, 2]].tolist() == [2, 1]


def test_a_fact_that_decides_is_worth_all_and_one_that_says_nothing_is_worth_nothing():
    rng = np.random.default_rng(3)
    decides, number, nothing = rng.integers(0, 3, 400), rng.random(400), rng.random(400)
    values = np.c_[decides, number, number + 0.0]

    worth = worth_of(np.c_[decides, number, nothing].astype(float), values)

    assert worth.by_target[0, 0] > 0.999
    assert worth.by_target[1, 1] > 0.97
    assert worth.overall[2] < worth.noise
    share = values.var(axis=0)
    assert np.allclose(worth.overall, worth.by_target @ share / share.sum(), atol=0.02)


def test_the_best_fact_is_the_one_that_narrows_most():
    # The one car maker can buy from either steel maker or both; what the others buy hardly matters.
    known = Known(
        ["ore", "ore", "steel", "steel", "car", "toy"],
        [("ore", "steel", 2), ("steel", "car", 2), ("steel", "toy", 1)],
        sales=[5, 5, 6, 6, 0, 0],
        purchases=[np.nan, np.nan, 5, 5, 6, 6],
        output_weight=[0, 0, 0, 0, 1, 0.02],
    )
    reconstruction = Reconstruction(known)
    ensemble = reconstruction.run(60, seed=1)

    facts = best_facts(reconstruction, ensemble, verify=2)

    assert facts[0].fact == ("supplier", 4, "steel")
    assert facts[0].narrowing > 0.2
    assert [one.narrowing is not None for one in facts[:3]] == [True, True, False]
