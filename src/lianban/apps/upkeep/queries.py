"""Reads of upkeep: ages of facts, corrections, questionnaires, burden. What a reader may not see is in no list and no count."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DateField, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import FACTS, Chain, FactRow
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.apps.parties.rules import Actor
from lianban.apps.rulesets import queries as rulesets
from lianban.apps.upkeep import compute, rules
from lianban.apps.upkeep.models import Asked, Confirmation, Correction, Merge, NamedSupplier, Questionnaire
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text
from lianban.kit.waiting import Waiting

TABLES: Mapping[str, type[FactRow]] = {model.TABLE: model for model in FACTS}
OURS = ("organisations", "production", "supplies", "demands", "parameters", "indicators")


@dataclass(frozen=True, slots=True)
class Fact:
    """One row with its age and who must refresh it; ``firm`` is None where that is the chain office."""

    table: str
    row: Any
    name: Text
    age: rules.Age
    firm: Organisation | None

    @property
    def table_name(self) -> Text:
        return compute.table_name(self.table)


def settings(chain: str, on: date) -> Mapping[str, Any]:
    """Values of the rule set's group ``upkeep`` on a day, without the prefix; one statement."""
    frozen = rulesets.freeze(chain, on, "upkeep")
    return {key.removeprefix("upkeep."): frozen.value(key) for key in frozen.entries}


def limits(values: Mapping[str, Any]) -> dict[str, rules.Limits]:
    """How long facts of each table last; no statement."""
    return {table: rules.Limits(values[f"expiry_months.{table}"], values["warn_days"]) for table in TABLES}


def _seen(actor: Actor, chain: Chain, table: str) -> QuerySet[Any]:
    """Visible rows of a table with the day on which they were last known true."""
    said = Confirmation.objects.filter(chain=chain, table=table, code=OuterRef("code")).order_by("-confirmed_on")
    last = Subquery(said.values("confirmed_on")[:1], output_field=DateField())
    found = atlas.rows(actor, chain, TABLES[table])
    return found.annotate(seen_on=Greatest("observed_on", Coalesce(last, F("observed_on"))))


def summary(actor: Actor, chain: Chain, today: date, lasting: Mapping[str, rules.Limits]) -> list[dict[str, Any]]:
    """How many visible rows of each table are fresh, due and stale; one statement a table, nine in all."""
    found = []
    for table in TABLES:
        stale, due = lasting[table].borders(today)
        counted = _seen(actor, chain, table).aggregate(
            all=Count("pk"), stale=Count("pk", filter=Q(seen_on__lt=stale)), due=Count("pk", filter=Q(seen_on__gte=stale, seen_on__lt=due)),
            oldest=Max("observed_on"),
        )  # fmt: skip
        counted["fresh"] = counted["all"] - counted["stale"] - counted["due"]
        if counted["all"]:
            found.append({"table": table, "name": compute.table_name(table), "months": lasting[table].months, **counted})  # fmt: skip
    return found


def aged(actor: Actor, chain: Chain, table: str, state: str, today: date, limit: rules.Limits) -> QuerySet[Any]:
    """Visible rows of a table in one state of age ("" = all), oldest first; one statement when read."""
    stale, due = limit.borders(today)
    wanted = {
        "stale": Q(seen_on__lt=stale),
        "due": Q(seen_on__gte=stale, seen_on__lt=due),
        "fresh": Q(seen_on__gte=due),
    }
    rows = _seen(actor, chain, table).select_related(*_named_by(TABLES[table]))
    return rows.filter(wanted.get(state, Q())).order_by("seen_on", "code")


def facts(rows: Iterable[Any], table: str, today: date, limit: rules.Limits) -> list[Fact]:
    """Rows with name, age and who must refresh them; one statement."""
    found = list(rows)
    firms = {pk for row in found if (pk := organisation_of(table, row))}
    acting = set(
        RoleGrant.objects.filter(organisation__in=firms, ends_on=None).values_list("organisation_id", flat=True)
    )
    told = []
    for row in found:
        pk = organisation_of(table, row)
        firm = getattr(row, rules.ABOUT[table]) if pk in acting else None
        told.append(Fact(table, row, label(table, row), limit.age(row.seen_on, today), firm))
    return told


