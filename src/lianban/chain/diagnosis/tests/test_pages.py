"""Each indicator's page states its formula as the code does, and its worked example comes out as printed."""

import re
import tomllib
from pathlib import Path

import pytest

from lianban.chain.diagnosis.explain import FORMULAS, plain

PAGES = Path(__file__).parents[5] / "docs" / "models" / "indicators"
SECTIONS = ["公式 / Formula", "算例 / Worked example", "来源 / Source", "局限 / Limits"]


def read(code: str) -> tuple[dict[str, str], str]:
    """Read the head of a page as a dict, and its body."""
    _, head, body = (PAGES / f"{code}.md").read_text(encoding="utf-8").split("---\n", 2)
    return dict(line.split(": ", 1) for line in head.strip().splitlines()), body


def test_there_is_a_page_for_every_formula_and_no_other() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == set(FORMULAS)


@pytest.mark.parametrize("code", sorted(FORMULAS))
def test_the_page_says_what_the_code_says(code: str) -> None:
    head, body = read(code)
    formula = FORMULAS[code]
    assert head == {"code": code, "zh": formula.name.zh, "en": formula.name.en, "unit": formula.unit}
    assert re.findall(r"^## (.+)$", body, re.MULTILINE) == SECTIONS
    section = body.split("## 算例")[0].split("## 公式")[1]
    for text in (formula.plain.zh, formula.plain.en, formula.denominator.zh, formula.denominator.en):
        assert text in section


@pytest.mark.parametrize("code", sorted(FORMULAS))
def test_the_worked_example_is_recomputed(make_chain, code: str) -> None:
    _, body = read(code)
    example = tomllib.loads(re.findall(r"```toml\n(.*?)```", body, re.DOTALL)[0])
    expected, scope = example.pop("expect"), example.pop("scope", "nation")
    assert expected

    result = make_chain(**example).diagnose(scope=scope)

    for name, value in expected.items():
        assert answer(result, name) == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), name


def answer(result, name: str):
    """Look a result up by the name the page uses: product.measure, organisation:code, or published:number."""
    kind, _, rest = name.partition(":")
    if kind == "organisation":
        return next(one.loss for one in result.organisations if one.code == rest)
    if kind == "published":
        return list(result.summary["published"][int(rest)]["counts"].values())
    code, measure = name.split(".")
    return plain(result.explain(code, measure).result)
