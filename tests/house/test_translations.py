"""English is complete: every Chinese sentence of templates and forms has its English."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).parents[2] / "src" / "lianban"
PLACES = sorted({p.parents[2] for p in PACKAGE.glob("**/locale/en/LC_MESSAGES")} | {p for p in (PACKAGE / "apps").iterdir() if (p / "apps.py").exists()} | {PACKAGE / "site"})  # fmt: skip
TRANS = re.compile(r"""{%\s*(?:trans|translate)\s+(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
BLOCK = re.compile(
    r"{%\s*(?:blocktrans|blocktranslate)\b[^%]*%}(.*?){%\s*(?:plural\b[^%]*%}.*?{%\s*)?end(?:blocktrans|blocktranslate)\s*%}",
    re.S,
)
CALL = re.compile(r"""\b_\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\s*\)""")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def sentences(place: Path):
    for path in [*place.rglob("*.html"), *place.rglob("*.py")]:
        if "tests" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for found in (*TRANS.finditer(text), *CALL.finditer(text)):
            yield path, next(group for group in found.groups() if group is not None)
        if path.suffix == ".html":
            for found in BLOCK.finditer(text):
                trimmed = " trimmed" in text[found.start() : found.start() + 160].split("%}")[0]
                body = found.group(1)
                body = re.sub(r"\s*\n\s*", " ", body.strip()) if trimmed else body
                yield path, re.sub(r"{{\s*([\w.]+)\s*}}", r"%(\1)s", body.replace("%", "%%"))


def catalogue(place: Path) -> dict[str, str]:
    source = place / "locale" / "en" / "LC_MESSAGES" / "django.po"
    if not source.exists():
        return {}
    with source.open("rb") as file:
        return {
            m.id if isinstance(m.id, str) else m.id[0]: m.string if isinstance(m.string, str) else m.string[0]
            for m in read_po(file)
        }


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.name)
def test_every_sentence_has_its_english(place):
    base = catalogue(PACKAGE / "site")
    known = {**base, **catalogue(place)}

    missing = sorted(
        {f"{path.name}: {text}" for path, text in sentences(place) if CHINESE.search(text) and not known.get(text)}
    )

    assert not missing, f"{len(missing)} without English:\n" + "\n".join(missing)


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.name)
def test_placeholders_survive_translation(place):
    lost = [
        text
        for text, english in catalogue(place).items()
        if text and english and set(re.findall(r"%\((\w+)\)s", text)) != set(re.findall(r"%\((\w+)\)s", english))
    ]

    assert not lost


def test_templates_hold_no_bare_chinese():
    bare = []
    for path in PACKAGE.rglob("*.html"):
        if path.name == "broken.html" or "cli" in path.parts or "chain" in path.parts:
            continue  # the page for broken sites speaks both languages itself; reports below Django too
        text = path.read_text(encoding="utf-8")
        for pattern in (
            r"{%\s*comment\s*%}.*?{%\s*endcomment\s*%}",
            r"{#.*?#}",
            BLOCK.pattern,
            r"{%.*?%}",
            r"{{.*?}}",
            r"<!--.*?-->",
        ):
            text = re.sub(pattern, "", text, flags=re.S)
        bare += [
            f"{path.relative_to(PACKAGE)}: {line.strip()[:80]}" for line in text.split("\n") if CHINESE.search(line)
        ]

    assert not bare, "\n".join(bare)


def test_a_chinese_sentence_has_one_english_for_all_apps():
    """Catalogues are read into one: where apps mean different things by one word, each gives its own a context (its name)."""
    said: dict[tuple, dict[str, set[str]]] = {}
    for place in PLACES:
        source = place / "locale" / "en" / "LC_MESSAGES" / "django.po"
        if not source.exists():
            continue
        with source.open("rb") as file:
            told = [m for m in read_po(file) if m.id and m.string]
        for m in told:
            plural = not isinstance(m.id, str)
            key = (m.context, m.id[0] if plural else m.id, plural)
            said.setdefault(key, {}).setdefault(" | ".join(m.string) if plural else m.string, set()).add(place.name)

    differing = [f"{key[1]}: {apps}" for key, apps in sorted(said.items(), key=str) if len(apps) > 1]

    assert not differing, "\n".join(differing)
