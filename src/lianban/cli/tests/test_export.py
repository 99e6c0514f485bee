"""``lianban export``: the ending is the format, and what cannot be done is said."""

import json

import pytest

from lianban.cli import main, output


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.graphml", []),
        ("b.geojson", []),
        ("c.csv", ["--table", "产品"]),
        ("d.docx", ["--office", "示例市产业链办公室"]),
    ],
)
def test_a_sample_is_exported(capsys, tmp_path, name, options):
    target = tmp_path / name
    assert main(["export", "sample:antibody", str(target), "--json", *options]) == output.DONE
    assert json.loads(capsys.readouterr().out)["path"] == str(target) and target.stat().st_size > 1000
    assert main(["export", "sample:antibody", str(target), *options]) == output.CONFLICT


@pytest.mark.parametrize(
    "arguments", [["a.exe"], ["a.csv"], ["a.gml", "--graph", "people"], ["a.csv", "--table", "nothing"]]
)
def test_wrong_use_is_said_before_anything_is_read(capsys, tmp_path, arguments):
    assert main(["export", "sample:nothing", str(tmp_path / arguments[0]), *arguments[1:]]) == output.WRONG_USE
    assert not list(tmp_path.iterdir())


def test_a_bad_file_of_places_is_said(capsys, tmp_path):
    (tmp_path / "places.csv").write_text("code,lon,lat\n320500,far,31\n", encoding="utf-8")
    asked = ["export", "sample:antibody", str(tmp_path / "a.geojson"), "--places", str(tmp_path / "places.csv")]
    assert main(asked) == output.NOT_VALID