def organisation_of(table: str, row: Any) -> int | None:
    """Key of the organisation a row is about; None where it is about none."""
    column = rules.ABOUT.get(table)
    return getattr(row, f"{column}_id") if column else None


def _named_by(model: type[FactRow]) -> list[str]:
    return [f.name for f in model._meta.fields if f.is_relation and f.name not in ("chain", "source")]


def label(table: str, row: Any) -> Text:
    """What a row is about, in words: its own name, or the names of what it ties together."""
    if own := getattr(row, "name", "") or getattr(row, "title", ""):
        return Text(own, getattr(row, "name_en", "") or own)
    parts = [getattr(row, name) for name in _named_by(type(row)) if getattr(row, f"{name}_id")]
    zh, en = [one.name for one in parts], [one.name_en or one.name for one in parts]
    if origin := getattr(row, "origin", ""):
        zh.append(origin)
        en.append(origin)
    if item := getattr(row, "item", ""):
        zh.append(compute.item_name(table, item).zh)
        en.append(compute.item_name(table, item).en)
    return Text(" · ".join(zh) or row.code, " · ".join(en) or row.code)


def about(actor: Actor, chain: Chain, organisation: Organisation, table: str) -> QuerySet[Any]:
    """Rows of a table about one organisation that this reader may see; one statement when read."""
    rows = _seen(actor, chain, table).select_related(*_named_by(TABLES[table]))
    return rows.filter(**{rules.ABOUT[table]: organisation}).order_by("code")


def around(actor: Actor, chain: Chain, kind: str, code: str, today: date) -> list[Fact] | None:
    """All visible rows about one product or organisation, the oldest first; None where it is missing or hidden.

    Two statements a table that can speak of it.
    """
    thing = fact(actor, chain, kind, code)
    if thing is None or kind not in ("products", "organisations"):
        return None
    lasting = limits(settings(chain.code, today))
    found = facts([thing], kind, today, lasting[kind])
    for table, model in TABLES.items():
        columns = {"products": "product", "organisations": rules.ABOUT.get(table, "")}
        column = columns[kind] if any(f.name == columns[kind] for f in model._meta.fields) else ""
        if not column or table == kind:
            continue
        target = thing if kind == "products" else thing.organisation
        rows = _seen(actor, chain, table).select_related(*_named_by(model)).filter(**{column: target})
        found += facts(rows.order_by("seen_on"), table, today, lasting[table])
    return sorted(found, key=lambda one: one.age.seen_on)


def fact(actor: Actor, chain: Chain, table: str, code: str) -> Any | None:
    """One visible row, or None alike for what is missing and what is hidden; one statement."""
    if table not in TABLES:
        return None
    return _seen(actor, chain, table).select_related(*_named_by(TABLES[table])).filter(code=code).first()


def own_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Organisations the reader acts for; one statement."""
    return Organisation.objects.filter(code__in=actor.organisations)


def corrections(actor: Actor) -> QuerySet[Correction]:
    """Corrections of one's own organisations, and all of the chains whose office one is; one statement."""
    found = Q(organisation__code__in=actor.organisations)
    for chain in {grant.chain for grant in actor.grants}:
        if actor.may("upkeep.see", chain):
            reach = Q(chain__code=chain) if chain else Q(chain__isnull=False)
            found |= reach & Q(before__confidentiality__in=actor.visible_classes(chain))
    rows = Correction.objects.filter(found, chain__in=atlas.visible_chains(actor))
    return rows.select_related("chain", "organisation")


def correction(actor: Actor, pk: int) -> Correction | None:
    """One statement."""
    return corrections(actor).filter(pk=pk).first()


def pending(chain: Chain, table: str, code: str) -> bool:
    """One statement."""
    return Correction.objects.filter(chain=chain, table=table, code=code, state="raised").exists()


def questionnaires(actor: Actor, chain: Chain) -> QuerySet[Questionnaire]:
    """Questionnaires of a chain for those who send and check them; one statement."""
    if not actor.may("upkeep.see", chain.code):
        return Questionnaire.objects.none()
    rows = Questionnaire.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))
    return rows.select_related("organisation", "parent__organisation").prefetch_related("named__organisation")


