"""The conflict engine (回避审查): who must step back, derived from facts, each hit with its evidence hop by hop.

No Django, no clock: people, ties and the case come in as values. What the rules switch off (``review.derived_conflicts``)
is not derived. Look-back: whatever still held at some moment since the first day of the window counts; an unknown end
means that it still holds, an unknown beginning that it began long ago.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.kit.text import Text

# What ties a person to an organisation, and the switch of the rules it belongs to.
LINKS = {
    "employer": Text("任职", "employed by"),
    "adviser": Text("担任顾问", "adviser of"),
    "kin": Text("近亲属任职", "close relative employed by"),
    "holding": Text("本人持股", "holds shares in"),
    "co_project": Text("共同承担项目", "project in common with"),
    "dispute": Text("法律纠纷", "legal dispute with"),
}
HITS = {
    "employer": Text("同一单位", "same employer"),
    "adviser": Text("担任顾问", "adviser"),
    "kin": Text("近亲属任职", "close relative employed there"),
    "co_project": Text("共同承担项目", "project in common"),
    "shareholding": Text("股权关联", "shareholding path"),
    "control": Text("控制关系", "control"),
    "same_consortium": Text("同一创新联合体", "same consortium"),
    "dispute": Text("法律纠纷", "legal dispute"),
    "drafted_demand": Text("参与起草或论证需求", "drafted or appraised the demand"),
    "lobbying_bar": Text("请托禁入期内", "barred for lobbying"),
    "own_word": Text("本人申报", "said by the expert"),
}
SWITCH = {"adviser": "employer", "kin": "employer", "holding": "shareholding", "dispute": "employer"}
OWNERSHIP = ("shareholding", "control", "same_head")
BESIDE = ("co_project", "same_consortium", "dispute")
HOME = ("employer", "adviser", "kin")  # whoever is tied so shares the interest of the organisation and of its owners


@dataclass(frozen=True, slots=True)
class Bond:
    """One tie of a person with an organisation, with its evidence."""

    organisation: int
    kind: str
    evidence: str
    reference: str
    since: date | None = None
    until: date | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One tie between two organisations; ownership runs from holder ``a`` to ``b``."""

    a: int
    b: int
    kind: str
    evidence: str
    source: str
    reference: str
    share: float | None = None
    since: date | None = None
    until: date | None = None
    confidentiality: str = "office"


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: parties, who drafted the demand, and what the rules say of ties."""

    parties: frozenset[int]
    since: date  # first day of the look-back
    on: date
    kinds: frozenset[str]
    share_min: float
    steps: int
    drafting_users: frozenset[int] = frozenset()
    drafting_organisations: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of the evidence: from where (None = the expert) to where, by what tie, on what evidence."""

    source: int | None
    target: int | None
    kind: str
    evidence: str
    reference: str
    found_in: str = ""
    confidentiality: str = "office"

    def as_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Found:
    """One conflict that was found: of what kind, with which party, by which hops."""

    kind: str
    party: int | None
    hops: tuple[Hop, ...]
    declared: bool = False

    @property
    def fingerprint(self) -> str:
        """The same facts are the same hit, however often they are derived."""
        told = "|".join([self.kind, str(self.party), *(hop.reference for hop in self.hops)])
        return hashlib.sha256(told.encode()).hexdigest()


