"""``lianban risk``: columns with 17 digits, further files, wrong use, and a run that is interrupted."""

import csv
import io
import json
import sys

import numpy as np
import pytest

from lianban import samples
from lianban.cli import main, output, risk_files
from lianban.engine.cascade import risk as engine_risk
from lianban.engine.cascade.tests import make_reference

PLAIN = str(make_reference.FOLDER)
PACKAGE = str(samples.path("antibody"))
HEADER = ["scenario", "esri", "esri_down", "esri_up", "iterations"]


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LIANBAN_LANG", "en")
    yield
    output.configure(language="zh", as_json=False, quiet=False)


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def stored(case):
    return (make_reference.FOLDER / f"{case}.csv").read_text(encoding="utf-8")


def hold(text, case):
    """The printed numbers are those of the stored answers to 1e-12, with equal steps."""
    got, expected = rows(text), rows(stored(case))
    assert list(got[0]) == list(expected[0]) and len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        assert one["scenario"] == other["scenario"] and one["iterations"] == other["iterations"]
        assert all(abs(float(one[name]) - float(other[name])) <= 1e-12 for name in one)


def write(path, rows_of):
    np.savetxt(path, rows_of, delimiter=",", fmt="%.17g")
    return str(path)


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("market_eps1e-2", []),
        ("market_eps1e-6", ["--eps", "1e-6"]),
        ("nomarket_eps1e-2", ["--market", "none"]),
        ("market_compatible", ["--compatible"]),
        ("stop_loss", ["--stop", "loss", "--threads", "1"]),
    ],
)
def test_a_plain_folder_gives_the_stored_answers(capsys, case, options):
    assert main(["risk", PLAIN, *options]) == output.DONE
    told = capsys.readouterr()
    hold(told.out, case)
    assert told.out.split("\n")[0].split(",") == HEADER and "12 scenarios, 12 firms" in told.err
    assert all(len(cell) >= 22 for row in rows(told.out) for name, cell in row.items() if name.startswith("esri"))


def test_further_files_give_the_stored_answers(capsys, tmp_path):
    revenue, costs = (write(tmp_path / f"{name}.csv", make_reference.amounts(name)) for name in ("revenue", "costs"))
    markets = tmp_path / "market.csv"
    markets.write_text("firm,market\n" + "".join(f"{k},m{7 * k % 4}\n" for k in range(12, 0, -1)), encoding="utf-8")
    asked = make_reference.CASES["psi_psi_up"]()
    psi, psi_up = write(tmp_path / "psi.csv", asked.down), write(tmp_path / "psi_up.csv", asked.up)
    weights = tmp_path / "weights.csv"
    columns = make_reference.weights()
    lines = [f"{k + 1},{one:g},{other:g}\n" for k, (one, other) in enumerate(columns)]
    weights.write_text("firm,1,2\n" + "".join(lines[::-1]), encoding="utf-8")
    for case, options in {
        "revenue": ["--revenue", revenue],
        "costs": ["--costs", costs],
        "other_market": ["--market", str(markets)],
        "psi": ["--psi", psi],
        "psi_psi_up": ["--psi", psi, "--psi-up", psi_up],
        "two_weights": ["--weights", str(weights)],
    }.items():
        assert main(["risk", PLAIN, *options, "--quiet"]) == output.DONE
        hold(capsys.readouterr().out, case)


def test_files_are_written_with_levels_and_sectors_that_add_up(capsys, tmp_path):
    out, levels, sectors = (tmp_path / f"{name}.csv" for name in ("out", "levels", "sectors"))
    options = ["--output", str(out), "--levels", str(levels), "--sectors", str(sectors)]
    assert main(["risk", PLAIN, *options]) == output.DONE
    told = capsys.readouterr()
    assert told.out == "" and "levels.csv" in told.err
    hold(out.read_text(encoding="utf-8"), "market_eps1e-2")
    parts = rows(sectors.read_text(encoding="utf-8"))
    for row in rows(out.read_text(encoding="utf-8")):
        own = [float(part["part"]) for part in parts if part["scenario"] == row["scenario"]]
        assert len(own) == 5 and sum(own) == pytest.approx(float(row["esri"]), abs=1e-12)
    first = rows(levels.read_text(encoding="utf-8"))
    assert len(first) == 144 and float(first[0]["level_down"]) == 0.0 and first[13]["firm"] == "2"


