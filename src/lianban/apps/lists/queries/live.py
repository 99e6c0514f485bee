"""Every list as it stands now, for one reader: a question over the one graph, never rows of its own.

A row is plain values with its ``key``, by which versions are compared. Words stay in both languages.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from lianban.apps.atlas import compute
from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Production, Supply
from lianban.apps.challenges import queries as challenges
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis import rules as diagnosis_rules
from lianban.apps.diagnosis.compute import reading, words
from lianban.apps.diagnosis.models import Run
from lianban.apps.lists.rules import Kind
from lianban.apps.measures import queries as measures
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.projects import queries as projects
from lianban.kit.mechanisms import all_deeds
from lianban.kit.text import Text

Row = dict[str, Any]
UNKNOWN = Text("未知", "unknown")
# Who stands for all readers of a class: a role whose clearance is that class, without an organisation of its own.
READERS = {"open": "visitor", "chain": "enterprise", "office": "chief", "private": "officer"}
CODE, NAME = ("code", Text("编码", "Code")), ("name", Text("名称", "Name"))


@dataclass
class Live:
    """A list as it stands: its columns, its rows, the run it stands on."""

    kind: Kind
    columns: list[tuple[str, Text]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    run: int | None = None

    @property
    def plain_columns(self) -> list[dict[str, Any]]:
        return [{"key": key, "name": _plain(name)} for key, name in self.columns]


def reader_of(of_class: str) -> Actor:
    """Any reader of a class: what they all may see, and no more."""
    return Actor(grants=(Grant(READERS[of_class]),), deeds=all_deeds())


def live(kind: Kind, chain: Chain, actor: Actor) -> Live:
    """One list for one reader; at most six statements."""
    found = Live(kind)
    if kind.kept:
        MADE[kind.key](found, chain, actor)
        found.rows = [{key: _plain(value) for key, value in row.items()} for row in found.rows]
    return found


def _plain(value: Any) -> Any:
    """A value as JSON keeps it; nothing is None."""
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, datetime):
        value = timezone.localtime(value)  # the day the office had, not Greenwich
    return value.isoformat()[:10] if hasattr(value, "isoformat") else None if value == "" else value


def _said(thing: Any) -> Text:
    return Text(thing.name or thing.code, thing.name_en or thing.name or thing.code)


def _made_by(chain: Chain, actor: Actor) -> dict[int, list[Text]]:
    """Products of each organisation; one statement."""
    found: dict[int, list[Text]] = {}
    rows = atlas.rows(actor, chain, Production).filter(organisation__isnull=False, status="operating")
    columns = ("organisation_id", "product__code", "product__name", "product__name_en")
    for firm, code, name, english in rows.order_by("product__code").values_list(*columns):
        found.setdefault(firm, []).append(Text(name or code, english or name or code))
    return found


def _joined(texts: list[Text]) -> Text | None:
    if not texts:
        return None
    return Text("、".join(one.zh for one in texts), ", ".join(one.en for one in texts))


MEMBER = ("code", "name", "name_en", "kind", "place", "anchor", "organisation_id")


def _organisations(
    found: Live, chain: Chain, actor: Actor, wanted: Callable[[Any, dict[int, list[Text]]], bool]
) -> None:
    makes, rule_set = _made_by(chain, actor), atlas.rule_set(chain.code)
    found.columns = [CODE, NAME, ("kind", Text("类型", "Kind")), ("place", Text("所在地", "Place")),
                     ("products", Text("在产产品", "Products in operation"))]  # fmt: skip
    found.rows = [
        {
            "key": row.code, "code": row.code, "name": _said(row), "kind": compute.word("organisations", "kind", row.kind),
            "place": atlas.place_name(chain, rule_set, row.place) if row.place else None,
            "products": _joined(makes.get(row.organisation_id, [])),
        }
        for row in atlas.members(actor, chain).select_related(None).only(*MEMBER) if wanted(row, makes)
    ]  # fmt: skip


def _anchors(found: Live, chain: Chain, actor: Actor) -> None:
    _organisations(found, chain, actor, lambda row, makes: row.anchor)


def _suppliers(found: Live, chain: Chain, actor: Actor) -> None:
    sold = set(atlas.rows(actor, chain, Supply).filter(supplier__isnull=False).values_list("supplier_id", flat=True))
    _organisations(
        found, chain, actor,
        lambda row, makes: not row.anchor and row.kind == "firm" and (row.organisation_id in makes or row.organisation_id in sold),
    )  # fmt: skip


def _platforms(found: Live, chain: Chain, actor: Actor) -> None:
    kinds = ("laboratory", "institute", "university", "service", "hospital")
    _organisations(found, chain, actor, lambda row, makes: row.kind in kinds)


def _demands(found: Live, chain: Chain, actor: Actor) -> None:
    rule_set = atlas.rule_set(chain.code)
    found.columns = [
        CODE, ("name", Text("需求", "Need")), ("raised_by", Text("提出企业", "Raised by")), ("product", Text("产品", "Product")),
        ("grade", Text("规格", "Grade")), ("indicators", Text("指标要求", "Required indicators")), ("origin", Text("现来源地", "Present origin")),
        ("quantity", Text("年用量", "Yearly quantity")), ("unit", Text("单位", "Unit")), ("latest_on", Text("最迟日期", "Latest by")),
    ]  # fmt: skip
    found.rows = [
        {
            "key": row.code, "code": row.code, "name": row.title, "raised_by": _said(row.raised_by), "product": _said(row.product) if row.product else None,
            "grade": row.grade, "indicators": row.required_indicators, "quantity": row.yearly_quantity, "unit": row.quantity_unit,
            "origin": atlas.place_name(chain, rule_set, row.present_origin) if row.present_origin else None, "latest_on": row.latest_on,
        }
        for row in atlas.demands(actor, chain)
    ]  # fmt: skip


def _points(chain: Chain, actor: Actor) -> tuple[Run | None, dict[str, Any]]:
    """The newest national run this reader may see, and its products by code; one statement."""
    run = diagnosis.latest_run(chain, "nation", actor) if actor.may("diagnosis.see", chain.code) else None
    return run, {point["code"]: point for point in reading.points(run.result)} if run else {}


def _name_of(point: Any) -> Text:
    return Text(point["name"]["zh"], point["name"].get("en") or point["name"]["zh"])


def _weak_points(found: Live, chain: Chain, actor: Actor) -> None:
    run, points = _points(chain, actor)
    found.run = run.number if run else None
    names = {product.code: _said(product) for product in atlas.products(actor, chain)}
    found.columns = [
        CODE, NAME, ("level", Text("国内水平", "Level at home")), ("loss", Text("断供损失（0–1）", "Loss if cut (0-1)")), ("route", Text("解决路径", "Route")),
        ("unit", Text("责任单位", "Responsible unit")), ("due_on", Text("期限", "Due")), ("status", Text("状态", "State")),
    ]  # fmt: skip
    rows = diagnosis.weak_points(chain, actor) if actor.may("diagnosis.see", chain.code) else ()
    found.rows = [
        {
            "key": row.product_code, "code": row.product_code, "name": names[row.product_code], "level": points.get(row.product_code, {}).get("level"),
            "loss": points.get(row.product_code, {}).get("loss_cut"), "route": _route(row.route) if row.route else None,
            "unit": row.responsible_unit, "due_on": row.due_on, "status": diagnosis_rules.WORKFLOW.states[row.status],
        }
        for row in rows if row.product_code in names
    ]  # fmt: skip


def _route(code: str) -> Text:
    name = words.ROUTES[code]
    return Text(name.zh, name.en)


def _strengths(found: Live, chain: Chain, actor: Actor) -> None:
    run, _ = _points(chain, actor)
    found.run = run.number if run else None
    found.columns = [CODE, NAME, ("level", Text("国内水平", "Level at home"))]
    some = reading.strengths(run.result) if run else []
    found.rows = [{"key": p["code"], "code": p["code"], "name": _name_of(p), "level": p["level"]} for p in some]


def _supply_risk(found: Live, chain: Chain, actor: Actor) -> None:
    run, points = _points(chain, actor)
    found.run, rule_set = run.number if run else None, atlas.rule_set(chain.code)
    found.columns = [CODE, NAME, ("origin", Text("最大境外来源地", "Largest foreign origin")), ("loss", Text("断供损失（0–1）", "Loss if cut (0-1)")),
                     ("level", Text("国内水平", "Level at home"))]  # fmt: skip
    some = [p for p in points.values() if p.get("largest_foreign_origin") and p["loss_cut"]]
    found.rows = [
        {"key": p["code"], "code": p["code"], "name": _name_of(p), "loss": p["loss_cut"], "level": p["level"],
         "origin": atlas.place_name(chain, rule_set, p["largest_foreign_origin"])}
        for p in sorted(some, key=lambda p: (-p["loss_cut"], p["code"]))
    ]  # fmt: skip


def _measures(found: Live, chain: Chain, actor: Actor) -> None:
    found.columns = [
        CODE, ("name", Text("措施", "Measure")), ("kind", Text("类别", "Kind")), ("effect", Text("作用", "Effect")), ("cost", Text("成本（元）", "Cost (yuan)")),
        ("standing", Text("在最近一次组合中", "In the newest portfolio")),
    ]  # fmt: skip
    if not actor.may("measures.see", chain.code):
        return
    desk = measures.desk(chain, actor)
    found.rows = [
        {"key": row.code, "code": row.code, "name": _both(row.action["what"]), "kind": _both(row.action["kind_name"]), "effect": _both(row.action["effect"]),
         "cost": row.cost.amount_yuan if row.cost else None, "standing": row.standing}
        for row in desk.rows
    ]  # fmt: skip


def _both(words_: Any) -> Any:
    return Text(words_["zh"], words_.get("en") or words_["zh"]) if isinstance(words_, dict) else words_


def _projects(found: Live, chain: Chain, actor: Actor) -> None:
    found.columns = [CODE, NAME, ("lead", Text("牵头单位", "Lead")), ("starts_on", Text("开始", "Begins")), ("ends_on", Text("结束", "Ends")),
                     ("state", Text("状态", "State"))]  # fmt: skip
    found.rows = [
        {"key": str(row.pk), "code": str(row.pk), "name": Text(row.title, row.title_en or row.title), "lead": _said(row.lead), "starts_on": row.starts_on,
         "ends_on": row.ends_on, "state": row.state_name}
        for row in projects.visible(actor).filter(chain=chain).order_by("id")
    ]  # fmt: skip


def _tackling(found: Live, chain: Chain, actor: Actor) -> None:
    found.columns = [
        CODE,
        NAME,
        ("poster", Text("发榜单位", "Posted by")),
        ("posted_on", Text("发榜日期", "Posted on")),
        ("state", Text("状态", "State")),
    ]
    found.rows = [
        {"key": str(row.number), "code": str(row.number), "name": Text(row.title, row.title_en or row.title), "poster": _said(row.poster) if row.poster else None,
         "posted_on": row.posted_at, "state": row.state_name}
        for row in challenges.listing(actor, chain=chain.code).order_by("number")
    ]  # fmt: skip


def _opportunities(found: Live, chain: Chain, actor: Actor) -> None:
    """Needed products for which no maker is in operation at home, as far as this reader may see."""
    made = atlas.rows(actor, chain, Production).filter(organisation__isnull=False, status="operating")
    has_maker = set(made.values_list("product_id", flat=True))
    found.columns = [
        CODE,
        NAME,
        ("segment", Text("环节", "Segment")),
        ("demands", Text("需求（条）", "Needs")),
        ("raised_by", Text("提出企业", "Raised by")),
    ]
    asked: dict[Any, list[Any]] = {}
    for row in atlas.demands(actor, chain).filter(product__isnull=False):
        asked.setdefault(row.product, []).append(row)
    found.rows = [
        {"key": product.code, "code": product.code, "name": _said(product), "segment": _said(product.segment), "demands": len(rows),
         "raised_by": _joined([_said(firm) for firm in dict.fromkeys(row.raised_by for row in rows)])}
        for product, rows in sorted(asked.items(), key=lambda one: one[0].code) if product.pk not in has_maker
    ]  # fmt: skip


MADE: dict[str, Callable[[Live, Chain, Actor], None]] = {
    "anchors": _anchors, "suppliers": _suppliers, "platforms": _platforms, "demands": _demands, "weak_points": _weak_points,
    "strengths": _strengths, "supply_risk": _supply_risk, "measures": _measures, "projects": _projects, "tackling": _tackling,
    "opportunities": _opportunities,
}  # fmt: skip
