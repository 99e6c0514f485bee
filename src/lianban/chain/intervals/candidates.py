"""Facts worth finding out (待查事实): which there are, what each is in every draw, in words, and verified."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.chain.intervals.drawing import Drawing, Drawn, Key
from lianban.chain.intervals.result import Fact
from lianban.chain.network.reading import Floats
from lianban.engine.reconstruct import mean_width
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis import Diagnosis

ANSWERS = 4  # possible answers tried when a fact is verified, each standing for a quarter of the draws
UNNAMED = Text("未说明来源", "unspecified source")
WORDS = {
    "share": Text(
        "若查明{source}在{product}供应中的份额", "If the share of {source} in the supply of {product} were known"
    ),
    "foreign_share": Text("若查明{product}的境外份额", "If the foreign share of {product} were known"),
    "supplier": Text("若查明{buyer}向谁采购{product}", "If it were known from whom {buyer} buys {product}"),
    "essential": Text(
        "若查明{input}对{product}是否必需", "If it were known whether {input} is essential for {product}"
    ),
    "cost": Text("若查明{input}在{product}成本中的占比", "If the share of {input} in the cost of {product} were known"),
    "links": Text("若查明每家企业平均有几家供方", "If it were known how many suppliers a firm has on average"),
}
NARROWS = Text(
    "，各产品 90% 区间平均可缩窄约 {part}", ", the 90% intervals of all products would shrink by about {part}"
)
EXPLAINS = Text("，可解释总方差的约 {part}", ", about {part} of the variance would be explained")
NOT_NARROWER = Text("，区间未见缩窄", ", no interval was found to shrink")


@dataclass(frozen=True, eq=False)
class Candidates:
    """Candidate facts: ``keys`` as :meth:`Drawing.draw` takes them, ``answers`` of shape (n_draws, n_facts)."""

    keys: tuple[Key, ...]
    answers: Floats
    drawing: Drawing
    names: "_Names"

    @classmethod
    def of(cls, drawing: Drawing, diagnosis: "Diagnosis", drawn: Sequence[Drawn]) -> "Candidates":
        """List all facts that differ between draws."""
        unknowns = drawing.unknowns
        nodes = np.flatnonzero((unknowns.nodes.cell >= 0) & (unknowns.nodes.shape > 0))
        sizes = np.bincount(unknowns.nodes.cell[nodes], minlength=len(unknowns.cells.product))
        nodes = nodes[sizes[unknowns.nodes.cell[nodes]] > 1]
        foreign = [at for at, one in unknowns.foreign.items() if one.uncertain]
        essential = np.flatnonzero(unknowns.essential_unknown)
        costs = np.flatnonzero(drawing.cost_groups)
        slots = drawing.open_slots
        keys: list[Key] = [("links",)]
        keys += [("foreign_share", at) for at in foreign] + [("share", int(node)) for node in nodes]
        keys += [("essential", int(row)) for row in essential] + [("cost", int(row)) for row in costs]
        keys += [("supplier", int(slot)) for slot in slots]
        rows = [
            np.r_[
                one.exponent,
                [one.foreign.get(at, 0.0) for at in foreign],
                one.share[nodes],
                one.essential[essential],
                one.cost[costs],
                one.main[slots],
            ]
            for one in drawn
        ]
        answers = np.array(rows, np.float64)
        differs = np.flatnonzero(np.ptp(answers, axis=0) > 0)
        return cls(tuple(keys[at] for at in differs), answers[:, differs], drawing, _Names(drawing, diagnosis))

    def fixed(self, at: int, one: Drawn) -> dict[Key, Any]:
        """What a fact is in one draw, as :meth:`Drawing.draw` takes it."""
        key = self.keys[at]
        kind, where = key[0], key[-1]
        if kind == "links":
            return {key: one.exponent}
        if kind == "supplier":
            seller, slot, value = one.links
            own = slot == where
            return {key: (seller[own], value[own] / max(float(value[own].sum()), 1e-300))}
        table: Mapping[str, Any] = {"foreign_share": one.foreign, "share": one.share, "essential": one.essential, "cost": one.cost}  # fmt: skip
        return {key: table[kind][where]}

    def fact(self, at: int, variance: float, narrowing: float | None) -> Fact:
        """The fact in words."""
        key = self.keys[at]
        facts, words = self.names.of(key)
        text = WORDS[key[0]].format(**words)
        part = f"{max(variance if narrowing is None else narrowing, 0.0):.0%}"
        tail = EXPLAINS if narrowing is None else NARROWS if narrowing > 0.005 else NOT_NARROWER
        tail = tail.format(part=part)
        return Fact(key[0], Text(text.zh + tail.zh, text.en + tail.en), **facts, variance=variance, narrowing=narrowing)


def verified(
    candidates: Candidates,
    at: int,
    drawn: Sequence[Drawn],
    values: Floats,
    again: Callable[[Mapping[Key, Any], Sequence[int]], Floats],
) -> float:
    """Part by which the mean 90 % interval shrinks when a fact is known, by drawing again.

    Four answers, at the eighths of the draws sorted by answer, each with its own quarter of the draws drawn again, held
    against the same quarter as it was: the same random numbers, and the same few draws, on either side.
    """
    n = len(drawn)
    order = np.argsort(candidates.answers[:, at], kind="stable")
    before = after = 0.0
    for turn in range(ANSWERS):
        answer = drawn[int(order[(2 * turn + 1) * n // (2 * ANSWERS)])]
        numbers = range(turn * n // ANSWERS, (turn + 1) * n // ANSWERS)
        rows = again(candidates.fixed(at, answer), numbers)
        before += mean_width(values[numbers.start : numbers.stop])
        after += mean_width(rows)
    return 1.0 - after / before if before > 0 else 0.0


class _Names:
    """Names of products, organisations and origins in both languages."""

    def __init__(self, drawing: Drawing, diagnosis: "Diagnosis") -> None:
        self.drawing, self.diagnosis = drawing, diagnosis
        self.nodes, self.codes = drawing.unknowns.nodes, drawing.unknowns.codes

    def of(self, key: Key) -> tuple[dict[str, Any], dict[str, Text]]:
        """Codes of what a fact is about, and its words."""
        kind, where = key[0], key[-1]
        inputs, layout = self.drawing.unknowns.inputs, self.drawing.layout
        if kind == "links":
            return {}, {}
        if kind == "foreign_share":
            return {"product": self.codes[where]}, {"product": self._product(where)}
        if kind == "share":
            product = int(self.nodes.product[where])
            facts: dict[str, Any] = {"product": self.codes[product], "source": self.nodes.label[where]}
            facts["organisation"] = self.nodes.organisation[where]
            return facts, {"product": self._product(product), "source": self._maker(where)}
        if kind == "supplier":
            buyer, bought = int(layout.slot_buyer[where]), int(layout.slot_group[where])
            facts = {"product": self.codes[int(self.nodes.product[buyer])], "input": self.codes[bought]}
            facts |= {"buyer": self.nodes.label[buyer], "organisation": self.nodes.organisation[buyer]}
            return facts, {"buyer": self._maker(buyer), "product": self._product(bought)}
        made, needed = int(inputs.product[where]), int(inputs.input[where])
        words = {"product": self._product(made), "input": self._product(needed)}
        return {"product": self.codes[made], "input": self.codes[needed]}, words

    def _product(self, at: int) -> Text:
        row = self.diagnosis.facts.products[self.codes[at]]
        return Text(f"「{row['name']}」", f"'{row['name_en'] or row['name']}'")

    def _maker(self, node: int) -> Text:
        organisation, origin = self.nodes.organisation[node], self.nodes.origin[node]
        if organisation is not None:
            row = self.diagnosis.facts.organisations[organisation]
            return Text(f"「{row['name']}」", f"'{row['name_en'] or row['name']}'")
        if origin == "XX":
            return Text("境外未具体说明的来源", "sources abroad, unspecified")
        if self.nodes.side[node] == 1:
            return Text("境内未列名的来源", "unnamed sources at home")
        name = self.diagnosis.rules.origin_name(origin) if origin else UNNAMED
        return Text(f"「{name.zh}」", f"'{name.en}'")
