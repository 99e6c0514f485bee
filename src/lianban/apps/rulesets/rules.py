"""How rule values are read, grouped and shown, and when a rule set may be put in force."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.apps.parties.rules import ROLES
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
    "upkeep": Text("数据保鲜", "Freshness of data"),
    "access": Text("接口", "Programming interface"),
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
    "supplier": "家",
    "tier": "级",
    "field": "项",
    "request": "次",
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

WORDS = {  # how codes in lists of a rule set are read
    "collect": Text("征集", "collect"),
    "recommend": Text("推荐", "recommend"),
    "argue": Text("论证", "argue"),
    "fair_competition": Text("公平竞争与合法性审查", "fair-competition and legal check"),
    "decide_posting": Text("集体审定发榜", "decide on posting"),
    "post": Text("发榜", "post"),
    "match": Text("供需对接", "match"),
    "answer": Text("申报", "answer"),
    "formal_check": Text("形式审查", "formal check"),
    "draw_panel": Text("抽取专家", "draw the panel"),
    "review": Text("评审", "review"),
    "poster_opinion": Text("发榜方意见", "poster's opinion"),
    "decide_choice": Text("集体审定", "decide on the choice"),
    "publicity": Text("公示", "public notice"),
    "contract": Text("签约", "contract"),
    "pay": Text("拨付", "pay"),
    "run": Text("实施", "run"),
    "accept": Text("验收", "accept"),
    "follow_up": Text("跟踪", "follow-up"),
    "tackling": Text("技术攻关", "tackling"),
    "transfer": Text("成果转化", "transfer"),
    "government": Text("政府", "government"),
    "firm": Text("企业", "firm"),
    "contest": Text("赛事", "contest"),
    "task_book": Text("任务书", "task book"),
    "pledge": Text("军令状", "pledge"),
    "technology_contract": Text("技术合同", "technology contract"),
    "contract_registration": Text("技术合同认定登记", "contract registration"),
    "money_proof": Text("榜金到位证明", "proof of money"),
    "sign": Text("签约", "signing"),
    "midterm": Text("中期", "midterm"),
    "acceptance": Text("验收", "acceptance"),
    "poster": Text("发榜方", "poster"),
    "solver": Text("揭榜方", "solver"),
    "block": Text("不予受理", "blocked"),
    "design": Text("设计", "design"),
    "prototype": Text("样机", "prototype"),
    "trial": Text("试用", "trial"),
    "detailed_design": Text("详细设计方案", "detailed design"),
    "lab_principle": Text("实验室原理验证", "lab-verified principle"),
    "key_part": Text("关键部件制成", "key part made"),
    "prototype_to_spec": Text("样品达到规格", "prototype to specification"),
    "user_trial": Text("用户试用验收", "user trial"),
    "decide_again": Text("再次审定", "decided again"),
    "employer": Text("任职单位", "employer"),
    "co_project": Text("共同承担项目", "common project"),
    "shareholding": Text("持股", "shareholding"),
    "same_consortium": Text("同一联合体", "same consortium"),
    "control": Text("控制", "control"),
    "drafted_demand": Text("参与起草需求", "drafted the demand"),
    "lobbying_bar": Text("请托禁入", "lobbying bar"),
    "market_driven": Text("市场主导", "market-driven"),
    "platform_supported": Text("平台支撑", "platform-supported"),
    "strategy_led": Text("战略引领", "strategy-led"),
    "agreement": Text("协议型", "agreement only"),
    "company_and_alliance": Text("公司＋联盟", "company and alliance"),
    "joint_entity": Text("实体型", "joint entity"),
    "agreed": Text("约定比例", "agreed shares"),
    "contribution": Text("按投入", "by contribution"),
    "shapley": Text("能力贡献值", "Shapley value"),
    "required": Text("必须", "required"),
    "two_C": Text("两次 C", "two C"),
    **ROLES,
}


def group_of(key: str) -> str:
    """First word of a key: the heading it stands under."""
    return key.split(".", 1)[0]


def shown_value(value: Any) -> Text:
    """A value as people read it: yes and no as words, lists joined, an origin by its name."""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, list | tuple):
        parts = [_bracket(part) if isinstance(part, list) else shown_value(part) for part in value]
        return Text("、".join(p.zh for p in parts) or "（无）", ", ".join(p.en for p in parts) or "(none)")
    if isinstance(value, Mapping) and "points" in value:  # one criterion of a score sheet
        return Text(f"{value['zh']} {value['points']}", f"{value['en']} {value['points']}")
    if isinstance(value, Mapping) and "zh" in value:
        side = Text("境内", "home") if value.get("group") == "home" else Text("境外", "abroad")
        return Text(f"{value['zh']}（{side.zh}）", f"{value['en']} ({side.en})")
    if isinstance(value, int) and value >= 100_000:
        return Text(f"{value:,}", f"{value:,}")
    return WORDS.get(value, Text(str(value), str(value))) if isinstance(value, str) else Text(str(value), str(value))


def _bracket(pair: list[Any]) -> Text:
    """One marginal bracket: up to which amount, which share; 0 stands for all above."""
    upto, share = pair
    return Text(f"至 {upto:,}：{share}", f"to {upto:,}: {share}") if upto else Text(f"以上：{share}", f"above: {share}")


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
