"""Three voices (三种声音): raised by firms, computed, judged by experts; shown side by side, never averaged."""

from dataclasses import dataclass
from typing import Any

from lianban.chain.diagnosis.explain import plain
from lianban.chain.diagnosis.facts import Facts, Row, is_current, precedence
from lianban.chain.diagnosis.kinds import Kind
from lianban.chain.diagnosis.levels import Level, Triple
from lianban.rulebook.text import Text

VOICES = {
    "firm": Text("企业提出", "raised by firms"),
    "computed": Text("系统测算", "computed"),
    "expert": Text("专家认定", "judged by experts"),
    "office": Text("链办判断", "judged by the office"),
    "published": Text("公开资料", "published"),
}
DEMAND_FIELDS = (
    "code", "title", "raised_by", "grade", "required_indicators", "present_supplier", "present_origin",
    "yearly_quantity", "quantity_unit", "unit_price", "currency", "unit", "latest_on", "scenario",
    "purchase_intention", "observed_on", "source", "confidentiality",
)  # fmt: skip
ASSESSMENT_FIELDS = (
    "code", "item", "value", "basis", "assessor", "observed_on", "valid_until", "source", "confidence",
    "confidentiality",
)  # fmt: skip


@dataclass(frozen=True)
class Voices:
    """What each voice says of a product; ``firm`` holds demands and firms' assessments."""

    demands: tuple[Row, ...]
    judged: dict[str, tuple[Row, ...]]
    disagreements: tuple[Text, ...]

    def as_dict(self, day: Any) -> dict[str, Any]:
        """Return plain values; an expired judgement says so."""

        def told(row: Row) -> dict[str, Any]:
            return {name: plain(row[name]) for name in ASSESSMENT_FIELDS} | {"current": is_current(row, day)}

        firm = {
            "demands": [{name: plain(row[name]) for name in DEMAND_FIELDS} for row in self.demands],
            "assessments": [told(row) for row in self.judged["firm"]],
        }
        others = {name: [told(row) for row in self.judged[name]] for name in ("expert", "office", "published")}
        return {"firm": firm, **others}

    @property
    def rows(self) -> list[Row]:
        return [*self.demands, *(row for rows in self.judged.values() for row in rows)]


def hear(facts: Facts, product: str, level: Level, triple: Triple, kinds: list[Kind], severity: float | None) -> Voices:
    """Collect what firms, experts, the office and published texts say, and where they disagree."""
    rows = sorted(facts.assessments.get(product, []), key=lambda row: (row["item"], precedence(row)))
    judged = {
        voice: tuple(row for row in rows if row["voice"] == voice)
        for voice in ("firm", "expert", "office", "published")
    }
    demands = tuple(facts.demands.get(product, []))
    found = [*_among_judgements(facts, product), *_with_computation(level, triple, kinds, severity, demands)]
    return Voices(demands, judged, tuple(found))


def _among_judgements(facts: Facts, product: str) -> list[Text]:
    """Tell where current judgements of one item differ: by voice, or within one voice."""
    found = []
    for item in ("level", "triple", "know_how", "market", "downstream"):
        said = {(row["voice"], row["value"]) for row in facts.differing(product, item)}
        if len({value for _, value in said}) > 1:
            told = sorted(said, key=lambda one: (str(one[0]), str(one[1])))
            zh = "、".join(f"{VOICES[voice].zh} {value}" for voice, value in told if voice in VOICES)
            en = ", ".join(f"{VOICES[voice].en} {value}" for voice, value in told if voice in VOICES)
            found.append(
                Text(f"{ITEM_NAMES[item].zh}判断不一：{zh}", f"{ITEM_NAMES[item].en} is judged differently: {en}")
            )
    return found


ITEM_NAMES = {
    "level": Text("国内水平", "the level at home"),
    "triple": Text("三分结论", "the triple"),
    "know_how": Text("技术可及", "know-how"),
    "market": Text("市场规模", "the market"),
    "downstream": Text("下游增长", "downstream growth"),
}


def _with_computation(
    level: Level, triple: Triple, kinds: list[Kind], severity: float | None, demands: tuple[Row, ...]
) -> list[Text]:
    found = []
    if level.differs:
        least = Text("至少 ", "at least ") if level.at_least else Text("", "")
        found.append(
            Text(
                f"认定水平 {level.stated}，由产能行推得{least.zh}{level.derived}",
                f"stated level {level.stated}, production rows give {least.en}{level.derived}",
            )
        )
    if triple.differs:
        found.append(
            Text(
                f"公开三分结论与测算不同：{triple.stated} / {triple.computed}",
                f"the stated triple differs from the computed one: {triple.stated} / {triple.computed}",
            )
        )
    if any(kind.code == "chokepoint" and kind.state == "disputed" for kind in kinds):
        found.append(Text("评价人对是否卡点意见不一", "the assessors disagree whether it is a chokepoint"))
    if demands and severity is not None and severity == 0 and not any(kind.state == "yes" for kind in kinds):
        found.append(Text("企业提出了需求，测算未见薄弱", "firms raised a need, the computation sees no weakness"))
    return found
