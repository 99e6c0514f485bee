"""A local Dask cluster of two worker processes, one of them killed in the middle."""

import hashlib
import os
import signal
import sys
import time
from functools import partial

import pytest

from lianban.engine import EngineError, scenarios, synthetic
from lianban.engine.cascade import simulate

N_FIRMS, N_CASES = 290, 60  # the plain way of the cascade: nothing to compile in the workers


def digests(folder):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_killed_worker_loses_nothing_and_the_bytes_are_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    network = synthetic.firm_network(N_FIRMS, family="x4", seed=1)
    model, killed = scenarios.CascadeLosses(network, market=False, eps=1e-9), []
    scenarios.run(model, range(N_CASES), output=tmp_path / "here", shard_size=10)

    place = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "local_directory": str(tmp_path / "dask")}
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, **place) as machines,
        distributed.Client(machines) as client,
        scenarios.Cluster(client) as cluster,
    ):
        before = client.run(os.getpid)
        worker, pid = next(iter(before.items()))

        def kill_it_at_work(done, total):
            """Kill one worker at a moment when it has a shard."""
            if not killed and (held := client.processing()[worker]):
                os.kill(pid, signal.SIGKILL)
                killed.extend(held)

        stored = scenarios.run(
            model, range(N_CASES), cluster, output=tmp_path / "cluster", shard_size=10, progress=kill_it_at_work
        )
        losses = cluster.map(partial(simulate, network), [[1.0] + [0.0] * (N_FIRMS - 1)])
        client.wait_for_workers(2)
        started = [*before.values(), *client.run(os.getpid).values()]

    assert killed and stored.run_again is None
    assert digests(tmp_path / "here") == digests(tmp_path / "cluster")
    assert losses[0].loss == simulate(network, [1.0] + [0.0] * (N_FIRMS - 1)).loss
    deadline = time.monotonic() + 10
    while any(map(alive, started)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(alive, started)), "workers were left behind"


def test_without_dask_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "lianban.engine.scenarios.cluster", raising=False)
    with pytest.raises(EngineError, match=r"pip install 'lianban\[cluster\]'"):
        _ = scenarios.Cluster
