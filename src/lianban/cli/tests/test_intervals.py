"""``lianban intervals``: a table for people, JSON for machines, sentences for mistakes."""

import json

from lianban.cli import main


def test_the_command_prints_intervals_and_what_is_worth_finding_out(capsys, tmp_path):
    file = tmp_path / "out.json"

    assert main(["intervals", "sample:antibody", "--draws", "20", "--lang", "en", "--quiet"]) == 0
    shown = capsys.readouterr().out
    assert main(["intervals", "sample:antibody", "--draws", "20", "--output", str(file), "--quiet"]) == 0

    assert "20 draws, seed 1" in shown
    assert "Worth finding out:" in shown
    assert "Assumptions:" in shown
    told = json.loads(file.read_text(encoding="utf-8"))
    assert told["schema"] == "lianban/intervals/1"
    assert told["n"] == 20


def test_too_few_draws_end_with_a_sentence(capsys):
    assert main(["intervals", "sample:antibody", "--draws", "3", "--lang", "zh"]) == 2

    assert "至少 20" in capsys.readouterr().err
