"""``datapackage.json``: the package described in the Frictionless Data Package and Table Schema standards."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lianban.chain.dictionary import TABLES, Column

FORMAT = "lianban/chain-package/1"
MEDIA = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def describe(
    info: Mapping[str, Any], files: Mapping[str, Path], columns: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return the descriptor of a written package.

    Parameters
    ----------
    info : the row of table chain
    files : the file of every written table
    columns : the columns written for every table
    """
    described: dict[str, Any] = {
        "profile": "data-package",
        "name": slug(str(info.get("code") or "chain")),
        "title": info.get("name") or "",
        "description": info.get("description") or "",
        "format": FORMAT,
        "resources": [resource(table, files[table], columns[table], set(files)) for table in files],
    }
    return {key: value for key, value in described.items() if value != ""}


def slug(code: str) -> str:
    """Return a name as the standard allows it: small letters, digits, and - _ ."""
    return re.sub(r"[^a-z0-9._-]+", "-", code.lower()).strip("-") or "chain"


def resource(table: str, file: Path, columns: Sequence[str], present: set[str]) -> dict[str, Any]:
    """Return the description of one written table."""
    kind = file.suffix.lstrip(".")
    data = file.read_bytes()
    described = {
        "name": table,
        "title": TABLES[table].zh,
        "path": file.name,
        "format": kind,
        "mediatype": MEDIA[kind],
        "bytes": len(data),
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
        "schema": schema(table, columns, present),
    }
    if kind == "csv":
        described |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
    return described


def schema(table: str, columns: Sequence[str] | None = None, present: set[str] | None = None) -> dict[str, Any]:
    """Return the Table Schema of a table; foreign keys only to tables that are present."""
    names = TABLES[table].names if columns is None else columns
    chosen = [TABLES[table][name] for name in names]
    keys = [
        {
            "fields": [column.name],
            "reference": {
                "resource": "" if column.references[0] == table else column.references[0],
                "fields": ["code"],
            },
        }
        for column in chosen
        if column.references and (present is None or column.references[0] in present)
    ]
    described: dict[str, Any] = {
        "fields": [field(column) for column in chosen],
        "primaryKey": ["code"],
        "missingValues": [""],
    }
    return described | ({"foreignKeys": keys} if keys else {})


def field(column: Column) -> dict[str, Any]:
    """Return the description of one column."""
    constraints: dict[str, Any] = {}
    if column.is_required:
        constraints["required"] = True
    if column.is_key:
        constraints["unique"] = True
    if column.enum:
        constraints["enum"] = list(column.enum)
    if column.is_share:
        constraints |= {"minimum": 0, "maximum": 1}
    described: dict[str, Any] = {"name": column.name, "title": column.zh, "type": column.type}
    if column.description:
        described["description"] = column.description
    if column.unit:
        described["unit"] = column.unit
    if column.enum_zh:
        described["enumTitles"] = dict(zip(column.enum, column.enum_zh, strict=True))
    return described | ({"constraints": constraints} if constraints else {})
