"""The face of the index: what is asked and refused, what comes back, and what a broken-off run leaves behind."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from scipy import sparse

import lianban
from lianban.engine import Cancelled, EngineError, InvalidNetwork, InvalidShock, NotConverged, SupplyNetwork
from lianban.engine.cascade import memory as memory_module
from lianban.engine.cascade import prepare, risk, systemic_risk
from lianban.engine.cascade.checkpoint import ForeignCheckpoint
from lianban.engine.cascade.memory import NotEnoughMemory
from lianban.engine.cascade.risk import InvalidRun
from lianban.engine.cascade.tests.questions import question

COLUMNS = ("esri", "esri_down", "esri_up", "iterations", "converged")


@pytest.fixture
def network():
    """Ore and lime go into steel (ore essential, lime not), steel into cars; the cars are the output."""
    return SupplyNetwork(
        [0, 1, 2], [2, 2, 3], [3.0, 1.0, 10.0], group=[0, 1, 2, 3], input_class=[2, 1, 2],
        output_weight=[0, 0, 0, 1], labels=["ore", "lime", "steel", "cars"],
    )  # fmt: skip


def same_bytes(one, other):
    return all(getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in COLUMNS)


def test_every_firm_fails_in_turn_and_the_table_has_the_published_columns(network):
    result = systemic_risk(network)
    assert result.scenario.tolist() == ["ore", "lime", "steel", "cars"]
    assert result.esri.tolist() == result.esri_down.tolist() == [1.0, 0.25, 1.0, 1.0]
    assert result.table().dtype.names == ("scenario", *COLUMNS)
    assert result.top(2)["scenario"].tolist() == ["ore", "steel"]
    assert result.require_converged() is result and len(result) == 4


def test_firms_are_asked_by_label_or_number_and_a_sample_by_seed(network):
    assert systemic_risk(network, firms=["lime", "cars"]).esri.tolist() == [0.25, 1.0]
    assert systemic_risk(network, firms=[1, 3]).scenario.tolist() == ["lime", "cars"]
    large = question(5, n_firms=12).network
    one, again, other = (systemic_risk(large, sample=6, seed=seed) for seed in (1, 1, 2))
    assert same_bytes(one, again) and one.seed == 1 and systemic_risk(large, sample=3).seed == 0
    assert one.scenario.tolist() != other.scenario.tolist() and sorted(set(one.scenario)) == one.scenario.tolist()
    assert (one.esri == systemic_risk(large).esri[one.scenario]).all()


def test_shocks_come_dense_sparse_or_as_one_vector_with_names(network):
    shocks = np.array([[0.5, 0], [0, 1], [0, 0], [0, 0]])
    dense = systemic_risk(network, shocks=shocks, names=["half", "lime"])
    assert dense.esri.tolist() == [0.5, 0.25] and dense.scenario.tolist() == ["half", "lime"]
    assert same_bytes(dense, systemic_risk(network, shocks=sparse.csc_array(shocks)))
    assert systemic_risk(network, shocks=[0.5, 0, 0, 0]).scenario.tolist() == [0]
    only_up = systemic_risk(network, shocks=np.zeros((4, 1)), shocks_up=np.eye(4)[:, [3]])
    assert only_up.esri_down[0] == 0 and only_up.esri_up[0] == 1


def test_several_weights_stand_side_by_side(network):
    result = systemic_risk(network, weights={"sales": network.sales, "jobs": [0, 5, 5, 0]})
    assert result.weight_names == ("sales", "jobs") and result.esri.shape == (4, 2)
    assert result.table().dtype.names[1:4] == ("esri_sales", "esri_down_sales", "esri_up_sales")
    assert result.top(1, weight=1)["esri_jobs"][0] == 1.0
    numbered = systemic_risk(network, weights=np.eye(4)[:, :2])
    assert numbered.weight_names == ("1", "2")
    assert systemic_risk(network, weights={"jobs": [0, 5, 5, 0]}).esri.ndim == 1


def test_market_labels_of_any_kind_stand_for_groups(network):
    words = np.array(["a", "b", "a", "c"])
    assert same_bytes(systemic_risk(network, market=words), systemic_risk(network, market=[7, 2, 7, 5]))


def test_levels_and_sector_tables_add_up_to_the_index():
    network = question(11, n_firms=12).network
    result = systemic_risk(network, levels=True, weights=np.r_[np.zeros(4), np.ones(8)])
    weight = result.network.output_weight
    assert result.levels.down.shape == (12, 12)
    assert weight @ (1 - result.levels.both) / weight.sum() == pytest.approx(result.esri, abs=1e-12)
    table = result.sector_table()
    for k, scenario in enumerate(result.scenario):
        assert table["part"][table["scenario"] == scenario].sum() == pytest.approx(result.esri[k], abs=1e-12)
    assert (np.isnan(table["loss"]) == (table["output"] == 0)).all()
    with pytest.raises(EngineError, match="levels=True"):
        systemic_risk(network).sector_table()


def test_matrix_and_arrays_give_what_the_network_gives(network):
    sector, labels = ["O", "L", "S", "C"], ["ore", "lime", "steel", "cars"]
    essential = [[2, 2, 2, 2], [2, 2, 2, 2], [2, 2, 2, 1], [2, 2, 2, 2]]  # rows C, S, L, O; lime is not essential
    essential = np.array(essential)[:, [3, 2, 1, 0]]
    essential[2, 1] = 1
    options = {"sector": sector, "essential": essential, "sector_labels": ["C", "S", "L", "O"], "weights": [0, 0, 0, 1]}
    matrix = np.zeros((4, 4))
    matrix[[0, 1, 2], [2, 2, 3]] = 3, 1, 10
    expected = systemic_risk(network)
    assert same_bytes(expected, lianban.systemic_risk(matrix, **options))
    assert same_bytes(expected, lianban.systemic_risk(sparse.csr_array(matrix), **options))
    by_number = ([0, 1, 2], [2, 2, 3], [3.0, 1.0, 10.0])
    assert same_bytes(expected, lianban.systemic_risk(by_number, **options))
    by_name = (["ore", "lime", "steel"], ["steel", "steel", "cars"], [3.0, 1.0, 10.0])
    named = lianban.systemic_risk(by_name, labels=labels, **options)
    assert same_bytes(expected, named) and named.scenario.tolist() == labels
    assert systemic_risk(matrix, sector=sector, weights=[0, 0, 0, 1]).esri.tolist() == [1, 1, 1, 1]


def test_plain_arrays_are_refused_with_every_row_that_is_wrong():
    ends = (np.array([0, 0, 5, 1, 1]), np.array([1, 1, 0, -1, 0]), np.array([1.0, 2.0, -1.0, np.nan, np.inf]))
    with pytest.raises(InvalidNetwork) as told:
        systemic_risk(ends, sector=["a", "q"], essential=[[3]], sector_labels=["a"])
    for part in (
        "supplier is no firm", "row 2", "customer is no firm", "row 3", "negative, missing or infinite: row 2, 3, 4",
        "earlier row: add them up first: row 1", "no row of essential: firm 1", "something else than 0, 1, 2: row of the matrix 0",
    ):  # fmt: skip
        assert part in str(told.value)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (np.eye(2), {}, "need sector"),
        (np.eye(2), {"sector": [1, 2], "essential": [[2]]}, "needs sector_labels"),
        (np.eye(2), {"sector": [1, 2, 3]}, "names 3 firms"),
        (([0], [1]), {"sector": [1, 2]}, "tuple of 2"),
        (([0], [1, 0], [1.0]), {"sector": [1, 2]}, "1 suppliers, 2 customers"),
        (np.eye(2), {"sector": [[1, 2]]}, "one label for each firm"),
    ],
)
def test_arrays_of_wrong_form_get_a_sentence(given, options, message):
    with pytest.raises(InvalidNetwork, match=message):
        systemic_risk(given, **options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"eps": -0.1, "max_iterations": 0, "stop": "never"}, InvalidRun, "eps is -0.1.*max_iterations is 0.*'never'"),
        ({"eps": float("nan")}, InvalidRun, "or no run ever settles"),
        ({"firms": [0, 4, -1]}, InvalidShock, r"counted from 0\): entry 1: 4; entry 2: -1"),
        ({"firms": ["ore", "gold"]}, InvalidShock, "label: entry 1: 'gold'"),
        ({"firms": [[0]]}, InvalidShock, "list of firms"),
        ({"sample": 5}, InvalidShock, "4 firms to draw from"),
        ({"shocks": np.eye(4), "firms": [0], "sample": 1}, InvalidShock, "leave firms and sample out"),
        ({"shocks_up": np.eye(4)}, InvalidShock, "without shocks"),
        ({"shocks": np.eye(3)}, InvalidShock, "3 rows, but there are 4 firms"),
        ({"shocks": np.eye(4), "shocks_up": np.zeros((4, 1))}, InvalidShock, "one column for each"),
        ({"shocks": [[1.5, 0], [0, 0], [0, np.nan], [0, -1]]}, InvalidShock, "row 0, scenario 0: 1.5; row 2, scenario 1: nan; row 3"),
        ({"shocks": np.zeros((4, 1, 1))}, InvalidShock, "has shape"),
        ({"names": ["a"]}, InvalidShock, "1 names for 4 scenarios"),
        ({"weights": {}}, InvalidNetwork, "weights is empty"),
        ({"weights": {"jobs": [1, 2]}}, InvalidNetwork, "weights jobs has shape"),
        ({"market": [1, 2]}, InvalidNetwork, "market has shape"),
        ({"sector": [1, 2, 3, 4]}, InvalidRun, "stand in the network already"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_every_reason(network, options, error, message):
    with pytest.raises(error, match=message):
        systemic_risk(network, **options)


def test_numbers_are_asked_where_there_are_no_labels():
    network = SupplyNetwork([0], [1], [1.0], [0, 1])
    with pytest.raises(InvalidShock, match="no labels"):
        systemic_risk(network, firms=["a"])
    assert systemic_risk(network, firms=[]).esri.shape == (0,)


def test_a_cap_that_comes_too_early_is_a_reason_with_a_proven_bound(network):
    result = systemic_risk(network, max_iterations=1, eps=0.01)
    assert result.reasons[0].code == "falling" and result.reasons[0].most_steps == 800
    assert "within 800 steps" in str(result.reasons[0])
    with pytest.raises(NotConverged, match="4 of 4 scenarios did not settle: ore: a level still fell"):
        result.require_converged()
    growing = systemic_risk(question(5, n_firms=12).network, max_iterations=1, stop="loss").reasons
    assert growing and all(why.code == "growing" and "settles in the end" in str(why) for why in growing.values())
    assert systemic_risk(network, eps=0).converged.all()


def test_a_run_says_what_memory_it_needs_and_refuses_what_does_not_fit(network, monkeypatch, tmp_path):
    need = prepare(network).memory
    assert need.total == need.network + need.work + need.results > 0
    assert prepare(network, levels=True).memory.results == need.results + 2 * 8 * 16
    with pytest.raises(NotEnoughMemory, match=r"needs about .* KiB .* 1.0 KiB available") as told:
        systemic_risk(network, memory=1024, levels=True)
    assert told.value.need.available == 1024
    monkeypatch.setattr(memory_module, "available_memory", lambda: None)
    monkeypatch.setattr(risk, "available_memory", lambda: None)
    assert "available memory unknown" in prepare(network).memory.sentence()


def test_available_memory_is_what_the_machine_or_its_container_leaves(monkeypatch, tmp_path):
    assert memory_module.available_memory() > 0
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:  5 kB\n")
    monkeypatch.setattr(memory_module, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory_module, "CGROUP", tmp_path)
    assert memory_module.available_memory() == 5 * 1024
    (tmp_path / "memory.max").write_text("3000\n")
    (tmp_path / "memory.current").write_text("1000\n")
    assert memory_module.available_memory() == 2000
    monkeypatch.setattr(memory_module, "MEMINFO", tmp_path / "nowhere")
    monkeypatch.setattr(memory_module, "CGROUP", tmp_path / "nowhere")
    monkeypatch.setattr(memory_module.os, "sysconf", lambda name: 7)
    assert memory_module.available_memory() == 49
    monkeypatch.delattr(memory_module.os, "sysconf")
    assert memory_module.available_memory() is None


def test_a_result_says_how_it_came_about_and_cannot_be_changed(network):
    result = systemic_risk(network, compatible=True)
    assert result.network_fingerprint == network.fingerprint and result.warning is None
    assert result.parameters["compatible"] is True and result.parameters["scenarios"] == 4
    others = [{"eps": 0.1}, {"firms": [0]}, {"market": False}, {"costs": [1, 2, 3, 4]}, {"weights": [1, 1, 1, 1]}]
    assert len({systemic_risk(network, **one).fingerprint for one in [{}, *others]}) == 6
    assert systemic_risk(network, threads=1).fingerprint == systemic_risk(network, threads=2).fingerprint
    with pytest.raises(AttributeError):
        result.esri = 0
    with pytest.raises(ValueError, match="read-only"):
        result.esri[0] = 0


def test_progress_is_told_and_cancel_ends_it(network):
    told = []
    systemic_risk(network, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (4, 4)
    with pytest.raises(Cancelled):
        systemic_risk(network, cancel=lambda: True)


def test_a_cancelled_run_goes_on_from_its_checkpoint(monkeypatch, tmp_path):
    monkeypatch.setattr(risk, "FIRST_BLOCK", 2)
    monkeypatch.setattr(risk, "MOST_BLOCK", 2)
    network, calls, told = question(3, n_firms=11).network, iter([False, False, True]), []
    with pytest.raises(Cancelled, match=r"4 of 11 scenarios are kept in .*the same call"):
        systemic_risk(network, checkpoint=tmp_path / "run", cancel=lambda: next(calls))
    assert len(list((tmp_path / "run").glob("block-*"))) == 2

    resumed = systemic_risk(network, checkpoint=tmp_path / "run", progress=lambda done, total: told.append(done))
    assert told[0] == 6 and told[-1] == 11
    assert same_bytes(resumed, systemic_risk(network))


def test_another_run_or_other_files_in_the_folder_are_refused_and_left_alone(network, tmp_path):
    systemic_risk(network, checkpoint=tmp_path / "run")
    before = sorted(path.name for path in (tmp_path / "run").iterdir())
    with pytest.raises(ForeignCheckpoint, match=r"another run \(eps: 0.01 there, 0.1 now\)") as told:
        systemic_risk(network, checkpoint=tmp_path / "run", eps=0.1)
    assert told.value.differs == (("eps", 0.01, 0.1),)
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == before
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ForeignCheckpoint, match="other files"):
        systemic_risk(network, checkpoint=tmp_path)
    with pytest.raises(ForeignCheckpoint, match="is a file"):
        systemic_risk(network, checkpoint=tmp_path / "thesis.txt")
    (tmp_path / "run" / "run.json").write_text("{")
    with pytest.raises(ForeignCheckpoint, match="cannot be read"):
        systemic_risk(network, checkpoint=tmp_path / "run")


def test_a_damaged_block_is_computed_again(monkeypatch, tmp_path):
    monkeypatch.setattr(risk, "FIRST_BLOCK", 3)
    monkeypatch.setattr(risk, "MOST_BLOCK", 3)
    network = question(4, n_firms=10).network
    whole = systemic_risk(network, checkpoint=tmp_path / "run")
    blocks = sorted((tmp_path / "run").glob("block-*"))
    blocks[0].write_bytes(blocks[0].read_bytes()[:100])
    blocks[2].write_bytes(blocks[1].read_bytes())  # a whole file under another name
    again = systemic_risk(network, checkpoint=tmp_path / "run")
    assert same_bytes(whole, again) and again.notes == ("2 damaged files of the checkpoint were computed again",)


KILLED = """
import os, signal, sys
from lianban.engine.cascade import risk, systemic_risk
from lianban.engine.cascade.tests.questions import question
risk.FIRST_BLOCK = risk.MOST_BLOCK = 2
def die(done, total):
    if done >= 8:
        os.kill(os.getpid(), signal.SIGKILL)
systemic_risk(question(6, n_firms=15).network, checkpoint=sys.argv[1], progress=die)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs a signal that nothing can catch")
def test_a_killed_run_loses_at_most_the_block_under_way(tmp_path):
    path = os.pathsep.join(sys.path)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "run"], env={**os.environ, "PYTHONPATH": path}, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert len(list((tmp_path / "run").glob("block-*"))) == 3

    network = question(6, n_firms=15).network
    told = []
    resumed = systemic_risk(network, checkpoint=tmp_path / "run", progress=lambda done, total: told.append(done))
    assert told[0] > 6 and same_bytes(resumed, systemic_risk(network))
