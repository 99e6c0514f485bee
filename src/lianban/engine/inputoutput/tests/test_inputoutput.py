"""Input-output measures: what they say, what always holds, what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.engine.inputoutput import (
    InputOutputTable,
    InvalidTable,
    NotProductive,
    complete_coefficients,
    direct_coefficients,
    downstreamness,
    import_content,
    import_shares,
    leontief_inverse,
    linkages,
    measure,
    upstreamness,
)
from lianban.engine.inputoutput.tests import judge


@st.composite
def tables(draw):
    """A table that balances: flows, final use of at least a tenth of them, some sectors that nobody lives in."""
    n = draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    flows = rng.lognormal(0, 2, (n, n)) * (rng.random((n, n)) < 0.6)
    empty = rng.random(n) < 0.15
    flows[empty], flows[:, empty] = 0, 0
    output = np.where(empty, 0, np.maximum(flows.sum(1), flows.sum(0)) * (1 + rng.random(n)) + 0.1)
    return InputOutputTable(flows, output)


@given(tables())
def test_coefficients_and_inverse_equal_the_rounds_of_purchases(table):
    plain = judge.direct(table.flows, table.output)

    assert np.array_equal(direct_coefficients(table), plain)
    assert np.allclose(leontief_inverse(table), judge.rounds(plain, np.eye(table.n_sectors)), rtol=1e-9, atol=1e-9)
    assert np.allclose(complete_coefficients(table) + np.eye(table.n_sectors), leontief_inverse(table))


@given(tables())
def test_stages_equal_the_stages_counted_one_by_one_and_are_at_least_one(table):
    lives = table.output > 0
    up, down = upstreamness(table), downstreamness(table)

    assert np.isnan(up[~lives]).all() and np.isnan(down[~lives]).all()
    assert np.allclose(up[lives], judge.upstreamness(table.flows, table.output)[lives], rtol=1e-8)
    assert (up[lives] >= 1 - 1e-12).all() and (down[lives] >= 1 - 1e-12).all()
    # Fally (2012): the two averages, one weighted by final use, one by value added, count the same stages.
    final, added = table.output - table.flows.sum(1), table.output - table.flows.sum(0)
    assert np.isclose((down[lives] * final[lives]).sum(), table.output.sum())
    assert np.isclose((up[lives] * added[lives]).sum(), table.output.sum())


@given(tables(), st.integers(0, 2**32 - 1))
def test_import_content_grows_with_every_import_share_and_stays_below_one(table, seed):
    rng = np.random.default_rng(seed)
    some = rng.random(table.n_sectors)
    more = np.minimum(1, some + rng.random(table.n_sectors) * 0.5)
    less, larger = import_content(table, some), import_content(table, more)
    lives = table.output > 0

    assert (less.total[lives] <= larger.total[lives] + 1e-12).all()
    assert (less.direct[lives] <= less.total[lives] + 1e-12).all() and (larger.total[lives] < 1).all()
    a = judge.direct(table.flows, table.output)
    plain = judge.rounds(((1 - some)[:, None] * a).T, (some[:, None] * a).sum(0))
    assert np.allclose(less.total[lives], plain[lives])


@given(tables())
def test_linkages_equal_their_plain_twins(table):
    found, lives = linkages(table), table.output > 0
    shares = np.divide(
        table.flows, table.output[:, None], out=np.zeros_like(table.flows), where=table.output[:, None] > 0
    )
    ghosh = np.linalg.inv(np.eye(table.n_sectors) - shares)

    assert np.allclose(found.forward[lives], ghosh.sum(1)[lives])
    assert np.isnan(found.backward[~lives]).all()
    for k in np.flatnonzero(lives):
        assert np.isclose(found.extraction_loss[k], judge.extraction(table.flows, table.output, k))
    if lives.any():
        assert np.isclose(found.power[lives].mean(), 1) and np.isclose(found.sensitivity[lives].mean(), 1)


@given(tables(), st.randoms(use_true_random=False))
def test_renaming_sectors_only_renames_results(table, random):
    order = list(range(table.n_sectors))
    random.shuffle(order)
    moved = InputOutputTable(table.flows[np.ix_(order, order)], table.output[order])

    assert np.allclose(upstreamness(moved), upstreamness(table)[order], rtol=1e-10, equal_nan=True)
    assert np.allclose(linkages(moved).power, linkages(table).power[order], rtol=1e-10, equal_nan=True)


def test_exports_imports_and_stocks_are_taken_out_of_what_is_used():
    flows = np.array([[0.0, 40.0], [0.0, 0.0]])
    table = InputOutputTable(flows, [100, 80], exports=[30, 0], imports=[20, 0], inventories=[10, 0])
    same = InputOutputTable(flows, [100, 80], final=[40, 80])  # 100 − 30 + 20 − 10 = 80 = 40 + 40

    assert upstreamness(table).tolist() == [1.5, 1.0]
    assert np.allclose(upstreamness(same), upstreamness(table))
    assert import_shares(table)[0] == 20 / 90
    assert import_content(table).direct[1] == pytest.approx(0.5 * 20 / 90)


def test_told_imported_flows_go_before_equal_shares():
    flows = [[0.0, 40.0, 40.0], [0, 0, 0], [0, 0, 0]]
    told = InputOutputTable(flows, [100, 80, 80], imported_flows=[[0, 40, 0], [0, 0, 0], [0, 0, 0]])
    spread = InputOutputTable(flows, [100, 80, 80], imports=[50, 0, 0], exports=[50, 0, 0])

    assert import_content(told).total.tolist() == [0, 0.5, 0] and not import_content(told).proportional
    assert import_content(spread).total.tolist() == [0, 0.25, 0.25] and import_content(spread).proportional


def test_a_table_that_eats_itself_is_refused_with_the_sector():
    flows = np.array([[10.0, 0, 0], [0, 30, 60], [5, 50, 60]])
    table = InputOutputTable(flows, [100, 80, 100], labels=["ore", "steel", "power"])
    for ask in (leontief_inverse, downstreamness, linkages):
        with pytest.raises(NotProductive, match=r"sector 2 \(power\) .* 1\.2 .* circle with sector 1 \(steel\)"):
            ask(table)
    with pytest.raises(NotProductive, match=r"sector 0 .* worth 1 of its output: spectral radius"):
        leontief_inverse(InputOutputTable([[5.0]], [5.0]))
    with pytest.raises(NotProductive, match="passes 1 of all"):
        upstreamness(InputOutputTable([[0, 5.0], [5.0, 0]], [5.0, 5.0]))


def test_a_column_above_one_outside_a_circle_is_a_loss_and_no_obstacle():
    table = InputOutputTable([[0, 150.0], [0, 0]], [200, 100])  # sector 1 makes a loss; nothing circles

    assert leontief_inverse(table)[0, 1] == 1.5


def test_everything_wrong_is_told_at_once():
    with pytest.raises(InvalidTable) as told:
        InputOutputTable([[1, -2], [np.nan, 3]], [5, 0], imports=[-1, 0], labels=["a", "b"])

    assert len(told.value.problems) == 4
    assert "flows, sector 0 (a) to sector 1 (b): -2" in str(told.value)
    assert "imports, sector 0 (a): -1" in str(told.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"flows": [[1, 2]], "output": [1]}, "as many rows as columns"),
        ({"flows": [[1]], "output": [1, 2]}, r"output has shape \(2,\)"),
        ({"flows": [["x"]], "output": [1]}, "does not hold numbers"),
        ({"flows": [[1]], "output": [0]}, "buys 1 but has no output"),
        ({"flows": [[1]], "output": [2], "labels": ["a", "b"]}, "expected 1 different"),
        ({"flows": [[1]], "output": [2], "imported_flows": [[1.5]]}, "more than the whole flow"),
    ],
)
def test_a_wrong_table_is_refused_in_words(arguments, words):
    with pytest.raises(InvalidTable, match=words):
        InputOutputTable(**arguments)


def test_trade_that_cannot_be_is_refused():
    flows = [[0.0, 4.0], [0, 0]]
    with pytest.raises(InvalidTable, match="sells 4 to sectors, but"):
        upstreamness(InputOutputTable(flows, [10, 10], exports=[12, 0]))
    with pytest.raises(InvalidTable, match="take re-exports out"):
        import_shares(InputOutputTable(flows, [10, 10], exports=[12, 0], imports=[5, 0]))
    with pytest.raises(InvalidTable, match="need imports"):
        import_content(InputOutputTable(flows, [10, 10]))
    with pytest.raises(InvalidTable, match="between 0 and 1"):
        import_content(InputOutputTable(flows, [10, 10]), np.array([0.2, 1.2]))


def test_too_many_sectors_are_refused_before_anything_is_computed(monkeypatch):
    monkeypatch.setattr("lianban.engine.inputoutput.table.MAX_SECTORS", 1)
    with pytest.raises(InvalidTable, match="GiB"):
        InputOutputTable(np.zeros((2, 2)), np.ones(2))


def test_all_at_once_says_how_it_came_about():
    table = InputOutputTable([[0.0, 4.0], [0, 0]], [10, 10])
    found = measure(table)

    assert found.imports is None and found.fingerprint == table.fingerprint
    assert found.engine_version == "inputoutput 1"
    assert table.fingerprint != InputOutputTable([[0.0, 4.0], [0, 0]], [10, 10], imports=[0, 0]).fingerprint
    assert not table.flows.flags.writeable
    assert len(upstreamness(InputOutputTable(np.zeros((0, 0)), []))) == 0
