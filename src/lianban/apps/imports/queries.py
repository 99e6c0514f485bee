"""Reads of imports: those of a chain, their preview, what waits for a word of a person."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas import queries as chains
from lianban.apps.atlas.models import FACTS, Chain, Member
from lianban.apps.imports import compute, rules
from lianban.apps.imports.models import Import, Line, Naming, Piece, Remembered
from lianban.apps.jobs.models import Job
from lianban.apps.parties.models import Organisation, OrganisationName
from lianban.apps.parties.rules import Actor

MOST_SOUGHT = 2000  # names sought one by one; for more the registry, whose names have no index, is read through once
MOST_ASKED = 2000  # names asked about at a time; the rest follows with the next preview


def chains_to_fill(actor: Actor) -> list[Chain]:
    """Chains into whose data this reader may bring files; one statement."""
    return [one for one in chains.visible_chains(actor) if actor.may("imports.bring", one.code)]


def imports(actor: Actor, chain: str = "") -> QuerySet[Import]:
    """Imports of the chains one may fill, newest first; two statements."""
    found = Import.objects.filter(chain__in=[one.pk for one in chains_to_fill(actor)]).select_related("chain")
    return found.filter(chain__code=chain) if chain else found


def one(actor: Actor, pk: int) -> Import | None:
    """One import, or None where it is missing or hidden; two statements."""
    return imports(actor).filter(pk=pk).first()


def lines(made: Import, verdict: str = "", table: str = "", words: str = "") -> QuerySet[Line]:
    """Lines of a preview; one statement."""
    found = Line.objects.filter(of=made)
    if verdict == "cells":
        found = found.filter(verdict__in=rules.TAKEN).exclude(reasons=[])
    elif verdict:
        found = found.filter(verdict=verdict)
    if table:
        found = found.filter(table=table)
    return found.filter(Q(code__icontains=words) | Q(after__name__icontains=words)) if words else found


def told_lines(chain: Chain, found: Iterable[Line]) -> list[chains.ToldRow]:
    """Lines as people read them: cells before and after; four statements at most."""
    rows = []
    for line in found:
        numbers = [column.name for column in atlas.TABLES[line.table] if column.type == "number"]
        rows.append(
            (line.table, line.code, chains.numbered(line.before, numbers), chains.numbered(line.after, numbers))
        )
    return chains.told_rows(chain, rows)


def columns_of(made: Import) -> list[dict[str, Any]]:
    """The columns of the file with a few cells of each and what they are taken for; no statement."""
    header = made.read.get("header", {})
    sheet: dict[str, Any] = next(
        (s for s in made.read.get("sheets", []) if s["name"] == made.read.get("sheet")), {"first": []}
    )
    below = [cells for number, cells in sheet["first"] if number >= header.get("first_row", 1)][:3]
    found = []
    for i, name in enumerate(header.get("names", [])):
        taken = made.mapping.get("columns", {}).get(str(i), {})
        found.append({"at": i, "name": name, "cells": [row[i] for row in below if i < len(row) and row[i]], **taken})
    return found


def remembered(chain: Chain, label: str) -> dict[str, Any]:
    """How files from this origin were read last; one statement."""
    found = Remembered.objects.filter(chain=chain, label=label).first()
    return dict(found.mapping) if found else {}


def sheets(made: Import) -> list[tuple[str, int, Import | None]]:
    """The sheets of a workbook with their rows and the import that each became, if it did; one statement."""
    named = [(one["name"], one["rows"]) for one in made.read.get("sheets", [])]
    if len(named) < 2:
        return []
    begun: dict[str, Import] = {}
    same = Import.objects.filter(chain=made.chain_id, digest=made.digest).exclude(state__in=("dropped", "failed"))
    for one in same.order_by("id"):
        begun[str(one.mapping.get("sheet") or one.read.get("sheet", ""))] = one
    return [(name, rows, begun.get(name)) for name, rows in named if rows]


def missing(made: Import) -> compute.Missing | None:
    """What is asked about rows that a whole package lacks; of any other file nothing. One statement a table."""
    if made.read.get("kind") != "package":
        return None
    here = [
        (model.TABLE, code)
        for model in FACTS
        for code in model._default_manager.filter(chain=made.chain_id, on_site=True).values_list("code", flat=True)
    ]
    return compute.Missing(bool(made.mapping.get("delete_missing")), frozenset(here))


def labels(chain: Chain) -> list[str]:
    """One statement."""
    return list(Remembered.objects.filter(chain=chain).order_by("label").values_list("label", flat=True))


def parties(chain: Chain, names: Mapping[str, str]) -> list[compute.Party]:
    """Organisations a file may mean: those of the chain, and those of the registry with a name or code in it.

    ``names`` maps names of the file to credit codes. Three statements and one for each 500 names; a long list reads the registry
    through once instead.
    """
    former: dict[str, list[str]] = {}
    for code, name in OrganisationName.objects.values_list("organisation__code", "name"):
        former.setdefault(code, []).append(name)
    found: dict[str, compute.Party] = {}

    def know(code: str, name: str, name_en: str, credit: str, place: str) -> None:
        others = (*former.get(code, ()), *([name_en] if name_en else []))
        found.setdefault(code, compute.Party(code, name, credit, place, others))

    columns = ("code", "name", "name_en", "credit_code", "place")
    for row in Member.objects.filter(chain=chain).values_list(*columns):
        know(*row)
    registry = Organisation.objects.values_list(*columns)
    if len(names) > MOST_SOUGHT:
        credits = {credit for credit in names.values() if credit}
        for row in registry.iterator(chunk_size=5000):
            if row[1] in names or row[3] in credits:
                know(*row)
        return list(found.values())
    listed = list(names.items())
    for start in range(0, len(listed), 500):
        part = listed[start : start + 500]
        codes = [credit for _, credit in part if credit]
        for row in registry.filter(Q(name__in=[name for name, _ in part]) | Q(credit_code__in=codes)):
            know(*row)
    return list(found.values())


def answers(chain: Chain) -> dict[tuple[str, str, str], str]:
    """What was said of names before; one statement."""
    found = Naming.objects.filter(chain=chain).exclude(answer="")
    return {(n.name, n.credit_code, n.place): n.answer for n in found}


def open_names(made: Import) -> QuerySet[Naming]:
    """Names in a file of which a person has to say whom they mean; one statement."""
    names = [name for name, _, _ in made.read.get("names", [])][:MOST_ASKED]
    return Naming.objects.filter(chain=made.chain_id, answer="", name__in=names)


def pieces(made: Import, kind: str) -> Iterator[bytes]:
    """A stored file, piece by piece; one statement."""
    for data in Piece.objects.filter(of=made, kind=kind).order_by("number").values_list("data", flat=True).iterator(4):
        yield bytes(data)


def told(made: Import) -> list[dict[str, Any]]:
    """What was noticed about a file beside its lines: when it was opened, and when it was previewed."""
    read = made.read
    return [*read.get("notes", []), *read.get("header", {}).get("notes", []), *read.get("told", [])][: rules.MOST_NOTES]


def result_name(made: Import) -> str:
    """What the file with the column 结果 is called."""
    return f"{made.name.rpartition('.')[0] or made.name}-结果{made.read['results']}"


def counted(found: list[Any]) -> dict[str, int]:
    """Lines by verdict, and those that are taken without a cell that could not be read."""
    cells = sum(one.verdict in rules.TAKEN and bool(one.reasons) for one in found)
    return {**Counter(one.verdict for one in found), **({"cells": cells} if cells else {})}


def job(made: Import) -> Job | None:
    """The background job that works on an import; one statement."""
    return Job.objects.filter(pk=made.job).first() if made.job else None


def state_now(made: Import) -> str:
    """Where an import stands, also where its job came to no end; one statement."""
    working = job(made)
    return rules.state_now(made.state, working.state if working else "")


def under_way(made: Import) -> bool:
    """Whether a job for it waits or runs; one statement."""
    working = job(made)
    return working is not None and working.state in ("queued", "running")
