"""Money (金额): whole fen; shown in yuan, ten thousand yuan or hundred million yuan; split without losing a fen."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from lianban.kit.text import Text

FEN_PER_YUAN = 100
WAN_FEN = 10_000 * FEN_PER_YUAN
YI_FEN = 10_000 * WAN_FEN


def shown(amount_fen: int) -> Text:
    """An amount in the unit people say, exact: 3,000,000.00 yuan is 300 万元."""
    size = abs(amount_fen)
    for unit_fen, zh in ((YI_FEN, "亿元"), (WAN_FEN, "万元")):
        if size >= unit_fen and amount_fen * 100 % unit_fen == 0:
            figure = _plain(Decimal(amount_fen) / unit_fen)
            return Text(f"{figure}\u2009{zh}", f"{yuan(amount_fen)} yuan")
    return Text(f"{yuan(amount_fen)}\u2009元", f"{yuan(amount_fen)} yuan")


def yuan(amount_fen: int) -> str:
    """An amount in yuan with thousands separated; fen only where there are any."""
    figure = Decimal(amount_fen) / FEN_PER_YUAN
    return f"{figure:,.2f}" if amount_fen % FEN_PER_YUAN else f"{int(figure):,}"


def _plain(figure: Decimal) -> str:
    return f"{figure:,.2f}".rstrip("0").rstrip(".")


def fen_of_yuan(typed: str) -> int | None:
    """Read yuan as typed (separators and full-width digits allowed) as whole fen; None where it is no such amount."""
    text = typed.strip().replace(",", "").replace("，", "").removesuffix("元")
    try:
        amount = Decimal(text) * FEN_PER_YUAN
    except InvalidOperation:
        return None
    return int(amount) if amount.is_finite() and amount == int(amount) else None


def split(amount_fen: int, shares: Sequence[Fraction | int]) -> list[int]:
    """Split an amount by shares, exact to the fen, by largest remainder (最大余额法).

    Shares need not add up to one but to something above zero. Equal remainders go to whoever stands first, so
    that the same shares in the same order always give the same parts.
    """
    total = sum((Fraction(share) for share in shares), Fraction(0))
    if amount_fen < 0 or total <= 0 or any(share < 0 for share in shares):
        raise ValueError("an amount below zero, or shares that are negative or all zero, cannot be split")
    exact = [amount_fen * Fraction(share) / total for share in shares]
    parts = [int(part) for part in exact]  # towards zero: nobody gets more than their part before the rest is given
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: amount_fen - sum(parts)]:
        parts[i] += 1
    return parts
