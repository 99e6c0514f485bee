"""The only door from the reports to ``lianban.chain`` and its files: one chain as one file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas.models import Chain
from lianban.chain.dictionary import TABLES
from lianban.chain.exporting import file_of
from lianban.chain.report import chain_report
from lianban.files import pictures, printed, word
from lianban.files.facts import Facts
from lianban.files.papers import Block, Grid, Heading, Words
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES, highest
from lianban.kit.refusals import Refusal, Refused
from lianban.kit.text import Text, say

__all__ = ["Made", "make"]


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: bytes, the ending of the name, the class of what went in, the fingerprint of the data."""

    content: bytes
    ending: str
    confidentiality: str
    fingerprint: str


def make(
    chain: Chain,
    kind: str,
    facts: Facts,
    *,
    classes: Sequence[str],
    graph: str = "all",
    language: str = "zh",
    run: Any = None,
    study: Any = None,
    office: str = "",
    told: Callable[[int, int], Any] = lambda done, total: None,
) -> Made:
    """Make one file of the rows of some classes; ``run`` and ``study`` go into a report.

    Raises
    ------
    Refused
        Chinese text is to be printed and this machine has no Chinese font.
    """
    told(0, 3)
    package = atlas.to_chain(chain, classes)
    rows = {c for t in TABLES.values() if "confidentiality" in t.by_name and t.name != "sources" for c in package.tables[t.name]["confidentiality"].dropna()}  # fmt: skip
    of_class = highest(chain.confidentiality, *rows, *(one.confidentiality for one in (run, study) if one is not None))
    words = CONFIDENTIALITY_NAMES[of_class]
    facts = replace(facts, confidentiality=Text(words.zh, f"{words.zh} ({words.en})"))
    told(1, 3)
    if run is None:
        content, ending = file_of(package, kind, facts=facts, of=graph or "all", language=language)
    else:
        paper = chain_report(
            package, run.result, facts, language=language, issued_by=office,
            day=facts.made_at.date() if office else None, classified="" if of_class == "open" else Text(f"知悉范围：{words.zh}", f"For: {words.en}").in_(language),
            more=_measures(study, language) if study is not None else (),
        )  # fmt: skip
        try:
            content, ending = (word.docx if kind == "docx" else printed.pdf)(paper), kind
        except pictures.NoFont as error:
            raise Refused([Refusal("files.no_font", error.text)]) from error
    told(2, 3)
    return Made(content, ending, of_class, package.fingerprint)


def _measures(study: Any, language: str) -> list[Block]:
    """The newest portfolio of measures, as a section of the report."""

    def t(zh: str, en: str) -> str:
        return en if language == "en" else zh

    found: Mapping[str, Any] = study.result
    blocks: list[Block] = [Heading(t("措施与组合", "Measures"))]
    chosen = found.get("chosen") or []
    before, after = found.get("value_before"), found.get("value_after")
    if not chosen or before is None or after is None:
        return [*blocks, Words(t("最近一次测算没有选出措施。", "The newest study chose no measure."))]
    budget = f"{found['budget']:,.0f}"
    blocks.append(Words(t(
        f"在预算 {budget} 元内，第 {study.number} 次测算选出 {len(chosen)} 项措施，全链损失由 {before * 100:.1f} % 降至 {after * 100:.1f} %（在所列假设下）。",
        f"Within {budget} yuan study {study.number} chose {len(chosen)} measures; the loss falls from {before * 100:.1f} % to {after * 100:.1f} % under the assumptions listed.",
    )))  # fmt: skip
    names = ("kind_name", "product_name", "who_name")
    rows = [(*(say(one.get(name), language) for name in names), f"{one['cost']:,.0f}") for one in chosen]
    head = (t("措施", "Measure"), t("产品", "Product"), t("对象", "Who"), t("成本（元）", "Cost (yuan)"))
    blocks.append(Grid(t("措施组合", "Portfolio of measures"), head, rows, (3, 3, 4, 2), (3,)))
    for one in found.get("assumptions") or []:
        blocks.append(Words(_ended(say(one, language), language)))
    return blocks


def _ended(sentence: str, language: str) -> str:
    """A sentence with its full stop."""
    if not sentence or sentence[-1] in "。！？.!?":
        return sentence
    return sentence + ("." if language == "en" else "。")
