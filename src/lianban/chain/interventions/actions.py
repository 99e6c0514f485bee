"""Actions (措施) as values, their codes, and what a person may write."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

KINDS = {
    "second_source": Text("第二来源", "second source"),
    "origin": Text("来源地多元化", "origin diversified"),
    "level": Text("水平提升", "level raised"),
    "capacity": Text("增加产能", "capacity added"),
    "stock": Text("储备", "stock held"),
    "retain": Text("稳住企业", "firm retained"),
}
LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5")
PATTERNS = {
    "second_source": "second_source:PRODUCT:ORGANISATION|PLACE:SHARE",
    "origin": "origin:PRODUCT:ORIGIN:SHARE",
    "level": "level:PRODUCT:L3",
    "capacity": "capacity:PRODUCT:ORGANISATION:SHARE",
    "stock": "stock:PRODUCT:DAYS",
    "retain": "retain:ORGANISATION",
}


class ActionError(LianbanError):
    """An action that cannot be read or cannot be taken; ``text`` says why in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.zh)


@dataclass(frozen=True)
class Action:
    """Action (措施): one thing to do about a product or a firm, of a stated size.

    ``who`` is an organisation or a place; ``amount`` a share of home supply (second source, origin, capacity) or days
    (stock); ``level`` the level at home it is raised to.
    """

    kind: str
    product: str | None = None
    who: str | None = None
    amount: float | None = None
    level: str | None = None

    def __post_init__(self) -> None:
        wrong = _wrong(self)
        if wrong is not None:
            raise ActionError(wrong)

    @property
    def code(self) -> str:
        """Name of the action: kind, product, who and size; the same for the same action everywhere."""
        size = self.level if self.kind == "level" else None if self.amount is None else f"{self.amount:g}"
        return ":".join(part for part in (self.exclusive, size) if part is not None)

    @property
    def exclusive(self) -> str:
        """The action without its size: of two sizes at most one is taken."""
        return ":".join(part for part in (self.kind, self.product, self.who) if part is not None)

    @classmethod
    def parse(cls, code: str) -> "Action":
        """Read a code such as ``stock:film:30``.

        Raises
        ------
        ActionError
            The code does not follow its pattern.
        """
        kind, *parts = code.strip().split(":")
        if kind not in KINDS:
            known = ", ".join(KINDS)
            raise ActionError(
                Text(
                    f"{code}：没有措施种类 {kind}（有 {known}）",
                    f"{code}: no kind of action {kind} (there are {known})",
                )
            )
        try:
            return _from_parts(kind, parts)
        except ValueError:
            pattern = PATTERNS[kind]
            raise ActionError(Text(f"{code} 应写成 {pattern}", f"{code} should read {pattern}")) from None


def _from_parts(kind: str, parts: Sequence[str]) -> Action:
    """Make an action of the parts of a code; ValueError where they are not as many as its pattern has."""
    if kind == "retain":
        (who,) = parts
        return Action(kind, who=who)
    if kind == "level":
        product, level = parts
        return Action(kind, product, level=level)
    if kind == "stock":
        product, days = parts
        return Action(kind, product, amount=float(days))
    product, who, share = parts
    return Action(kind, product, who, amount=float(share))


def _wrong(action: Action) -> Text | None:
    """Say what is wrong with the size of an action."""
    if action.kind == "level" and action.level not in LEVELS:
        return Text(f"{action.level} 不是国内水平（L0 至 L5）", f"{action.level} is no level (L0 to L5)")
    if action.kind in ("second_source", "origin", "capacity"):
        share = action.amount
        if share is None or not 0 < share <= 1:
            return Text(
                f"{action.exclusive}：份额须大于 0、不超过 1，得到 {share}",
                f"{action.exclusive}: the share must be above 0 and at most 1, got {share}",
            )
    if action.kind == "stock" and not (action.amount is not None and 0 < action.amount < math.inf):
        return Text(
            f"{action.exclusive}：储备天数须大于 0，得到 {action.amount}",
            f"{action.exclusive}: the days of stock must be above 0, got {action.amount}",
        )
    return None
