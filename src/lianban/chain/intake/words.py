"""Words of headers (表头用词): what offices call the columns of the dictionary, from ``words.csv``; nothing learnt."""

import csv
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from lianban.chain.dictionary import TABLES

FILE = Path(__file__).with_name("words.csv")
UNITS = {
    "元": "元",
    "人民币元": "元",
    "万元": "万元",
    "人民币万元": "万元",
    "亿元": "亿元",
    "百分比": "%",
    "百分数": "%",
    "%": "%",
}
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|<[^<>]*>")
_NUMBERING = re.compile(r"^(?:[(]?\d{1,2}[)]|\d{1,2}[.、]|[一二三四五六七八九十]{1,3}、|[①-⑳])\s*")
_YEAR = re.compile(r"^(?:20\d\d年?度?|上年度?|本年度?|去年|今年|近三年|截至目前)+(?:末|底)?")
_SAID_UNIT = re.compile(r"(?:金额)?(?:计量)?单位\s*[::为]?\s*(人民币)?(亿元|万元|元|%)")


class Meaning(NamedTuple):
    """A column of a table, or nothing to be read and why: table ``!number``, ``!person``, ``!statistic``."""

    table: str
    column: str
    item: str
    score: float


def plain(text: object) -> str:
    """Return a header without what does not name: widths, spaces, line ends, stars, 必填."""
    narrow = unicodedata.normalize("NFKC", str(text)).casefold().replace("（", "(").replace("）", ")")
    narrow = re.sub(r"[\s\u200b\ufeff*＊☆★]+", "", narrow)
    narrow = re.sub(r"\((?:必填|选填|必填项|全称|盖章|可选|下拉选择)\)|必填项?:?", "", narrow)
    return _NUMBERING.sub("", narrow).rstrip(":：。;；")


def bare(text: object) -> str:
    """Return a plain header without what stands in brackets and without a year in front."""
    short = _BRACKETS.sub("", plain(text))
    short = re.sub(r"[,，/]?(?:单位:?)?(?:亿元|万元|元|%)$", "", short) or short
    return _YEAR.sub("", short) or short


def unit_in(text: object) -> str:
    """Return the unit that a header names: 产值（万元）, 产值/万元, 金额单位：亿元, 占比%."""
    narrow = unicodedata.normalize("NFKC", str(text)).replace("（", "(").replace("）", ")")
    for inside in re.findall(r"[(\[【]([^()\[\]【】]*)[)\]】]", narrow):
        for part in re.split(r"[,，/;；:\s]|单位", inside):
            if part.strip() in UNITS:
                return UNITS[part.strip()]
    if found := re.search(r"[/,，_\-:]\s*(亿元|万元|元|%)\s*$", narrow):
        return found[1]
    if found := _SAID_UNIT.search(narrow):
        return found[2]
    return "%" if narrow.strip().endswith("%") else ""


@cache
def meanings() -> Mapping[str, tuple[Meaning, ...]]:
    """Return every known header word with what it may mean: the dictionary's own names first."""
    found: dict[str, dict[tuple[str, str, str], Meaning]] = {}

    def add(word: str, table: str, column: str, item: str, score: float) -> None:
        for key in {plain(word), bare(word)}:
            found.setdefault(key, {}).setdefault((table, column, item), Meaning(table, column, item, score))

    for table in TABLES.values():
        for column in table:
            for word in (column.name, column.zh, f"{column.zh}{column.name}"):
                add(word, table.name, column.name, "", 1.0)
    for table_name, column_name, item, words in _rows():
        named = [t.name for t in TABLES.values() if column_name in t.by_name] if table_name == "*" else [table_name]
        for word in words:
            for name in named:
                add(word, name, column_name, item, 0.95)
    for name in ("assessments", "parameters"):
        item_column = TABLES[name]["item"]
        for code, zh in zip(item_column.enum, item_column.enum_zh, strict=True):
            add(zh, name, "value", code, 1.0)
            add(code, name, "value", code, 1.0)
    return {word: tuple(them.values()) for word, them in found.items()}


def _rows() -> list[tuple[str, str, str, list[str]]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return [(r["table"], r["column"], r["item"], r["words"].split("|")) for r in csv.DictReader(lines)]


@cache
def meant(header: str) -> tuple[Meaning, ...]:
    """Return what a header, or the joined levels of one, may mean; best first; empty where nothing is known.

    The whole is asked first, then the last level (产品/规格 → 规格), then the first; then words at its end.
    """
    known = meanings()
    levels = [level for level in re.split(r"[/／\n]", header) if level.strip()]
    asked = [(header, 1.0), ("".join(levels), 0.98)]
    if len(levels) > 1:
        asked += [(levels[-1], 0.9), (levels[0], 0.8)]
    best: dict[tuple[str, str, str], Meaning] = {}
    for text, times in asked:
        for key, less in ((plain(text), 1.0), (bare(text), 0.98)):
            for one in known.get(key, ()):
                score = round(one.score * times * less, 3)
                place = one[:3]
                if place not in best or best[place].score < score:
                    best[place] = one._replace(score=score)
    if not best:
        best = {one[:3]: one for one in _at_the_end(bare(header))}
    return tuple(sorted(best.values(), key=lambda one: -one.score))


def _at_the_end(text: str) -> list[Meaning]:
    """Return the meanings of the longest known word at the end: 主导企业名称 → 企业名称; at the start for English."""
    for n in range(len(text) - 1, 1, -1):
        if (found := meanings().get(text[-n:])) and any("\u4e00" <= sign <= "\u9fff" for sign in text[-n:]):
            return [one._replace(score=round(0.7 * one.score, 3)) for one in found]
    return []
