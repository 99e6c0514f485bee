"""What an address asks of a map, and what changed between two states of a chain; no database."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianban.kit.refusals import Refusal, refuse

LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5", "unknown")
DEEPEST = 5  # steps a reader may choose; beyond that "all" is meant
ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a node, how far up and down, a second node, what is folded, which levels count."""

    node: str = ""
    to: str = ""
    up: int | None = None  # None: all the way
    down: int | None = None
    only: bool = False
    group: str = ""
    open: tuple[str, ...] = ()
    shut: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    words: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Asked":
        """Read an address; what means nothing is left out."""
        return cls(
            node=query.get("node", "")[:200],
            to=query.get("to", "")[:200],
            up=_depth(query.get("up", "")),
            down=_depth(query.get("down", "")),
            only=query.get("only", "") == "1",
            group=query.get("group", "")[:200],
            open=_several(query.get("open", "")),
            shut=_several(query.get("shut", "")),
            levels=tuple(level for level in _several(query.get("level", "")) if level in LEVELS),
            words=query.get("q", "")[:100],
        )

    def passes(self, level: str | None) -> bool:
        """Whether the legend lets a level through; without a choice all levels."""
        return not self.levels or (level or "unknown") in self.levels


NOTHING = Asked()


def _depth(text: str) -> int | None:
    return min(int(text), DEEPEST) if text.isascii() and text.isdigit() and len(text) < 3 else None


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for part in text[:2000].split(",") if part))


def toggled(chosen: Collection[str], one: str) -> str:
    """The choice with one put in or taken out, as it stands in an address."""
    rest = [code for code in chosen if code != one]
    return ",".join(rest if one in chosen else [*rest, one])


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs: what was done to it, and the columns with their values before and after."""

    code: str
    kind: str
    cells: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


Rows = Mapping[str, Mapping[str, Any]]


def differences(before: Rows, after: Rows, columns: Iterable[str] = ()) -> list[Difference]:
    """Added, removed and changed rows by code; with ``columns`` only these can make a row changed."""
    wanted, found = tuple(columns), []
    for code in sorted(before.keys() | after.keys()):
        old, new = before.get(code), after.get(code)
        if old is None or new is None:
            found.append(Difference(code, ADDED if old is None else REMOVED))
            continue
        names = wanted or tuple(dict.fromkeys([*old, *new]))
        cells = {name: (old.get(name), new.get(name)) for name in names if not same(old.get(name), new.get(name))}
        if cells:
            found.append(Difference(code, CHANGED, cells))
    return found


def same(old: Any, new: Any) -> bool:
    """Nothing and the empty text are the same; numbers that print alike are too."""
    if old in (None, "") and new in (None, ""):
        return True
    if isinstance(old, float) and isinstance(new, int | float):
        return f"{old:.12g}" == f"{new:.12g}"
    return bool(old == new)


def base_map_refusals(
    *, approval: str, issuer: str, shapes: Mapping[str, Any] | None, n_points: int, most_points: int
) -> list[Refusal]:
    """Say why a map file cannot become the office's base map; everything at once."""
    found = []
    if not approval.strip():
        found.append(
            refuse("maps.approval_missing", "请填写审图号，如 GS(2024)0650号", "state the approval number (审图号)")
        )
    if not issuer.strip():
        found.append(refuse("maps.issuer_missing", "请填写审核机关或来源", "state who approved or issued the file"))
    if shapes is None:
        found.append(
            refuse(
                "maps.not_geojson",
                "文件不是 GeoJSON：应为 FeatureCollection，每个要素有区划代码（adcode 或 code）和面（Polygon 或 MultiPolygon）",
                "not GeoJSON: a FeatureCollection is needed, each feature with a division code (adcode or code) and a Polygon or MultiPolygon",
            )
        )
    elif not shapes:
        found.append(
            refuse(
                "maps.no_known_place",
                "文件里没有认得的省级区划代码（六位数字，如 320000）",
                "no province-level division code (six digits, as 320000) was found in the file",
            )
        )
    elif n_points > most_points:
        found.append(
            refuse(
                "maps.too_many_points",
                "文件有 {n} 个点，多于 {most} 个；请换用简化过的图",
                "the file has {n} points, more than {most}; use a simplified one",
                n=n_points,
                most=most_points,
            )
        )
    return found
