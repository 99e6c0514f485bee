"""Reads for the builder's pages: articles beside plain words and law, what may be done now, who signed, a trial of a clause."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet

from lianban.apps.agreements import rules
from lianban.apps.agreements.models import Agreement, BackgroundRight, Version
from lianban.apps.agreements.queries.reading import agreements, facts, is_office, party_rows
from lianban.apps.agreements.rules import steps, wording
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text
from lianban.rulebook.clauses import Clause


def listed(actor: Actor, state: str = "") -> QuerySet[Agreement]:
    """Agreements this reader may see, those that need work first; two statements with their parties."""
    rows = agreements(actor).prefetch_related("parties__organisation")
    return rows.filter(state=state) if state in rules.STATES.states else rows


def article_rows(draft: rules.Facts) -> list[dict[str, Any]]:
    """Every clause of this kind: as an article where it is settled, else as what the law says; no statement."""
    rows, number = [], 0
    for clause in draft.book.of_kind(draft.kind):
        number += clause.code in draft.choices
        article = wording.article(clause, draft, number)
        option = clause.options.get(article.option)
        rows.append({"article": article, "option": option, "needed": draft.kind in clause.needed})
    return rows


def origins(row: Agreement) -> dict[str, dict[str, Any]]:
    """Clauses that the matter itself settled, by code: from where, and whether they still stand so; one statement."""
    return {
        one.clause: {"from": Text(**one.prefilled["from"]), "kept": one.as_prefilled}
        for one in row.choices.all()
        if one.prefilled
    }


def content(row: Agreement, number: int = 0, draft: rules.Facts | None = None) -> dict[str, Any]:
    """The whole of a version: parties, choices, articles, annex 1, rules; four statements."""
    draft = draft or facts(row)
    kinds = BackgroundRight.KINDS
    lines = [
        {
            "owner": b.owner, "kind": b.kind, "kind_name": {"zh": kinds[b.kind].zh, "en": kinds[b.kind].en},
            "title": b.title, "number": b.number, "scope": b.scope,
        }
        for b in draft.background
    ]  # fmt: skip
    bound = [party for party in party_rows(row) if not party["left"]]
    labels = {side.id: {"zh": side.label.zh, "en": side.label.en} for side in draft.sides}
    role_names = {party["id"]: rules.ROLES[party["role"]] for party in bound}
    return {
        "kind": row.kind,
        "title": {"zh": row.title, "en": row.title_en or row.title},
        "version": number,
        "subject": row.subject,
        "parties": [
            {**party, "label": labels[party["id"]], "role_name": {"zh": role_names[party["id"]].zh, "en": role_names[party["id"]].en}}
            for party in bound
        ],
        "choices": {code: {"option": one.option, "values": dict(one.values)} for code, one in draft.choices.items()},
        "articles": [article.as_dict() for article in rules.articles(draft)],
        "background": lines,
        "rules": {"pack": row.rules["pack"], "fingerprint": row.rules["fingerprint"]},
    }  # fmt: skip


def may_draft(actor: Actor, row: Agreement) -> bool:
    """Whether they write in this agreement: the office, or a party's own people; one statement at most."""
    if not actor.may("agreements.draft", row.chain or None):
        return False
    codes = row.parties.filter(left_at__isnull=True, organisation__code__in=actor.organisations)
    return is_office(actor, row.chain) or codes.exists()


def offer(actor: Actor, row: Agreement) -> dict[str, Any]:
    """What this reader may do now, and for the main button why it cannot be pressed; five statements at most."""
    writes = may_draft(actor, row)
    drafting = writes and row.state == "drafting"
    draft = facts(row) if drafting else None
    verbs = rules.STATES.verbs_from(row.state)
    return {
        "draft": drafting,
        "propose": draft is not None and any(row.kind in c.needed and c.code not in draft.choices for c in draft.book.of_kind(row.kind)),
        "issue": steps.stops(rules.findings(draft)) if draft else [],
        "revise": writes and "revise" in verbs,
        "end": "end" in verbs and actor.may("agreements.end", row.chain or None),
    }  # fmt: skip


def version(row: Agreement, number: int) -> Version | None:
    """One version; one statement."""
    return row.versions.filter(number=number).first()


def newest_number(row: Agreement) -> int:
    """Number of the newest version, 0 before the first; one statement."""
    return row.versions.count()


def signing(actor: Actor, row: Agreement) -> list[dict[str, Any]]:
    """Each party of the newest version: when it signed, and whether this reader signs for it now; three statements."""
    newest = row.versions.order_by("-number").first()
    may_sign = row.state == "issued" and actor.may("agreements.sign", row.chain or None)
    signed = {one.organisation_id: one for one in newest.signatures.all()} if newest else {}
    return [
        {
            "party": party,
            "label": side.label,
            "signature": signed.get(party.organisation_id),
            "yours": may_sign and party.organisation.code in actor.organisations
            and party.left_at is None and party.organisation_id not in signed,
        }
        for party, side in zip(row.parties.select_related("organisation"), rules.sides(party_rows(row)), strict=True)
    ]  # fmt: skip


def changed(row: Agreement, one: Version) -> dict[str, str]:
    """Clauses that read differently from the version before, by code: new or changed; one statement."""
    before = version(row, one.number - 1)
    if before is None:
        return {}
    old = {article["code"]: article["text"] for article in before.content["articles"]}
    return {
        article["code"]: "changed" if article["code"] in old else "new"
        for article in one.content["articles"]
        if old.get(article["code"]) != article["text"]
    }


def signatures_of(one: Version) -> list[dict[str, Any]]:
    """Parties as the version names them, each with its signature; one statement."""
    signed = {signature.organisation_id: signature for signature in one.signatures.all()}
    return [{"party": party, "signature": signed.get(party["id"])} for party in one.content["parties"]]


def next_open(row: Agreement, clause: str) -> str:
    """The next clause after this one that has to be settled and is not, starting over at the end; one statement."""
    draft = facts(row)
    clauses = draft.book.of_kind(row.kind)
    place = [one.code for one in clauses].index(clause)
    order = [*clauses[place + 1 :], *clauses[:place]]
    unfinished = {one.clause for one in rules.findings(draft) if one.stops}
    return next((one.code for one in order if one.code in unfinished), "")


def trial(draft: rules.Facts, clause: Clause, option: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """How a clause would read with these answers, and what the check would say of it; nothing is kept, no statement."""
    values, faults = rules.normal(clause.options[option], given, draft)
    tried = replace(draft, choices={**draft.choices, clause.code: rules.Chosen(option, values)})
    found = rules.findings(tried)
    return {
        "article": wording.article(clause, tried),
        "faults": faults,
        "here": [one for one in found if one.clause == clause.code],
        "elsewhere": sum(one.stops for one in found if one.clause != clause.code),
    }
