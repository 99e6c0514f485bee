"""Shards give what one run gives, whoever computes them, and a dead worker loses nothing."""

import hashlib
import multiprocessing
import os
import signal

import numpy as np
import pytest
from scipy import sparse

from lianban.engine import Cancelled, EngineError, InvalidNetwork, InvalidShock, synthetic
from lianban.engine.cascade import Cascade
from lianban.engine.scenarios import CascadeLosses, Here, Processes, Threads, executors, read_losses, run

N_FIRMS = 290  # so few that the cascade goes its plain way: nothing to compile here nor in the workers


@pytest.fixture(scope="module")
def network():
    return synthetic.firm_network(N_FIRMS, family="x4", seed=1)


def digests(folder):
    """Fingerprint of every file of a stored run."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def same(table, other):
    names = ("loss", "loss_down", "loss_up", "iterations", "converged")
    return all((getattr(table, name) == getattr(other, name)).all() for name in names)


def test_shards_give_the_numbers_of_one_run(network):
    whole = Cascade(network).failures()
    for executor in (None, Here(), Threads(2)):
        assert same(run(CascadeLosses(network), range(N_FIRMS), executor, shard_size=37), whole)


def test_shocks_are_cut_into_columns(network):
    rng = np.random.default_rng(1)
    down, up = (sparse.random_array((N_FIRMS, 50), density=0.02, rng=rng, format="csc") for _ in range(2))
    model = CascadeLosses(network, market=False, eps=1e-3)
    cascade = Cascade(network, market=False)
    assert same(run(model, down, shard_size=7), cascade.losses(down, eps=1e-3))
    assert same(run(model, (down, up), Threads(2), shard_size=7), cascade.losses(down, up, eps=1e-3))


def test_stored_parts_are_the_same_bytes_whoever_computes_and_read_back(network, tmp_path):
    model = CascadeLosses(network)
    stored = run(model, range(100, N_FIRMS), output=tmp_path / "here", shard_size=60)
    run(model, range(100, N_FIRMS), Threads(2), output=tmp_path / "threads", shard_size=60)

    assert digests(tmp_path / "here") == digests(tmp_path / "threads")
    assert (stored.n_cases, stored.n_shards, stored.reused, stored.run_again) == (190, 4, 0, 0)
    assert same(stored.table(), Cascade(network).failures(np.arange(100, N_FIRMS)))
    assert stored.table().network_fingerprint == network.fingerprint
    assert stored.table().parameters["eps"] == 0.01


def test_several_output_weights_read_back(tmp_path, network):
    both = np.stack([network.output_weight, np.arange(1.0, N_FIRMS + 1.0)], axis=1)
    weighted = type(network)(
        network.seller, network.buyer, network.value, network.group, None, network.input_class, both
    )
    stored = run(CascadeLosses(weighted), range(20), output=tmp_path / "run")
    assert stored.table().loss.shape == (20, 2)
    assert same(stored.table(), Cascade(weighted).failures(np.arange(20)))


def test_an_interrupted_run_continues_where_it_stopped(network, tmp_path):
    model, told = CascadeLosses(network), []

    with pytest.raises(Cancelled, match="cancelled after 100 of 290 cases"):
        run(model, range(N_FIRMS), output=tmp_path, shard_size=50, progress=lambda *seen: told.append(seen),
            cancel=lambda: len(told) == 2)  # fmt: skip
    assert told == [(50, N_FIRMS), (100, N_FIRMS)]
    with pytest.raises(EngineError, match=r"4 of 6 parts are missing, the first is part-000002\.parquet"):
        read_losses(tmp_path)

    stored = run(model, range(N_FIRMS), output=tmp_path, shard_size=50)
    assert stored.reused == 2
    assert same(stored.table(), Cascade(network).failures())


def test_a_folder_of_something_else_is_refused(network, tmp_path):
    run(CascadeLosses(network), range(10), output=tmp_path / "run")
    with pytest.raises(EngineError, match=r"holds another run \(model, parameters differ\)"):
        run(CascadeLosses(network, eps=0.1), range(10), output=tmp_path / "run")
    with pytest.raises(EngineError, match=r"\(cases_fingerprint differ\)"):
        run(CascadeLosses(network), range(5, 15), output=tmp_path / "run")
    with pytest.raises(EngineError, match="holds other files"):
        run(CascadeLosses(network), range(10), output=tmp_path)
    with pytest.raises(EngineError, match=r"has no run\.json"):
        read_losses(tmp_path)


def test_wrong_cases_are_refused_before_anything_runs(network):
    model = CascadeLosses(network)
    with pytest.raises(InvalidNetwork, match="firms 290 is not a node"):
        run(model, [1, N_FIRMS])
    with pytest.raises(InvalidShock, match=r"row 3, case 1: a shock of 1\.5"):
        run(model, sparse.csc_array(([1.0, 1.5], ([2, 3], [0, 1])), shape=(N_FIRMS, 2)))
    with pytest.raises(InvalidShock, match="7 rows, the network 290 nodes"):
        run(model, np.zeros((7, 2)))
    with pytest.raises(EngineError, match="there must be a case"):
        run(model, [])
    with pytest.raises(EngineError, match="threads is 0"):
        Threads(0)


def test_what_does_not_fit_into_memory_is_refused_with_the_number_it_needs(network, monkeypatch):
    monkeypatch.setattr(executors, "available_memory", lambda: 300 << 20)
    assert len(run(CascadeLosses(network), range(5)).loss) == 5
    with pytest.raises(EngineError, match=r"needs about 40\d MiB .* 300 MiB available"):
        run(CascadeLosses(network), range(5), Processes(2))  # a copy of the network for each


@pytest.mark.slow
def test_a_killed_process_loses_nothing(network, tmp_path):
    """One of two worker processes is killed while shards are under way: they run again, the bytes are the same."""
    slow = CascadeLosses(network, market=False, eps=1e-9)  # a thousand steps and more
    told, killed = [], []
    run(slow, range(60), output=tmp_path / "here", shard_size=10)

    def kill_one():
        if told and not killed:
            killed.append(multiprocessing.active_children()[0].pid)
            os.kill(killed[0], signal.SIGKILL)
        return False  # not cancelled

    stored = run(slow, range(60), Processes(2), output=tmp_path / "processes", shard_size=10,
                 progress=lambda *seen: told.append(seen), cancel=kill_one)  # fmt: skip

    assert killed and stored.run_again >= 1
    assert [done for done, _ in told] == list(range(10, 61, 10))
    assert digests(tmp_path / "here") == digests(tmp_path / "processes")
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_a_shard_that_kills_every_worker_is_given_up_with_a_sentence(network):
    """Three deaths with the same shard on board end the run instead of going on for ever."""

    def kill_all(*seen):
        for child in multiprocessing.active_children():
            os.kill(child.pid, signal.SIGKILL)
        return False  # not cancelled

    with pytest.raises(EngineError, match="workers died 3 times with shard 0 on board"):
        run(CascadeLosses(network), range(N_FIRMS), Processes(1), cancel=kill_all)
    assert not multiprocessing.active_children()
