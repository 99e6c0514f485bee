"""What became of a result: purchases beside their promise, the level before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects

from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.compute import reading
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import rules
from lianban.apps.projects.models import LevelRise, PriorityPurchase, Project, PurchaseOrder

SCOPE = "nation"


@dataclass(frozen=True, slots=True)
class Purchase:
    """A promise to buy first, with its orders and what they add up to."""

    row: PriorityPurchase
    orders: list[PurchaseOrder]
    kept: rules.Kept

    @property
    def counted(self) -> Decimal:
        return self.kept.counted

    @property
    def ordered(self) -> Decimal:
        return self.kept.ordered

    @property
    def left(self) -> Decimal:
        return self.kept.left

    @property
    def share(self) -> float:
        return self.kept.share

    @property
    def state(self) -> Any:
        return self.kept.state


def purchases(rows: Iterable[PriorityPurchase], today: date) -> list[Purchase]:
    """Promised and ordered, side by side; one statement."""
    promised = list(rows)
    prefetch_related_objects(promised, "orders")
    found = []
    for row in promised:
        orders = list(row.orders.all())
        found.append(Purchase(row, orders, rules.kept(row.quantity, row.ends_on, today, orders)))
    return found


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """What one run says of the product."""

    run: int
    at: Any
    level: str | None
    at_least: bool
    severity: float | None
    rank: int | None
    kind: str | None
    makers: int


def before_after(rise: LevelRise, actor: Actor) -> tuple[Diagnosed | None, Diagnosed | None]:
    """The run before the result was entered, and the newest after it, as far as this reader may see them; two statements."""
    chain = rise.project.chain
    before = diagnosis.run(chain, rise.run_before, actor) if rise.run_before is not None else None
    after = None
    if rise.stamp_after is not None:
        later = diagnosis.runs(chain, actor).defer(None).filter(scope=SCOPE, data_stamp__gte=rise.stamp_after)
        after = later.order_by("number").first()
    return _diagnosed(before, rise.product), _diagnosed(after, rise.product)


def level_now(project: Project, actor: Actor) -> str:
    """The level the newest run this reader may see gives the product, or nothing; one statement."""
    run = diagnosis.latest_run(project.chain, SCOPE, actor)
    point = reading.point(run.result, project.product) if run else None
    return (point or {}).get("level") or ""


def _diagnosed(run: Any, product: str) -> Diagnosed | None:
    point: Mapping[str, Any] | None = reading.point(run.result, product) if run else None
    if run is None or point is None:
        return None
    home = [source for source in point["sources"] if source["home"] and source["supplies"]]
    return Diagnosed(
        run.number, run.finished_at, point["level"], point["level_derived_is_at_least"], point["severity"],
        point.get("rank"), point["kind"], len(home),
    )  # fmt: skip
