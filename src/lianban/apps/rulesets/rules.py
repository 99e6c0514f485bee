"""How rule values are read, grouped and shown, and when a rule set may be put in force."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

DEFAULT_PACK = "cn-core-2025"
GROUPS = {
    "diagnosis": Text("薄弱环节诊断", "Diagnosis"),
    "chain": Text("链长制", "Chain-chief system"),
    "issue": Text("企业问题闭环", "Problems of firms"),
    "lead_firm": Text("链主", "Anchor firms"),
    "challenge": Text("揭榜挂帅", "Open challenges"),
    "review": Text("评审与回避", "Review and conflicts of interest"),
    "consortium": Text("创新联合体", "Innovation consortia"),
    "project": Text("项目", "Projects"),
    "agreement": Text("协议", "Agreements"),
    "origins": Text("来源地（国家/地区）", "Origins (countries and regions)"),
}
UNITS = {
    "fraction": "0–1",
    "ratio": "倍",
    "year": "年",
    "month": "个月",
    "day": "天",
    "working day": "个工作日",
    "points of 4": "分（满分 4）",
    "points of 20": "分（满分 20）",
    "assessor": "人",
    "person": "人",
    "source": "家",
    "organisation": "家",
    "member": "家",
    "rank": "位",
    "step": "步",
    "time": "次",
    "point": "分",
    "team": "个团队",
    "firm": "家",
    "chain": "条链",
    "kind": "种",
    "level": "水平",
    "yes or no": "",
    "元": "元",
    "元, fraction": "元，0–1",
    "step name": "",
    "class": "",
    "mode": "",
    "document": "",
    "role": "",
    "party": "",
    "tie": "",
    "rule": "",
    "stage": "",
    "model": "",
    "form": "",
    "method": "",
}
UNITS_EN = {"yes or no": "", "元": "yuan", "元, fraction": "yuan, 0–1", "step name": ""}


def group_of(key: str) -> str:
    """First word of a key: the heading it stands under."""
    return key.split(".", 1)[0]


def shown_value(value: Any) -> Text:
    """A value as people read it: yes and no as words, lists joined, an origin by its name."""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, list | tuple):
        pairs = [f"{part[0]} → {part[1]}" for part in value if isinstance(part, list)]  # brackets: up to → share
        parts = [Text(pair, pair) for pair in pairs] or [shown_value(part) for part in value]
        return Text("、".join(p.zh for p in parts) or "（无）", ", ".join(p.en for p in parts) or "(none)")
    if isinstance(value, Mapping) and "points" in value:  # one criterion of a score sheet
        return Text(f"{value['zh']} {value['points']}", f"{value['en']} {value['points']}")
    if isinstance(value, Mapping) and "zh" in value:
        side = Text("境内", "home") if value.get("group") == "home" else Text("境外", "abroad")
        return Text(f"{value['zh']}（{side.zh}）", f"{value['en']} ({side.en})")
    return Text(str(value), str(value))


def shown_unit(unit: str) -> Text:
    return Text(UNITS.get(unit, unit), UNITS_EN.get(unit, unit))


def read_overrides(text: str) -> tuple[dict[str, Any], list[Refusal]]:
    """Read lines such as ``diagnosis.hhi.severe = 0.35``; every fault is named with its line."""
    overrides: dict[str, Any] = {}
    refusals: list[Refusal] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        key, equals, written = (part.strip() for part in line.partition("="))
        try:
            value = json.loads(written)
        except ValueError:
            value, equals = None, ""
        if not equals or not key:
            refusals.append(
                refuse(
                    "rulesets.line_unreadable",
                    "第 {line} 行读不懂：请写成“规则键 = 数值”，文字加英文双引号",
                    "line {line} cannot be read: write 'key = value', words in double quotes",
                    line=number,
                )
            )
        elif key in overrides:
            refusals.append(refuse("rulesets.key_twice", "规则键 {key} 写了两次", "key {key} is given twice", key=key))
        else:
            overrides[key] = value
    return overrides, refusals


def start_refusals(*, starts_on: date, today: date, taken: bool, document: str) -> list[Refusal]:
    """A rule set starts today or later, once a day, on the strength of a document."""
    refusals = []
    if starts_on < today:
        refusals.append(
            refuse(
                "rulesets.starts_in_past",
                "起用日期 {day} 已过：以前的诊断按当时的规则，不能改",
                "{day} is past: earlier runs stand under the rules of their day",
                day=starts_on.isoformat(),
            )
        )
    if taken:
        refusals.append(
            refuse(
                "rulesets.day_taken",
                "{day} 已有一套规则起用，请换一天",
                "a rule set already starts on {day}; choose another day",
                day=starts_on.isoformat(),
            )
        )
    if not document.strip():
        refusals.append(
            refuse("rulesets.no_document", "请写明依据（文件名或会议纪要）", "name the document or minutes it rests on")
        )
    return refusals


@dataclass(frozen=True, slots=True)
class Frozen:
    """Rule set as it was when a case began (冻结的规则): later decisions never change a running case.

    A case keeps it as JSON (``as_dict``) and reads it back (``Frozen.of``); values carry what a page needs to explain them.
    """

    pack: str
    fingerprint: str
    frozen_on: date
    entries: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Frozen":
        return cls(kept["pack"], kept["fingerprint"], date.fromisoformat(kept["frozen_on"]), kept["entries"])

    def as_dict(self) -> dict[str, Any]:
        entries = {key: dict(entry) for key, entry in self.entries.items()}
        return {"pack": self.pack, "fingerprint": self.fingerprint, "frozen_on": self.frozen_on.isoformat(), "entries": entries}  # fmt: skip

    def value(self, key: str) -> Any:
        """The value of a key; an unknown key is a mistake of the caller."""
        try:
            return self.entries[key]["value"]
        except KeyError:
            raise KeyError(f"the rules frozen from {self.pack} have no value {key!r}") from None

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key that a pack may leave out."""
        return self.entries[key]["value"] if key in self.entries else default
