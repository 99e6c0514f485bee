"""Round trip (导出再导入): every table file that a chain is given out as, brought back unchanged, changes nothing."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.imports import services
from lianban.apps.imports.models import Import
from lianban.apps.jobs import services as jobs
from lianban.apps.parties.services import SYSTEM
from lianban.chain.exporting import file_of
from lianban.files.facts import Facts
from lianban.kit.text import Text

WHOLE = ("zip", "xlsx", "csv", "parquet")


def exports(chain: Chain, at: datetime) -> Iterator[tuple[str, str, bytes]]:
    """Every file of tables that a chain is given out as: what it is, its name, its bytes."""
    package = atlas.to_chain(chain)
    facts = Facts(
        Text(chain.name, chain.name_en), at, Text("链办", "the chain office"), date(2026, 1, 1), str(chain.stamp)
    )
    made = {kind: file_of(package, kind, facts=facts) for kind in WHOLE}
    for kind, (data, ending) in made.items():
        yield f"whole {kind}", f"{chain.name}.{ending}", data
    for table, frame in package.tables.items():
        if len(frame) and table != "chain":
            yield f"{table} csv", f"{table}.csv", file_of(package, "csv", tables=(table,), facts=facts)[0]
    with zipfile.ZipFile(io.BytesIO(made["parquet"][0])) as archive:
        for name in archive.namelist():
            if name.endswith(".parquet") and name != "chain.parquet":
                yield f"{name.partition('.')[0]} parquet", name, archive.read(name)


def brought_back(chain: Chain, name: str, data: bytes, at: datetime) -> Import:
    """A file brought, its columns taken as proposed, and previewed."""
    told: dict[str, Any] = {"by": SYSTEM, "at": at}
    made = services.bring(chain=chain, name=name, chunks=[data], size=len(data), **told)
    jobs.work_off()
    made.refresh_from_db()
    if made.state == "mapping":
        columns = {i: {"column": one["column"]} for i, one in made.mapping["columns"].items()}
        services.map_columns(
            number=made.pk, table=made.mapping["table"], columns=columns, constants={}, overwrite=False, **told
        )
        jobs.work_off()
        made.refresh_from_db()
    return made


def differences(made: Import, wanted: int | None = None) -> list[str]:
    """What an import would change, or did not understand: nothing, where all came back."""
    if made.state != "preview":
        return [f"{made.state}: {made.reason.get('en', '')}"]
    found = [
        f"{line.verdict} {line.table} {line.code} row {line.number}: {line.reasons or (line.before, line.after)}"
        for line in made.lines.exclude(verdict="same")
    ]
    n = made.counts.get("same", 0)
    return [*found, *([f"{n} rows of {wanted}"] if wanted not in (None, n) else [])]


def figures(chain: Chain, at: datetime, wanted: Iterable[str] = ()) -> dict[str, Any]:
    """All files of a chain, or those named: how many files and rows came back, and what differed."""
    rows: Mapping[str, int] = {table: len(found) for table, found in atlas.rows(chain).items()}
    counts = {"files": 0, "rows": 0, "changes": 0}
    differ: dict[str, list[str]] = {}
    asked = set(wanted)
    for what, name, data in exports(chain, at):
        if asked and what not in asked:
            continue
        made = brought_back(chain, name, data, at)
        table = what.partition(" ")[0]
        if found := differences(made, sum(rows.values()) if table == "whole" else rows[table]):
            differ[what] = found[:5]
        counts["files"] += 1
        counts["rows"] += made.counts.get("same", 0)
        counts["changes"] += len(found)
    return {**counts, "differ": differ}
