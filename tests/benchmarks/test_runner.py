"""python -m benchmarks finds topics, keeps what others measured and says what failed; the yardstick is right."""

import importlib
import json
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def runner(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import __main__ as runner

    return runner


def test_every_topic_can_be_loaded(runner):
    for topic in runner.topics():
        assert callable(importlib.import_module(f"benchmarks.{topic}").figures)


def test_every_module_with_figures_is_a_topic(runner, capsys):
    assert runner.main(["--list"]) == 0
    assert {"big_package", "cascade", "peers", "reference"} <= set(capsys.readouterr().out.split())
    assert runner.main(["no_such_topic"]) == 2
    assert "unknown: no_such_topic; known: " in capsys.readouterr().err


def test_figures_are_stored_beside_those_of_other_topics(runner, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))  # no R: the quickest of all topics
    store = tmp_path / "store.json"
    store.write_text('{"other": 1}', encoding="utf-8")

    assert runner.main(["peers", "--quick", "--output", str(store)]) == 0

    kept = json.loads(store.read_text(encoding="utf-8"))
    assert kept["other"] == 1
    assert kept["peers"]["figures"] == {"GLcascade": "not found: R (no Rscript on PATH)"}
    assert kept["peers"]["quick"] is True
    assert {"processor", "cores", "memory_gib", "packages", "load", "on"} <= set(kept["peers"]["machine"])
    assert "not found: R" in capsys.readouterr().out


def test_a_topic_that_fails_is_stored_as_failed(runner, monkeypatch, tmp_path, capsys):
    from benchmarks import peers

    def broken(quick=False):
        raise ValueError("no luck")

    monkeypatch.setattr(peers, "figures", broken)
    assert runner.main(["peers", "--output", str(tmp_path / "store.json")]) == 1
    assert "no luck" in json.loads((tmp_path / "store.json").read_text(encoding="utf-8"))["peers"]["failed"]
    assert "FAILED" in capsys.readouterr().out


@pytest.mark.parametrize("family", ["h4", "x4"])
def test_the_plain_yardstick_and_the_engine_agree(runner, family):
    from benchmarks.plain import PlainCascade, estimate, strata
    from lianban.engine import synthetic
    from lianban.engine.cascade import Cascade

    network = synthetic.firm_network(300, family=family, seed=4)
    ours, plain = Cascade(network).failures(), PlainCascade(network).failures(np.arange(300))
    assert np.abs(ours.loss - plain.both).max() < 1e-12
    assert np.abs(ours.loss_up - plain.up).max() < 1e-12
    assert (ours.iterations == plain.steps).all()

    parts = strata(network)
    assert sorted(np.concatenate(parts).tolist()) == list(range(300))
    assert network.sales[parts[0]].min() >= network.sales[parts[1]].max()
    _, _, firms, losses, _ = estimate(network, 5, seed=1)
    assert (losses.steps == ours.iterations[firms]).all()


def test_a_missed_bar_says_so_with_its_profile(runner):
    from benchmarks import cascade

    case = {"cpu_s": 9.0, "mean_iterations": 2.4, "sampled_firms": None}
    report = {"cases": {"h4_91595": case}}
    missed = cascade.held(report, "h4_91595.cpu_s", 8.0, 5.0, "CPU s")
    assert missed["verdict"] == "MISSED" and missed["profile"]["mean_iterations"] == 2.4
    assert cascade.held(report, "h4_91595.cpu_s", 10.0, 5.0, "CPU s")["verdict"] == "bar met"
    assert cascade.held(report, "x4_5000.cpu_s", 10.0, 5.0, "CPU s")["verdict"] == "not measured"
