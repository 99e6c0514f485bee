"""The tutorial notebook runs as it stands, says what it shows, and names no machine."""

import ast
import re

import pytest

from tests import tutorial

ROOT = tutorial.PAGE.parents[2]
PUBLIC = {"lianban", "pandas", "IPython"}


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def said(cell):
    """What a cell prints and shows as text; spacing of tables is left to pandas."""
    parts = [one.get("text") or one["data"].get("text/plain", []) for one in cell["outputs"]]
    return " ".join("".join("".join(part) for part in parts).split())


def test_it_stands_on_the_public_face_only():
    for cell in code_cells(tutorial.read()):
        for node in ast.walk(ast.parse("".join(cell["source"]))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= PUBLIC
            assert not [name for name in names if name.startswith("lianban.")]


def test_what_is_stored_names_no_machine_and_no_moment():
    notebook = tutorial.read()

    assert notebook == tutorial.tidy(notebook)
    assert not re.search(
        r"/(home|root|tmp|Users|work)/|\w:\\\\|\d{2}:\d{2}:\d{2}", tutorial.PAGE.read_text(encoding="utf-8")
    )
    shown = [cell["id"] for cell in code_cells(notebook) if cell["outputs"]]
    assert {"weak", "risk", "interval", "picture", "best", "robust"} <= set(shown)


def test_readers_find_it():
    for page in ("README.md", "README.zh-CN.md", "docs/map.md"):
        assert "tutorial/from-chain-to-portfolio.ipynb" in (ROOT / page).read_text(encoding="utf-8"), page


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of the notebook runner, not of ours
def test_every_cell_runs_and_shows_what_is_stored():
    stored, found = code_cells(tutorial.read()), code_cells(tutorial.executed())  # a cell that raises stops here

    differing = [old["id"] for old, new in zip(stored, found, strict=True) if said(old) != said(new)]
    assert not differing, "run: python -m tests.tutorial, read what changed, and store it"