def test_json_says_how_it_came_about_and_what_did_not_settle(capsys):
    assert main(["risk", PLAIN, "--json", "--max-iterations", "2", "--sample", "5", "--seed", "4"]) == output.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "lianban/risk/1" and told["seed"] == 4 and told["fingerprint"].startswith("sha256:")
    late = [row for row in told["scenarios"] if not row["converged"]]
    assert len(told["scenarios"]) == 5 and late
    assert late[0]["esri"] is None and "in step 2" in late[0]["reason"]["en"] and "上限 2" in late[0]["reason"]["zh"]


def test_what_did_not_settle_is_no_number_and_the_reason_is_told(capsys, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    for name in ("sectors.csv", "essential.csv", "edges.csv"):
        (folder / name).write_bytes((make_reference.FOLDER / name).read_bytes())
    small = make_reference.network(unit=1e-3)
    links = np.stack([small.seller + 1, small.buyer + 1, small.value], axis=1)
    np.savetxt(
        folder / "edges.csv",
        links,
        delimiter=",",
        fmt=["%d", "%d", "%.17g"],
        header="supplier,customer,weight",
        comments="",
    )
    assert main(["risk", str(folder)]) == output.DONE
    hold(capsys.readouterr().out, "small_units")
    assert main(["risk", str(folder), "--compatible", "--max-iterations", "500"]) == output.DONE
    told = capsys.readouterr()
    assert "sell less than 1 unit of money" in told.err and "multiply all money by" in told.err
    late = [row for row in rows(told.out) if row["iterations"] == "500"]
    assert all(row["esri"] == "NaN" for row in late)
    assert ("did not settle and stand as NaN" in told.err) == bool(late)


@pytest.mark.parametrize("by", ["organisation", "product", "node", "origin"])
def test_a_package_is_asked_by_what_fails(capsys, by):
    assert main(["risk", PACKAGE, "--by", by]) == output.DONE
    told = capsys.readouterr()
    assert told.out.split("\n")[0].split(",") == HEADER and len(rows(told.out)) > 5
    assert "Output is the final products" in told.err


def test_a_package_in_chinese_and_json(capsys):
    assert main(["--lang", "zh", "risk", "sample:antibody", "--json"]) == output.DONE
    told = capsys.readouterr()
    assert json.loads(told.out)["by"] == "organisation" and "数据层次" in told.err and "约需内存" in told.err


def test_files_for_a_package_name_its_nodes(capsys, tmp_path):
    from lianban.chain.package import read_chain

    labels = read_chain(PACKAGE).systemic_risk("node").network.nodes["label"].tolist()
    psi = tmp_path / "psi.csv"
    psi.write_text(
        "node,fire\n" + "".join(f"{label},{int(k == 0)}\n" for k, label in enumerate(labels)), encoding="utf-8"
    )
    assert main(["risk", PACKAGE, "--psi", str(psi)]) == output.DONE
    assert [row["scenario"] for row in rows(capsys.readouterr().out)] == ["fire"]
    psi.write_text("node,fire\nnobody,1\n", encoding="utf-8")
    assert main(["risk", PACKAGE, "--psi", str(psi)]) == output.NOT_VALID
    assert "Firm nobody is not in the nodes (--by node lists them)" in capsys.readouterr().err


def test_all_that_is_wrong_in_all_files_is_told_at_once(capsys, tmp_path):
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "edges.csv").write_text("supplier,customer,weight\n1,2,-5\n1,9,1\n", encoding="utf-8")
    (folder / "sectors.csv").write_text("firm,sector\n1,1\n2,2\n", encoding="utf-8")
    market, psi = tmp_path / "market.csv", tmp_path / "psi.csv"
    market.write_text("firm,market\n1,a\n", encoding="utf-8")
    psi.write_text("0.5\n1.5\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    options = ["--market", str(market), "--psi", str(psi), "--output", str(out)]
    assert main(["risk", str(folder), *options]) == output.NOT_VALID
    told = capsys.readouterr()
    for part in ("essential.csv", "edges.csv, row 2", "edges.csv, row 3", "market.csv", "psi.csv, row 2"):
        assert part in told.err
    assert told.out == "" and not out.exists() and "Traceback" not in told.err
    assert main(["risk", str(folder), "--json"]) == output.NOT_VALID
    assert len(json.loads(capsys.readouterr().out)["error"]["details"]) == 3


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ([PLAIN, "--eps", "-1"], output.WRONG_USE, "no run ever settles"),
        ([PLAIN, "--eps", "nan"], output.WRONG_USE, "no run ever settles"),
        ([PLAIN, "--max-iterations", "0"], output.WRONG_USE, "max-iterations"),
        ([PLAIN, "--stop", "never"], output.WRONG_USE, "level or loss"),
        ([PLAIN, "--psi-up", "PSI"], output.WRONG_USE, "--psi-up needs --psi"),
        ([PLAIN, "--psi", "PSI", "--sample", "2"], output.WRONG_USE, "exclude each other"),
        ([PLAIN, "--sample", "99"], output.WRONG_USE, "12 firms to draw from"),
        ([PLAIN, "--weights", "nothing.csv"], output.WRONG_USE, "nothing.csv"),
        ([PLAIN, "--market", "nowhere.csv", "--costs", "gone.csv"], output.NOT_FOUND, "nowhere.csv"),
        ([PLAIN, "--output", "no/such/folder/out.csv"], output.WRONG_USE, "Cannot be written"),
        (["nowhere"], output.NOT_FOUND, "Not found: nowhere"),
        ([PACKAGE, "--by", "park"], output.WRONG_USE, "organisation, product, node, origin"),
        ([PACKAGE, "--weights", "jobs"], output.WRONG_USE, "final, sales"),
        ([PACKAGE, "--rules", "nobody"], output.WRONG_USE, "nobody"),
    ],
)
def test_wrong_use_gets_a_sentence_and_its_code(capsys, tmp_path, options, code, said):
    psi = write(tmp_path / "psi.csv", np.zeros((12, 1)))
    assert main(["risk", *(psi if one == "PSI" else one for one in options)]) == code
    told = capsys.readouterr()
    assert said in told.err and "Traceback" not in told.err and told.out == ""


