"""Persistence over years (持续性) and imports over exports: only where figures are given, else what is missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lianban.chain.diagnosis.facts import Facts, Row, precedence
from lianban.chain.diagnosis.sources import basis_of
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text


@dataclass(frozen=True)
class Persistence:
    """Whether a high import share lasts: yes, no or not_tested, with the figures by year."""

    state: str
    by_year: tuple[tuple[int, float], ...]
    years_high: int
    rows: tuple[Row, ...]
    needs: Text | None = None


@dataclass(frozen=True)
class Substitutability:
    """Imports over exports of one period; ``ratio`` is None where exports are 0 (it has no upper bound)."""

    state: str
    ratio: float | None
    period: str | None
    rows: tuple[Row, ...]
    needs: Text | None = None


def persistence(facts: Facts, product: str, rules: RuleSet) -> Persistence:
    """Say whether the import share was high in enough of the last years.

    A domestic rate by value or quantity gives 1 − rate. Figures of different definitions are never put in one series:
    the definition with most years is taken.
    """
    window = int(rules.value("diagnosis.persistence.window_years"))
    needed = int(rules.value("diagnosis.persistence.years_holding"))
    threshold = rules.value("diagnosis.import_share.watch")
    series = _series(facts, product)
    if not series:
        needs = Text(f"连续 {window} 年的进口占比", f"the import share of {window} years")
        return Persistence("not_tested", (), 0, (), needs)
    rows = max(series.values(), key=lambda by_year: (len(by_year), max(by_year)))
    last = max(rows)
    inside = {year: row for year, row in sorted(rows.items()) if last - window < year <= last}
    shares = {year: _import_share(row) for year, row in inside.items()}
    high = sum(1 for share in shares.values() if share >= threshold)
    used = tuple(inside.values())
    years = range(last - window + 1, last + 1)
    state = lasting([shares[year] >= threshold if year in shares else None for year in years], needed)
    if state != "not_tested":
        return Persistence(state, tuple(shares.items()), high, used)
    needs = Text(
        f"{last - window + 1}–{last} 年各年的进口占比", f"the import share of each year {last - window + 1}–{last}"
    )
    return Persistence("not_tested", tuple(shares.items()), high, used, needs)


def lasting(holds: Sequence[bool | None], needed: int) -> str:
    """Say whether a condition held in at least so many periods: yes, no, or not_tested where unknown ones decide."""
    high = sum(1 for one in holds if one)
    if high >= needed:
        return "yes"
    return "no" if high + sum(1 for one in holds if one is None) < needed else "not_tested"


def _series(facts: Facts, product: str) -> dict[tuple[str, str], dict[int, Row]]:
    """Group import shares and domestic rates by definition, one row a year, the best of each year."""
    series: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in sorted(facts.indicators.get(product, []), key=precedence):
        if row["item"] not in ("import_share", "domestic_rate") or row["value"] is None:
            continue
        if basis_of(row["definition"] or "") not in ("value", "quantity") or row["unit"] not in ("fraction", "%"):
            continue
        period = str(row["period"] or "")
        if len(period) == 4 and period.isdigit():
            series[(row["item"], row["definition"])].setdefault(int(period), row)
    return dict(series)


def _import_share(row: Row) -> float:
    value = float(row["value"]) / (100 if row["unit"] == "%" else 1)
    return value if row["item"] == "import_share" else 1 - value


def substitutability(facts: Facts, product: str, rules: RuleSet) -> Substitutability:
    """Compare imports with exports of the newest period that has both in one unit."""
    pairs: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in sorted(facts.indicators.get(product, []), key=precedence):
        if row["item"] in ("imports", "exports") and row["value"] is not None and row["period"]:
            pairs[(str(row["period"]), str(row["unit"]))].setdefault(row["item"], row)
    both = sorted(key for key, rows in pairs.items() if len(rows) == 2)
    if not both:
        return Substitutability(
            "not_tested", None, None, (), Text("同期进口与出口数据", "imports and exports of one period")
        )
    rows = pairs[both[-1]]
    imports, exports = float(rows["imports"]["value"]), float(rows["exports"]["value"])
    used = (rows["imports"], rows["exports"])
    if exports == 0:
        return Substitutability("yes" if imports > 0 else "no", None, both[-1][0], used)
    ratio = imports / exports
    hard = ratio > rules.value("diagnosis.import_export_ratio")
    return Substitutability("yes" if hard else "no", ratio, both[-1][0], used)
