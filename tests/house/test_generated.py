"""Diagrams in docs/flows come from the tables in the code."""

import importlib.util
import re
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("generate", Path(__file__).with_name("generate.py"))
assert spec and spec.loader
generate = importlib.util.module_from_spec(spec)
spec.loader.exec_module(generate)
PACKAGE = generate.ROOT / "src" / "lianban"


@pytest.mark.parametrize("page", generate.pages(), ids=lambda p: p.name)
def test_a_generated_diagram_is_what_the_code_says(page):
    text = page.read_text(encoding="utf-8")

    assert generate.filled(text) == text, "run: make docs"


def test_every_table_of_moves_has_its_diagram_on_a_page():
    told = "".join(page.read_text(encoding="utf-8") for page in generate.pages())
    tables = [
        (path, name)
        for path in PACKAGE.glob("apps/**/rules*.py")
        for name in re.findall(
            r"^([A-Z_]+)\s*(?::[^=]+)?=\s*(?:states\.)?Transitions\(", path.read_text(encoding="utf-8"), re.M
        )
    ]

    assert not [f"{path.parent.name}:{name}" for path, name in tables if f"{path.parent.name}.rules:{name}" not in told]


def test_everything_in_the_catalogue_is_tried_where_it_says():
    from tests.house import catalogue

    assert [where for _, _, where, _ in catalogue.ITEMS if not (generate.ROOT / where).is_file()] == []