def window_start(on: date, years: int) -> date:
    """First day of the look-back: the same day so many years ago (1 March for 29 February)."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return date(on.year - years, 3, 1)


def holds(since: date | None, until: date | None, case: Case) -> bool:
    """Whether something held at some moment of the look-back; what is agreed to begin later counts too."""
    return until is None or until > case.since


def derive(user_id: int, bonds: Sequence[Bond], bars: Sequence[tuple[str, str]], edges: Sequence[Edge],
           case: Case) -> list[Found]:  # fmt: skip
    """Everything that ties one expert to this case, each path once, in a fixed order."""
    live = [b for b in bonds if holds(b.since, b.until, case) and SWITCH.get(b.kind, b.kind) in case.kinds]
    ties = [e for e in edges if holds(e.since, e.until, case)]
    found = [*_barred(bars, case), *_drafted(user_id, live, case)]
    up = _holders(ties, case)
    for bond in live:
        if bond.organisation in case.parties:
            kind = "shareholding" if bond.kind == "holding" else bond.kind
            found.append(Found(kind, bond.organisation, (_first(bond),), bond.declared))
        elif bond.kind in (*HOME, "holding"):
            found += _owned(bond, up, case)
        if bond.kind in HOME:
            found += _beside(bond, ties, case)
    return list({one.fingerprint: one for one in sorted(found, key=lambda one: (one.kind, one.fingerprint))}.values())


def _first(bond: Bond) -> Hop:
    return Hop(None, bond.organisation, bond.kind, bond.evidence, bond.reference)


def _barred(bars: Sequence[tuple[str, str]], case: Case) -> Iterable[Found]:
    if "lobbying_bar" in case.kinds:
        for reference, document in bars:
            yield Found("lobbying_bar", None, (Hop(None, None, "lobbying_bar", document, reference),))


def _drafted(user_id: int, bonds: Sequence[Bond], case: Case) -> Iterable[Found]:
    if "drafted_demand" not in case.kinds:
        return
    if user_id in case.drafting_users:
        yield Found("drafted_demand", None, (Hop(None, None, "drafted_demand", "", f"user:{user_id}"),))
    for bond in bonds:
        if bond.kind in HOME and bond.organisation in case.drafting_organisations - case.parties:
            yield Found("drafted_demand", bond.organisation, (_first(bond),), bond.declared)


def _beside(bond: Bond, ties: Sequence[Edge], case: Case) -> Iterable[Found]:
    """One hop sideways from the expert's own organisation: a project, consortium or dispute in common with a party."""
    for edge in ties:
        ends = {edge.a, edge.b}
        if edge.kind in BESIDE and SWITCH.get(edge.kind, edge.kind) in case.kinds and bond.organisation in ends:
            for party in sorted((ends - {bond.organisation}) & case.parties):
                yield Found(edge.kind, party, (_first(bond), _hop(edge, bond.organisation)), bond.declared)


def _hop(edge: Edge, start: int) -> Hop:
    end = edge.b if edge.a == start else edge.a
    return Hop(start, end, edge.kind, edge.evidence, edge.reference, edge.source, edge.confidentiality)


def _holders(ties: Sequence[Edge], case: Case) -> Mapping[int, list[tuple[int, Edge]]]:
    """Who holds or controls an organisation: the steps one may go up from it."""
    up: dict[int, list[tuple[int, Edge]]] = {}
    for edge in ties:
        switch = "shareholding" if edge.kind == "shareholding" else "control"
        small = edge.kind == "shareholding" and edge.share is not None and edge.share < case.share_min
        if edge.kind not in OWNERSHIP or switch not in case.kinds or small:
            continue
        up.setdefault(edge.b, []).append((edge.a, edge))
        if edge.kind == "same_head":
            up.setdefault(edge.a, []).append((edge.b, edge))
    return up


def _ascents(
    start: int, up: Mapping[int, list[tuple[int, Edge]]], steps: int
) -> list[tuple[tuple[int, ...], tuple[Edge, ...]]]:
    """All ways up from an organisation, at most so many steps, never twice through the same one."""
    ways: list[tuple[tuple[int, ...], tuple[Edge, ...]]] = [((start,), ())]
    frontier = ways[:]
    for _ in range(steps):
        frontier = [
            ((*nodes, holder), (*path, edge))
            for nodes, path in frontier
            for holder, edge in up.get(nodes[-1], ())
            if holder not in nodes
        ]
        ways += frontier
    return ways


def _owned(bond: Bond, up: Mapping[int, list[tuple[int, Edge]]], case: Case) -> Iterable[Found]:
    """Paths of ownership to a party: up from the expert's organisation, then down; each way its own hit.

    That finds the owner, the owned, and a common owner. A venture that both hold is a project in common, no path.
    """
    own = _ascents(bond.organisation, up, case.steps)
    for party in sorted(case.parties - {bond.organisation}):
        for theirs, down in _ascents(party, up, case.steps):
            for nodes, rise in own:
                if nodes[-1] != theirs[-1] or set(nodes[:-1]) & set(theirs[:-1]) or not (rise or down):
                    continue
                hops, at = [_first(bond)], bond.organisation
                for edge in (*rise, *reversed(down)):
                    hops.append(_hop(edge, at))
                    at = edge.b if edge.a == at else edge.a
                by_share = any(hop.kind in ("shareholding", "holding") for hop in hops)
                yield Found("shareholding" if by_share else "control", party, tuple(hops), bond.declared)
