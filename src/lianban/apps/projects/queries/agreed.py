"""What the agreement of a project says about buying first (优先采购的约定), so that nobody has to type it again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lianban.apps.agreements import queries as agreements
from lianban.apps.atlas.models import Product
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import rules
from lianban.apps.projects.models import PriorityPurchase, Project
from lianban.kit.text import Text
from lianban.rulebook.clauses import load

LONGEST = 300  # of the lines a promise keeps


@dataclass(frozen=True, slots=True)
class Agreed:
    """A commitment to buy in the version that is in force; None where the agreement leaves a figure open."""

    agreement: int
    version: int
    buyer: Organisation
    product: str
    quantity: Decimal | None
    unit: str
    price_rule: str
    months: int | None
    quality_gate: str

    def initial(self, from_on: date | None) -> dict[str, Any]:
        """What the form of a promise opens with; the period runs from the day the result is in effect."""
        until = rules.months_later(from_on, self.months) if from_on and self.months else None
        told = {"quantity": self.quantity, "unit": self.unit, "price_rule": self.price_rule, "starts_on": from_on,
                "ends_on": until, "quality_gate": self.quality_gate}  # fmt: skip
        return {"buyer": self.buyer.code} | {name: value for name, value in told.items() if value}

    def differs(self, row: PriorityPurchase) -> list[Text]:
        """Where a promise on record says something else than the agreement; what either leaves open is no difference."""
        pairs = (
            (Text("数量", "quantity"), self.quantity, row.quantity),
            (Text("单位", "unit"), self.unit, row.unit),
            (Text("期限", "period"), self._until(row.starts_on), row.ends_on),
        )
        return [name for name, agreed, kept in pairs if agreed and agreed != kept]

    def _until(self, from_on: date) -> date | None:
        return rules.months_later(from_on, self.months) if self.months else None


def agreed_purchase(project: Project, actor: Actor) -> Agreed | None:
    """The commitment in force, if there is one and this reader may read the agreement; three statements at most."""
    app, _, pk = project.agreement_ref.rpartition(":")
    row = agreements.agreement(actor, int(pk)) if app == "agreements.agreement" and pk.isdigit() else None
    if row is None or row.in_force is None or row.state == "ended":
        return None
    told = agreements.terms_of(row.in_force)["priority_purchase"] if row.in_force.content else None
    buyer = Organisation.objects.filter(pk=told.get("buyer")).first() if told else None
    if (
        told is None
        or buyer is None
        or buyer.pk == project.lead_id
        or not _same_product(told.get("product", ""), project)
    ):
        return None
    quantity = told.get("quantity")
    return Agreed(
        agreement=row.pk, version=row.in_force.number, buyer=buyer, product=told.get("product", ""), months=told.get("months"),
        quantity=Decimal(quantity) if quantity else None, unit=told.get("unit", ""), price_rule=_price_rule(told),
        quality_gate="；".join(told.get("quality_gate", "").splitlines())[:LONGEST],
    )  # fmt: skip


def _same_product(words: str, project: Project) -> bool:
    """Whether the words of the clause mean this project's product: a consortium's agreement serves several projects.

    The clause names a product in words; the name of the product or a part of it is enough, and the page shows the words.
    """
    row = Product.objects.filter(chain=project.chain_id, code=project.product).first()
    names = [name for name in (row.name, row.name_en) if name] if row else []
    return not names or any(words and (words in name or name in words) for name in names)


def _price_rule(told: dict[str, Any]) -> str:
    """The chosen rule in the words of the clause, and its details."""
    questions = load().clauses["priority_purchase"].options["commit"].questions
    choices = next(one.choices for one in questions if one.name == "price_rule") or {}
    chosen = choices.get(told.get("price_rule", ""))
    return "；".join(part for part in (chosen.zh if chosen else "", told.get("price_detail", "")) if part)[:LONGEST]
