"""``lianban match``: draft, fill, answer."""

import json

from lianban.cli import main


def test_a_draft_is_filled_and_answered(tmp_path, capsys):
    file = tmp_path / "q.json"
    assert main(["match", "sample:antibody", "--product", "protein-a", "--draft", str(file)]) == 0
    given = json.loads(file.read_text(encoding="utf-8"))
    capsys.readouterr()

    for one in given["candidates"]:
        one["cost_fen"] = 100_00
    given["rules"] = {}
    file.write_text(json.dumps(given), encoding="utf-8")

    assert main(["match", str(file), "--json", "--points", "2"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] in ("proved optimal", "none")
    assert main(["--lang", "en", "match", str(file), "--points", "2"]) == 0
    assert capsys.readouterr().out.strip()


def test_what_is_no_question_is_told(tmp_path, capsys):
    file = tmp_path / "q.json"
    file.write_text("[1]", encoding="utf-8")
    assert main(["match", str(file)]) == 3
    file.write_text('{"capabilities": []}', encoding="utf-8")
    assert main(["match", str(file)]) == 3
    assert main(["match", "sample:antibody", "--draft", str(file)]) == 2