def test_an_interrupted_run_says_how_to_go_on_and_does(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(engine_risk, "FIRST_BLOCK", 4)
    monkeypatch.setattr(engine_risk, "MOST_BLOCK", 4)
    keep = engine_risk.Checkpoint.keep

    def stop_after_two(self, first, end, arrays):
        if first >= 8:
            raise KeyboardInterrupt
        keep(self, first, end, arrays)

    monkeypatch.setattr(engine_risk.Checkpoint, "keep", stop_after_two)
    folder = str(tmp_path / "run")
    assert main(["risk", PLAIN, "--resume", folder]) == output.INTERRUPTED
    told = capsys.readouterr()
    assert told.out == "" and "The same command" in told.err and folder in told.err

    monkeypatch.setattr(engine_risk.Checkpoint, "keep", keep)
    assert main(["risk", PLAIN, "--resume", folder, "--progress"]) == output.DONE
    told = capsys.readouterr()
    assert "12 of 12 done" in told.err and "4 of 12" not in told.err
    resumed = told.out
    assert main(["risk", PLAIN]) == output.DONE
    assert capsys.readouterr().out == resumed
    assert main(["risk", PLAIN, "--resume", folder, "--eps", "0.1"]) == output.CONFLICT
    assert "belongs to another run (eps: 0.01 there, 0.1 now)" in capsys.readouterr().err
    assert main(["--lang", "zh", "risk", PLAIN, "--resume", folder, "--eps", "0.1"]) == output.CONFLICT
    assert "eps：原为 0.01，现为 0.1" in capsys.readouterr().err


def test_without_a_folder_an_interrupted_run_says_what_would_help(capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine_risk.RiskRun, "run", interrupted)
    assert main(["risk", PLAIN]) == output.INTERRUPTED
    assert "--resume FOLDER" in capsys.readouterr().err


def test_a_run_that_would_not_fit_says_the_number_and_starts_nothing(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(engine_risk, "available_memory", lambda: 2048)
    assert main(["risk", PLAIN, "--levels", str(tmp_path / "l.csv")]) == output.FAILURE
    assert "nothing was started. The run needs about" in capsys.readouterr().err
    monkeypatch.setattr(engine_risk, "available_memory", lambda: None)
    assert main(["--lang", "zh", "risk", PLAIN]) == output.DONE
    assert "可用内存未知" in capsys.readouterr().err


def test_progress_is_shown_on_a_terminal_only(capsys, monkeypatch):
    assert main(["risk", PLAIN]) == output.DONE
    assert "of 12 done" not in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert main(["risk", PLAIN]) == output.DONE
    assert "12 of 12 done (100 %)" in capsys.readouterr().err


def test_seventeen_digits_read_back_as_the_same_number():
    for number in (1 / 3, 5e-324, 0.1, 1.0, 0.0):
        assert float(risk_files.digits(number)) == number
    assert risk_files.digits(float("nan")) == "NaN"
