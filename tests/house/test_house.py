"""The house is true: what HOUSE promises about shape, words and sizes is held here."""

import ast
import csv
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "lianban"
APPS = sorted(p for p in (PACKAGE / "apps").iterdir() if (p / "apps.py").exists())
ALLOWED = {"__init__.py", "apps.py", "models.py", "rules.py", "compute.py", "queries.py", "services.py", "forms.py", "views.py", "urls.py", "api.py"}  # fmt: skip
FOLDERS = {"templates", "tests", "migrations", "locale", "static", "__pycache__", "services", "views", "queries", "compute", "rules", "models", "forms", "templatetags"}  # fmt: skip


def python_files(*, tests=False):
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts or (not tests and "tests" in path.parts):
            continue
        yield path


@pytest.mark.parametrize("app", APPS, ids=lambda p: p.name)
def test_an_app_has_the_files_of_the_house_and_no_drawers(app):
    own_subjects = {"maps": {"layout.py", "drawing.py", "basemap.py"}}.get(app.name, set())
    strange = {p.name for p in app.iterdir() if p.suffix == ".py"} - ALLOWED - own_subjects
    strange |= {p.name for p in app.iterdir() if p.is_dir()} - FOLDERS

    assert not strange, f"{app.name}: {sorted(strange)} have no place in an app (docs/map.md)"
    assert (app / "tests").is_dir() or not (app / "services.py").exists(), f"{app.name}: services without tests"


def test_no_file_is_named_for_nothing():
    names = {"utils.py", "helpers.py", "managers.py", "signals.py", "constants.py"}

    assert not [p for p in python_files(tests=True) if p.name in names]


def lines_of(node):
    return (node.end_lineno or 0) - node.lineno + 1


def test_files_and_functions_stay_readable():
    long = []
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > 400:
            long.append(f"{path.relative_to(ROOT)}: {lines} lines (at most 400)")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = [n for n in ast.walk(node) if isinstance(n, ast.FunctionDef) and n is not node]
                size = lines_of(node) - sum(lines_of(n) for n in inner)  # a command's functions count for themselves
                if size > 60 and not (ast.get_docstring(node) and size - ast.get_docstring(node).count("\n") <= 60):
                    long.append(f"{path.relative_to(ROOT)}: {node.name} has {size} lines (at most 60)")

    assert not long, "\n".join(long)


def glossary():
    with (ROOT / "docs" / "glossary.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_glossary_is_whole_and_says_each_word_once():
    rows = glossary()

    assert all(row["code"] and row["zh"] and row["en"] and row["meaning"] and row["origin"] for row in rows)
    codes = [row["code"] for row in rows]
    assert len(codes) == len(set(codes)), sorted({c for c in codes if codes.count(c) > 1})


def model_classes():
    for app in APPS:
        for path in [app / "models.py", *sorted((app / "models").glob("*.py"))]:
            if path.exists():
                for node in ast.parse(path.read_text(encoding="utf-8")).body:
                    bases = [ast.unparse(base) for base in getattr(node, "bases", [])]
                    if isinstance(node, ast.ClassDef) and any("Model" in b or "FactRow" in b for b in bases):
                        yield app.name, node


def test_every_table_stands_in_the_glossary_with_the_chinese_of_its_docstring():
    words = {row["code"]: row["zh"] for row in glossary()}
    missing = []
    for app, node in model_classes():
        if node.name.startswith("_") or node.name == "FactRow":
            continue
        first = (ast.get_docstring(node) or "").split("\n")[0]
        found = re.search(r"[（(]([^）)]*[\u4e00-\u9fff][^）)]*)[）)]", first)
        if not found:
            missing.append(f"{app}.{node.name}: the docstring does not begin with its Chinese word")
        elif found.group(1) != (known := words.get(f"{app}.{node.name}", words.get(node.name))):
            missing.append(f"{app}.{node.name}: docstring says {found.group(1)}, glossary says {known}")

    assert not missing, "\n".join(missing)


def test_pages_use_the_glossary_words_and_not_their_rivals():
    rivals = {"weak link": "weak point", "chain leader": "chain chief", "chain master": "anchor firm"}
    found = []
    for path in [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.po"), *python_files(), *ROOT.glob("docs/**/*.md")]:
        text = path.read_text(encoding="utf-8").lower()
        found += [
            f"{path.relative_to(ROOT)}: {rival!r}, say {word!r}" for rival, word in rivals.items() if rival in text
        ]

    assert not found, "\n".join(found)


def test_nothing_names_a_machine_or_a_registry():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    forbidden = re.compile(
        "|".join(["/" + "work/", r"\.li" + "brary", "pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs"])
    )
    found = [
        name
        for name in tracked
        if name and (ROOT / name).is_file() and (ROOT / name).suffix not in {".png", ".xlsx"}
        and forbidden.search((ROOT / name).read_text(encoding="utf-8", errors="ignore"))
    ]  # fmt: skip

    assert not found


def test_every_dependency_says_what_it_is_for():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").split("\n")
    inside, silent = False, []
    for line in lines:
        if re.match(r"(dependencies|web|postgres|cluster) = \[", line):
            inside = True
        elif line.startswith("]"):
            inside = False
        elif inside and line.strip().startswith('"') and "#" not in line:
            silent.append(line.strip())

    assert not silent


def test_every_flow_model_and_decision_page_is_reachable_from_the_map():
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    for folder in ("flows", "models", "decisions", "howto"):
        assert f"docs/{folder}/" in text or f"{folder}/" in text
    for folder in sorted(p.name for p in PACKAGE.iterdir() if p.is_dir() and p.name != "__pycache__"):
        assert f"`{folder}/`" in text, f"docs/map.md does not name {folder}/"
    for app in APPS:
        assert f"`apps/{app.name}/`" in text, f"docs/map.md does not name apps/{app.name}/"
