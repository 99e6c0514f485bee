"""The harness for the published implementation, with a stand-in for R that reads the same files."""

import stat
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Stands for Rscript: answers the question for versions, and computes the files of the folder with plain SciPy.
STAND_IN = """#!{python}
import json, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {src!r}]
if sys.argv[1] == "-e":
    print("{versions}")
    raise SystemExit
import numpy as np
from benchmarks.plain import PlainCascade
from lianban.engine import SupplyNetwork
folder, eps = Path(sys.argv[2]), float(sys.argv[3])
edges = np.loadtxt(folder / "edges.csv", delimiter=",", skiprows=1)
sector = [line.split(",")[1] for line in (folder / "sectors.csv").read_text().split()[1:]]
essential = np.loadtxt(folder / "essential.csv", delimiter=",", dtype=int)
firms = np.loadtxt(folder / "scenarios.csv", skiprows=1, dtype=int)
ends = edges[:, :2].astype(int) - 1
network = SupplyNetwork.from_essential(*ends.T, edges[:, 2], sector, essential, sorted(set(sector)))
losses = PlainCascade(network).failures(firms - 1, eps)
rows = zip(firms, losses.both + {error}, losses.down, losses.up, losses.steps)
(folder / "answers.csv").write_text("h\\n" + "\\n".join(",".join(map(str, row)) for row in rows) + "\\n")
(folder / "times.json").write_text(json.dumps({{"cpu_s": 2.0, "wall_s": 2.5}}))
"""


@pytest.fixture
def peers(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import peers

    return peers


def stand_in(place, monkeypatch, versions="0.9.3.1 0.9.3.1", error=0.0):
    """Put a stand-in for Rscript on PATH."""
    program = place / "Rscript"
    text = STAND_IN.format(python=sys.executable, root=str(ROOT), src=str(ROOT / "src"), versions=versions, error=error)
    program.write_text(text, encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(place))


def test_without_r_it_says_so(peers, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert peers.figures(quick=True) == {"GLcascade": "not found: R (no Rscript on PATH)"}
    assert peers.table(peers.figures()) == "GLcascade: not found: R (no Rscript on PATH)"


def test_without_the_packages_it_names_them(peers, monkeypatch, tmp_path):
    stand_in(tmp_path, monkeypatch, versions="0.9.3.1 none")
    assert peers.not_found() == "not found: R has no package fastcascade"


def test_the_same_files_give_times_ratios_and_differences(peers, monkeypatch, tmp_path):
    from lianban.engine import synthetic

    network = synthetic.firm_network(200, seed=1)
    stand_in(tmp_path, monkeypatch)
    case = peers.compared(network, sample=60)
    assert case["scenarios"] == 60 and case["theirs"] == {"cpu_s": 2.0, "wall_s": 2.5}
    assert case["max_difference"] < 1e-12 and case["equal_iterations"]
    assert case["ratio_cpu"] == pytest.approx(2.0 / case["ours"]["cpu_s"], rel=0.1)
    assert "steps equal" in peers.table({"h4_200": case})

    stand_in(tmp_path, monkeypatch, error=1e-6)
    assert peers.compared(network, sample=60)["max_difference"] == pytest.approx(1e-6)


def test_when_r_stops_its_words_are_kept(peers, monkeypatch, tmp_path):
    from lianban.engine import synthetic

    stand_in(tmp_path, monkeypatch, error="undefined_name")
    assert "undefined_name" in peers.compared(synthetic.firm_network(50, seed=1), sample=5)["failed"]
