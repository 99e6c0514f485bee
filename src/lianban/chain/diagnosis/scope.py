"""Scope (范围) of a diagnosis, and local presence (本地布局): apart from the level at home, and never a level itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from lianban.chain.diagnosis.facts import Facts, Row
from lianban.chain.diagnosis.places import SCOPES, area_of, contains, scope_of
from lianban.chain.diagnosis.sources import Source, local_share
from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

PRESENCE = {
    "present": Text("有", "present"),
    "building": Text("在建", "being built"),
    "absent": Text("无", "absent"),
    "unknown": Text("未知", "unknown"),
}
FAIR_COMPETITION = Text(
    "本地配套率仅供了解情况，不得作为奖补、准入或采购的条件（《公平竞争审查条例》，2024 年 8 月 1 日起施行）。",
    "The local supply ratio is information only; it may not be made a condition for support, entry or purchase "
    "(Fair Competition Review Regulation, in force since 1 August 2024).",
)


class ScopeError(LianbanError):
    """A scope the package cannot be looked at in; ``text`` says why and what to do."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.zh)


@dataclass(frozen=True)
class Scope:
    """Scope (范围): the nation, or a province, city or park whose local presence is asked for."""

    code: str
    area: str | None

    @property
    def is_local(self) -> bool:
        return self.area is not None


@dataclass(frozen=True)
class LocalPresence:
    """Local presence (本地布局) of a product in the area: present, building, absent or unknown, and by which rows."""

    code: str
    rows: tuple[Row, ...]
    organisations: tuple[str, ...]
    share: float | None


def read_scope(facts: Facts, scope: str) -> Scope:
    """Read ``nation``, ``province``, ``city``, ``park``, or the code of a division or park.

    Raises
    ------
    ScopeError
        Not a scope, or the package names no place fine enough for it.
    """
    if scope == "nation":
        return Scope("nation", None)
    if scope in SCOPES:
        area = area_of(scope, facts.info.get("place"))
        if area is None:
            place = facts.info.get("place") or "空"
            raise ScopeError(
                Text(
                    f"范围 {scope} 无从确定：数据包 chain 表的 place（所在地）为 {place}。请填入区划代码（园区写作 441200-hitech），或直接给出代码。",
                    f"Scope {scope} cannot be told: column place of table chain is {place if place != '空' else 'empty'}. "
                    "Fill in a division code (a park as 441200-hitech), or give the code as scope.",
                )
            )
        return Scope(scope, area)
    if len(scope) >= 6 and scope[:6].isdigit() and (len(scope) == 6 or (scope[6] == "-" and len(scope) > 7)):
        return Scope(scope_of(scope), scope)
    raise ScopeError(
        Text(
            f"不认识的范围 {scope}：应为 nation、province、city、park，或区划代码如 441200、441200-hitech。",
            f"Unknown scope {scope}: use nation, province, city, park, or a code such as 441200 or 441200-hitech.",
        )
    )


def local_presence(
    facts: Facts, product: str, sources: Sequence[Source], scope: Scope, complete_rows: Sequence[Row], tolerance: float
) -> LocalPresence | None:
    """Return the local presence of a product; None where the scope is the nation.

    Absent only where it can be known: stated for the place, absent at home, or a complete list with every place known.
    A laboratory or pilot line alone is not presence.
    """
    if scope.area is None:
        return None
    inside = [source for source in sources if contains(scope.area, source.place)]
    making = [source for source in inside if source.supplies]
    building = [source for source in inside if source.building]
    share = local_share(sources, scope.area, tolerance)
    for code, found in (("present", making), ("building", building)):
        if found:
            named = tuple(sorted(source.organisation for source in found if source.organisation))
            return LocalPresence(code, tuple(source.rows[0] for source in found), named, share)
    rows = _absence(facts, product, sources, scope.area, complete_rows, share)
    return LocalPresence("absent" if rows else "unknown", rows, (), share)


def _absence(
    facts: Facts, product: str, sources: Sequence[Source], area: str, complete_rows: Sequence[Row], share: float | None
) -> tuple[Row, ...]:
    """Return the rows that prove that nobody in the area makes the product; empty where it is not known."""
    for place in dict.fromkeys((area, facts.home)):
        stated = [row for row in facts.current(product, "absent_domestic", area=place) if row["value"] == "yes"]
        if stated:
            return tuple(stated[:1])
    supplying = [source for source in sources if source.supplies or source.building]
    if any(contains(area, source.place) is None for source in supplying):
        return ()
    local_list = [r for r in facts.current(product, "sources_complete", area=area) if r["value"] == "yes"]
    if complete_rows or local_list:
        return tuple([*complete_rows, *local_list][:1])
    if share is not None:
        return tuple(source.rows[0] for source in supplying)
    return ()
