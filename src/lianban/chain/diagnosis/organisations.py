"""Per organisation: what is lost if it stops, what only it makes, and what can be computed of an anchor firm (链主)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lianban.chain.diagnosis.facts import Facts, Row, highest, highest_class
from lianban.chain.diagnosis.places import origin_of
from lianban.chain.diagnosis.product import Standing
from lianban.chain.diagnosis.sources import Source
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    import pandas as pd

NOT_COMPUTABLE = {
    "small_firm_share": Text("需要供方的企业规模", "needs the size of the suppliers"),
    "local_ratio_trend": Text("需要多年的供应关系", "needs supplies of several years"),
    "research_intensity": Text("需要企业研发投入与营业收入", "needs R&D spending and revenue"),
    "payment_on_time": Text("需要付款记录", "needs payment records"),
}


@dataclass(frozen=True)
class OrganisationDiagnosis:
    """What the diagnosis says of one organisation; for analysts and officers, an enterprise sees its own.

    ``only_maker_of`` is proven (the source list is complete); ``only_known_maker_of`` may change with better data.
    """

    code: str
    row: Row
    home: bool | None
    products: tuple[str, ...]
    only_maker_of: tuple[str, ...]
    only_known_maker_of: tuple[str, ...]
    loss: float | None
    anchor: Mapping[str, Any]
    confidentiality: str

    @property
    def name(self) -> Text:
        return Text(self.row["name"], self.row["name_en"] or self.row["name"])

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "code": self.code,
            "name": {"zh": self.name.zh, "en": self.name.en},
            "kind": self.row["kind"],
            "origin": origin_of(self.row["place"]),
            "home": self.home,
            "is_anchor": bool(self.row["anchor"]),
            "products": list(self.products),
            "only_maker_of": list(self.only_maker_of),
            "only_known_maker_of": list(self.only_known_maker_of),
            "loss_if_it_stops": self.loss,
            "anchor_indicators": dict(self.anchor),
            "not_computable": {name: {"zh": why.zh, "en": why.en} for name, why in NOT_COMPUTABLE.items()},
            "confidentiality": self.confidentiality,
        }


def diagnose_organisations(
    facts: Facts,
    standing: Mapping[str, Standing],
    supplies: "pd.DataFrame",
    losses: Mapping[str, float | None],
    network_class: str,
) -> list[OrganisationDiagnosis]:
    """Describe every organisation that supplies something, raises a demand or is an anchor firm; greatest loss first."""
    makes: dict[str, dict[str, Source]] = defaultdict(dict)
    for product, one in standing.items():
        for source in one.sources:
            if source.organisation and source.supplies:
                makes[source.organisation][product] = source
    demands: dict[str, list[Row]] = defaultdict(list)
    for rows in facts.demands.values():
        for row in rows:
            demands[row["raised_by"]].append(row)
    partners = _partners(supplies)
    codes = {*makes, *demands, *(code for code, row in facts.organisations.items() if row["anchor"])}
    found = []
    for code in sorted(codes & set(facts.organisations)):
        row = facts.organisations[code]
        own = makes.get(code, {})
        only = {
            product: bool(standing[product].complete_rows) for product in own if _is_only(standing[product].sources)
        }
        rows = [row, *demands.get(code, []), *(source.rows[0] for source in own.values())]
        found.append(
            OrganisationDiagnosis(
                code,
                row,
                facts.at_home(row["place"]),
                tuple(sorted(own)),
                tuple(sorted(product for product, proven in only.items() if proven)),
                tuple(sorted(product for product, proven in only.items() if not proven)),
                losses.get(code),
                _anchor_indicators(
                    own, demands.get(code, []), partners.get(code, (0, 0)), len(supplies) > 0, len(only)
                ),
                highest(highest_class(rows), network_class),
            )
        )
    return sorted(found, key=lambda one: (-round(one.loss or 0.0, 10), one.code))


def _is_only(sources: Sequence[Source]) -> bool:
    return sum(1 for source in sources if source.supplies) == 1


def _partners(supplies: "pd.DataFrame") -> dict[str, tuple[int, int]]:
    """Count suppliers and customers with evidence in the chain: different organisations, itself left out."""
    known = supplies[
        supplies["supplier"].notna() & supplies["buyer"].notna() & (supplies["supplier"] != supplies["buyer"])
    ]
    n_suppliers = known.groupby("buyer")["supplier"].nunique()
    n_customers = known.groupby("supplier")["buyer"].nunique()
    codes = set(n_suppliers.index) | set(n_customers.index)
    return {code: (int(n_suppliers.get(code, 0)), int(n_customers.get(code, 0))) for code in codes}


def _anchor_indicators(
    own: Mapping[str, Source], demands: list[Row], partners: tuple[int, int], has_supplies: bool, n_only: int
) -> dict[str, Any]:
    """Return the anchor-firm indicators that the package can compute; None is unknown."""
    shares = {product: source.share_home for product, source in own.items() if source.share_home is not None}
    lead = max(sorted(shares), key=lambda product: shares[product], default=None)
    return {
        "suppliers_in_chain": partners[0] if has_supplies else None,
        "customers_in_chain": partners[1] if has_supplies else None,
        "products_in_chain": len(own),
        "products_without_other_known_maker": n_only,
        "demands_published": len(demands),
        "scenarios_opened": sum(1 for row in demands if row["scenario"]),
        "lead_product": lead,
        "lead_product_share": shares[lead] if lead else None,
    }
