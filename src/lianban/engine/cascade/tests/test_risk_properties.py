"""What must always hold of the index, whatever the network and the options."""

import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import model, risk, systemic_risk
from lianban.engine.cascade.tests.questions import question

CLOSE = 1e-12
SEEDS = st.integers(0, 100_000)
COLUMNS = ("esri", "esri_down", "esri_up", "iterations", "converged")


def asked(drawn, **more):
    options = drawn.options | more
    return systemic_risk(drawn.network, shocks=drawn.down, shocks_up=drawn.up, **options)


def same_bytes(one, other):
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in COLUMNS)


@pytest.fixture(autouse=True, scope="module", params=["plain", "kernels"])
def way(request):
    """Small networks go the plain way by themselves; here the kernels have to answer them too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "KERNELS_FROM_LINKS", 0 if request.param == "kernels" else 10**9)
        yield


@settings(deadline=None)
@given(SEEDS, st.sampled_from([1e-6, 0.01, 3.0, 1e9]))
def test_the_index_has_no_unit(seed, factor):
    drawn = question(seed)
    net, options = drawn.network, drawn.options | {"compatible": False}  # the published rule has one: docs tell
    options |= {name: options[name] * factor for name in ("revenue", "costs") if name in options}
    assume(all((options[name] > 0).all() for name in ("revenue", "costs") if name in options))  # a 0 counts as 1
    grown = SupplyNetwork(
        net.seller, net.buyer, net.value * factor, net.group, market=net.market, input_class=net.input_class,
        output_weight=net.output_weight * factor,
    )  # fmt: skip
    before = asked(drawn, compatible=False)
    after = systemic_risk(grown, shocks=drawn.down, shocks_up=drawn.up, **options)
    assert before.iterations.tolist() == after.iterations.tolist()
    assert np.abs(before.esri - after.esri).max() <= CLOSE


@settings(deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_renaming_firms_sectors_and_links_only_renames_the_result(seed, random):
    drawn = question(seed)
    net = drawn.network
    new = list(range(net.n_firms))
    random.shuffle(new)
    rows = list(range(net.n_links))
    random.shuffle(rows)
    new, old = np.array(new), np.argsort(new)
    renamed = SupplyNetwork(
        new[net.seller][rows], new[net.buyer][rows], net.value[rows], 90 - 7 * net.group[old],
        market=5 + 3 * net.market[old], input_class=net.input_class[rows], output_weight=net.output_weight[old],
    )  # fmt: skip
    options = {name: value[old] if name in ("revenue", "costs") else value for name, value in drawn.options.items()}
    before = asked(drawn)
    after = systemic_risk(renamed, shocks=drawn.down[old], shocks_up=drawn.up[old], **options)
    assert before.iterations.tolist() == after.iterations.tolist()
    for name in ("esri", "esri_down", "esri_up"):
        assert np.abs(getattr(before, name) - getattr(after, name)).max() <= CLOSE


@settings(deadline=None)
@given(SEEDS, st.integers(1, 4), st.data())
def test_an_interrupted_and_resumed_run_equals_a_whole_one_byte_for_byte(seed, size, data):
    drawn = question(seed)
    whole = asked(drawn)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.setattr(risk, "FIRST_BLOCK", size)
        patch.setattr(risk, "MOST_BLOCK", size)
        folder = Path(place) / "run"
        asked(drawn, checkpoint=folder)
        blocks = sorted(folder.glob("block-*"))
        for lost in data.draw(st.lists(st.sampled_from(blocks), unique=True)):
            lost.unlink()  # as if the run had been killed before these
        patch.setattr(risk, "FIRST_BLOCK", data.draw(st.integers(1, 5)))
        assert same_bytes(whole, asked(drawn, checkpoint=folder))
        assert same_bytes(whole, asked(drawn, checkpoint=folder))
        shutil.rmtree(folder)


@settings(deadline=None)
@given(SEEDS, st.randoms(use_true_random=False))
def test_a_scenario_gives_the_same_bytes_alone_in_any_order_and_with_any_threads(seed, random):
    drawn = question(seed)
    order = list(range(drawn.down.shape[1]))
    random.shuffle(order)
    whole = asked(drawn, threads=1)
    assert same_bytes(whole, asked(drawn, threads=2))
    shuffled = systemic_risk(
        drawn.network, shocks=drawn.down[:, order], shocks_up=drawn.up[:, order], threads=3, **drawn.options
    )
    assert all((getattr(whole, name)[order] == getattr(shuffled, name)).all() for name in COLUMNS)
    alone = systemic_risk(
        drawn.network, shocks=drawn.down[:, [order[0]]], shocks_up=drawn.up[:, [order[0]]], **drawn.options
    )
    assert all((getattr(whole, name)[order[:1]] == getattr(alone, name)).all() for name in COLUMNS)


@settings(deadline=None)
@given(SEEDS)
def test_one_failure_as_a_firm_and_as_a_shock_agree(seed):
    drawn = question(seed)
    n = drawn.network.n_firms
    firms = systemic_risk(drawn.network, **drawn.options)
    shocks = systemic_risk(drawn.network, shocks=np.eye(n), **drawn.options)
    assert same_bytes(firms, shocks)


@settings(deadline=None)
@given(SEEDS)
def test_the_index_lies_between_nothing_and_everything_and_channels_below_both(seed):
    result = asked(question(seed))
    assert (result.esri >= -CLOSE).all() and (result.esri <= 1 + CLOSE).all()
    assert (np.maximum(result.esri_down, result.esri_up) <= result.esri + CLOSE).all()