def questionnaire(actor: Actor, pk: int) -> Questionnaire | None:
    """Two statements."""
    row = Questionnaire.objects.select_related("chain").filter(pk=pk).first()
    return questionnaires(actor, row.chain).filter(pk=pk).first() if row else None


def by_link(word: str) -> Questionnaire | None:
    """The questionnaire a link opens; one statement."""
    return Questionnaire.objects.select_related("chain", "organisation").filter(digest=rules.digest(word)).first()


def asked_in(organisation: Organisation, quarter: str) -> int:
    """Fields asked of an organisation in a quarter; one statement."""
    first, after = rules.quarter_days(quarter)
    rows = Asked.objects.filter(organisation=organisation, on__gte=first, on__lt=after)
    return rows.aggregate(n=Sum("fields"))["n"] or 0


def burden(actor: Actor, chain: Chain, quarter: str) -> list[dict[str, Any]]:
    """Per visible organisation of a chain: fields asked and filled in a quarter, and facts held that it was not asked for.

    Seven statements: the meter of chain_office.md 8.5.
    """
    first, after = rules.quarter_days(quarter)
    members = {row.organisation_id: row for row in atlas.members(actor, chain).select_related("organisation")}
    rows = Asked.objects.filter(organisation__in=members, on__gte=first, on__lt=after)
    sums = rows.values_list("organisation").annotate(asked=Sum("fields"), filled_in=Sum("filled"))
    told = {pk: (asked, filled) for pk, asked, filled in sums}
    derived = dict.fromkeys(members, 0)
    for table, column in rules.ABOUT.items():
        counted = atlas.rows(actor, chain, TABLES[table]).filter(on_site=False).order_by().values_list(f"{column}_id")
        for pk, n in counted.annotate(n=Count("pk")):
            if pk in derived:
                derived[pk] += n
    nothing = (0, 0)
    lines = [
        {"organisation": row.organisation, "asked": told.get(pk, nothing)[0], "filled": told.get(pk, nothing)[1], "derived": derived[pk]}
        for pk, row in members.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (-line["asked"], line["organisation"].code))


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Corrections to check, answers to check; two statements and one."""
    found = []
    for row in corrections(actor).filter(state="raised"):
        if actor.may("upkeep.decide", row.chain.code):
            about = Text(row.organisation.name, row.organisation.name_en or row.organisation.name)
            found.append(Waiting(Text("数据保鲜", "Freshness"), Text("核实更正", "Check a correction"),
                                 reverse("upkeep:correction", args=[row.pk]), about, row.reference, row.due_on))  # fmt: skip
    for chain in atlas.visible_chains(actor):
        if actor.may("upkeep.ask", chain.code):
            for asked in questionnaires(actor, chain).filter(state="answered"):
                about = Text(asked.organisation.name, asked.organisation.name_en or asked.organisation.name)
                found.append(Waiting(Text("数据保鲜", "Freshness"), Text("核实供应商问卷", "Check a questionnaire"),
                                     reverse("upkeep:questionnaire", args=[asked.pk]), about, asked.reference, asked.due_on))  # fmt: skip
    return found


def suggestions(row: NamedSupplier) -> list[Organisation]:
    """Organisations a named supplier may be: same credit code, else same name; a human decides. One statement."""
    same = Q(name=row.name) | (Q(credit_code=row.credit_code) if row.credit_code else Q())
    return list(Organisation.objects.filter(same)[:5])


def side_by_side(actor: Actor, chain: Chain, doubt: compute.Doubt) -> list[dict[str, Any]]:
    """The rows of a doubt as this reader may see them, with value, source and day; one statement."""
    if doubt.table not in TABLES:
        return []
    rows = atlas.rows(actor, chain, TABLES[doubt.table]).select_related(*_named_by(TABLES[doubt.table]))
    return [
        {"row": row, "name": label(doubt.table, row), "value": compute.with_unit(doubt.table, doubt.column, row)}
        for row in rows.filter(code__in=doubt.codes).order_by("observed_on")
    ]  # fmt: skip


def same_names(limit: int = 50) -> list[list[Organisation]]:
    """Entries of the registry with one name, those merged left out; two statements. A human decides whether they are one."""
    merged = Merge.objects.filter(undone_at=None).values("merged")
    left = Organisation.objects.exclude(pk__in=merged)
    names = left.order_by().values_list("name").annotate(n=Count("pk")).filter(n__gt=1).order_by("name")[:limit]
    found: dict[str, list[Organisation]] = {}
    for row in left.filter(name__in=[name for name, _ in names]).order_by("name", "code"):
        found.setdefault(row.name, []).append(row)
    return list(found.values())


def merges() -> QuerySet[Merge]:
    """Every merge, newest first; one statement."""
    return Merge.objects.select_related("kept", "merged")


def found_entries(words: str, limit: int = 20) -> list[Organisation]:
    """Entries of the registry with these words in a name, or with this code; those merged left out. One statement."""
    if not words.strip():
        return []
    named = Q()
    for word in words.split():
        here = Q(name__icontains=word) | Q(name_en__icontains=word) | Q(other_names__name__icontains=word)
        named &= here
    exact = Q(code__iexact=words.strip()) | Q(credit_code__iexact=words.strip())
    merged = Merge.objects.filter(undone_at=None).values("merged")
    found = Organisation.objects.filter(named | exact).exclude(pk__in=merged).distinct()
    return list(found.order_by("name", "code")[:limit])


def compared(kept: Organisation, merged: Organisation) -> list[tuple[Text, list[Text], list[Text], bool]]:
    """Two entries side by side: what it is, of each, and whether they agree where one organisation would. As many statements as kinds of facts, and six."""
    both = [_told_entry(kept), _told_entry(merged)]
    return [
        (name, one, both[1][name], name.en in _OWN_TO_EACH or one == both[1][name]) for name, one in both[0].items()
    ]


_OWN_TO_EACH = {"Code", "Other names", "Facts in chains", "Accounts in use"}


def _told_entry(one: Organisation) -> dict[Text, list[Text]]:
    def plain(*values: str) -> list[Text]:
        return [Text(value, value) for value in values if value]

    facts: Counter[Text] = Counter()
    for model in FACTS:
        for field in model._meta.fields:
            if field.related_model is Organisation:
                rows = model._default_manager.filter(**{field.name: one}).order_by()
                for name, english, n in rows.values_list("chain__name", "chain__name_en").annotate(n=Count("pk")):
                    facts[Text(name, english or name)] += n
    names = [Text(f"{row.name}（{row.kind_name.zh}）", f"{row.name} ({row.kind_name.en})") for row in one.other_names.all()]  # fmt: skip
    accounts = RoleGrant.objects.filter(organisation=one, ends_on=None).count()
    return {
        Text("名称", "Name"): plain(one.name),
        Text("英文名", "English name"): plain(one.name_en),
        Text("其他名称", "Other names"): names,
        Text("编码", "Code"): plain(one.code),
        Text("统一社会信用代码", "Credit code"): plain(one.credit_code),
        Text("类型", "Kind"): [compute.shown("organisations", "kind", one.kind)],
        Text("所在地", "Place"): plain(one.place),
        Text("网址", "Website"): plain(one.website),
        Text("各链中的事实", "Facts in chains"): [Text(f"{name.zh}：{n} 条", f"{name.en}: {n}") for name, n in facts.items()],
        Text("在用账号", "Accounts in use"): [Text(f"{accounts} 个", str(accounts))] if accounts else [],
    }  # fmt: skip


def merging_refusals(kept: Organisation, merged: Organisation) -> list[Refusal]:
    """Why these two cannot be made one, whatever reason is given; two statements."""
    return rules.merge_refusals(
        same=kept.pk == merged.pk,
        codes=(kept.credit_code, merged.credit_code),
        reason="-",
        accounts=RoleGrant.objects.filter(organisation=merged, ends_on=None).count(),
        gone=Merge.objects.filter(merged__in=(kept, merged), undone_at=None).exists(),
    )


def entry(code: str) -> Organisation | None:
    """An entry of the registry by its code; one statement."""
    return Organisation.objects.filter(code=code).first()


def told(chain: Chain, table: str, column: str, value: Any) -> Text:
    """A value as people read it, a place by its name with its code; one statement for a place."""
    if column not in ("place", "origin", "present_origin") or not value:
        return compute.shown(table, column, value)
    name = atlas.place_name(chain, atlas.rule_set(chain.code), str(value))
    return name if str(value) in name.zh else Text(f"{name.zh}（{value}）", f"{name.en} ({value})")
