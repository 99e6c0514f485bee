"""Why a product's numbers changed, in one or a few sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from lianban.chain.diagnosis.kinds import NAMES
from lianban.chain.diagnosis.sentences import percent
from lianban.chain.whatif.edits import added_by, gone_by, levels_by
from lianban.chain.whatif.scenarios import Scenario
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

UNKNOWN = Text("未知", "unknown")
CLOSE = 1e-9


def reasons(
    code: str, before: Mapping[str, Any], after: Mapping[str, Any], scenarios: Sequence[Scenario], rules: RuleSet
) -> tuple[Text, ...]:
    """Say what changed for one product; empty where nothing did."""
    told = [
        *_level(code, before, after, scenarios, rules),
        *_shares(code, before, after, scenarios, rules),
        *_kind(before, after),
    ]
    own = bool(told)
    told += _losses(code, before, after, scenarios)
    if not told and before["rank"] != after["rank"]:
        told.append(
            Text(
                "自身各项未变，其他产品变化使名次移动",
                "Its own numbers are as before; its place moved because others changed",
            )
        )
    if own and _rises(before["severity"], after["severity"]):
        told.append(_why_worse(before, after))
    return tuple(told)


def _level(
    code: str, before: Mapping[str, Any], after: Mapping[str, Any], scenarios: Sequence[Scenario], rules: RuleSet
) -> list[Text]:
    if before["level"] == after["level"]:
        return []
    ready = [
        _percent(None if level is None else rules.value(f"diagnosis.readiness.{level}"))
        for level in (before["level"], after["level"])
    ]
    why = (
        Text("情景设定", "set by the scenario")
        if code in levels_by(scenarios)
        else Text("由来源变化推得", "follows from the change of sources")
    )
    change = Text(
        "国内水平 {a} → {b}（{why}），补位准备度 {x} → {y}",
        "Level at home {a} → {b} ({why}), readiness to step in {x} → {y}",
    )
    old, new = (level or UNKNOWN for level in (before["level"], after["level"]))
    return [change.format(a=old, b=new, why=why, x=ready[0], y=ready[1])]


def _shares(
    code: str, before: Mapping[str, Any], after: Mapping[str, Any], scenarios: Sequence[Scenario], rules: RuleSet
) -> list[Text]:
    told = []
    if _moved(before["foreign_share"], after["foreign_share"]):
        sentence = Text("境外份额 {x} → {y}：{why}", "Foreign share {x} → {y}: {why}")
        told.append(
            sentence.format(
                x=_percent(before["foreign_share"]),
                y=_percent(after["foreign_share"]),
                why=_cause_of_share(code, before, after, scenarios),
            )
        )
    same_origin = before["largest_origin"] == after["largest_origin"]
    if not same_origin or _moved(before["largest_origin_share"], after["largest_origin_share"]):
        sentence = Text("最大境外来源地：{a}{x} → {b}{y}", "Largest foreign origin: {a}{x} → {b}{y}")
        told.append(
            sentence.format(
                a=_origin(before, rules),
                x=_in_brackets(before["largest_origin_share"]),
                b=_origin(after, rules),
                y=_in_brackets(after["largest_origin_share"]),
            )
        )
    return told


def _cause_of_share(
    code: str, before: Mapping[str, Any], after: Mapping[str, Any], scenarios: Sequence[Scenario]
) -> Text:
    if any(source.product == code for source in added_by(scenarios)):
        if _rises(before["foreign_share"], after["foreign_share"]):
            return Text("新增来源在境外", "the new source is abroad")
        return Text("新增来源分担了份额", "the new source takes a share")
    if code in levels_by(scenarios) and before["basis"] == "level":
        return Text("份额由水平推定，随水平改变", "it is inferred from the level and changes with it")
    return Text("来源构成改变", "its sources changed")


def _kind(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Text]:
    if before["kind"] == after["kind"]:
        return []
    none = Text("无", "none")
    old, new = (NAMES[kind] if kind else none for kind in (before["kind"], after["kind"]))
    return [Text("类别 {a} → {b}", "Kind {a} → {b}").format(a=old, b=new)]


def _losses(
    code: str, before: Mapping[str, Any], after: Mapping[str, Any], scenarios: Sequence[Scenario]
) -> list[Text]:
    """A loss that moved: through sources that are missing, or through other parts of the chain."""
    same_share = not _moved(before["foreign_share"], after["foreign_share"])
    cut_moved = _moved(before["loss_cut"], after["loss_cut"])
    if not cut_moved and not _moved(before["loss_stop"], after["loss_stop"]):
        return []
    if gone_by(scenarios) and cut_moved and same_share:
        sentence = Text(
            "已停来源持续缺失，再断其余最大境外来源地：断供损失 {x} → {y}",
            "Stopped sources stay missing and the largest foreign origin left is cut too: loss of a cut {x} → {y}",
        )
        return [sentence.format(x=_percent(before["loss_cut"]), y=_percent(after["loss_cut"]))]
    others = {source.product for source in added_by(scenarios)} | set(levels_by(scenarios))
    named = ", ".join(sorted(others - {code}))
    if not named or not same_share:
        return []
    return [
        Text(
            f"产业链其他环节（{named}）改变，损失随之改变",
            f"Other parts of the chain ({named}) changed, and the loss with them",
        )
    ]


def _why_worse(before: Mapping[str, Any], after: Mapping[str, Any]) -> Text:
    """A change for the worse says so, and through which number."""
    if _rises(before["foreign_share"], after["foreign_share"]):
        return Text("因此变差：对境外的依赖上升", "Worse for that: more of it depends on abroad")
    if _rises(before["largest_origin_share"], after["largest_origin_share"]):
        return Text("因此变差：来源更集中", "Worse for that: its sources are more concentrated")
    if before["level"] != after["level"]:
        return Text("因此变差：补位准备度下降", "Worse for that: less ready to step in")
    return Text("因此变差：一并缺失的更多", "Worse for that: more is missing at the same time")


def _origin(values: Mapping[str, Any], rules: RuleSet) -> Text:
    origin = values["largest_origin"]
    return Text("无", "none") if origin is None else rules.origin_name(origin)


def _percent(value: float | None) -> Text:
    return UNKNOWN if value is None else percent(value)


def _in_brackets(value: float | None) -> Text:
    if value is None:
        return Text("", "")
    told = percent(value)
    return Text(f"（{told.zh}）", f" ({told.en})")


def _moved(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > CLOSE


def _rises(before: float | None, after: float | None) -> bool:
    return after is not None and after > (before or 0.0) + CLOSE
