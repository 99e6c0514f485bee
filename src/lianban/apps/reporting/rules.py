"""The reporting views: their names, columns and the rows they give. A column is never renamed or dropped within a version.

Every view comes twice: ``report_X_v1`` has open rows only, ``report_X_office_v1`` also those of the classes chain and
office, and says the class of each row. Rows of firms (private) are in no view; a row that points at a product or an
organisation that the view's readers may not see is left out, and so is everything of a chain they may not see.
"""

from collections.abc import Iterator
from dataclasses import dataclass

CLASSES = {"": ("open",), "office_": ("open", "chain", "office")}
FACT = ("observed_on", "confidence", "confidentiality")


@dataclass(frozen=True, slots=True)
class View:
    """One view: its tables, its columns as (name, SQL), and which of them may be hidden (``product?``: may be empty)."""

    name: str
    tables: tuple[str, ...]
    source: str
    columns: tuple[tuple[str, str], ...]
    seen: tuple[str, ...]

    def sql(self, classes: tuple[str, ...]) -> str:
        listed = ", ".join(f"'{one}'" for one in classes)
        columns = ", ".join(f"{sql} AS {name}" for name, sql in self.columns)
        where = " AND ".join(condition.format(classes=listed) for condition in self.seen)
        return f"SELECT {columns} FROM {self.source.format(classes=listed)} WHERE {where}"


def _of(table: str, *names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{table}.{name}") for name in names)


def _member(alias: str, column: str) -> str:
    """A condition: the organisation is empty or a member of the chain that may be seen."""
    return (
        f"({column} IS NULL OR EXISTS (SELECT 1 FROM atlas_member {alias} WHERE {alias}.chain_id = f.chain_id"
        f" AND {alias}.organisation_id = {column} AND {alias}.confidentiality IN ({{classes}})))"
    )


CHAIN = ("chain", "c.code")
_C = "c.confidentiality IN ({classes})"
_F = "f.confidentiality IN ({classes})"
_P = "p.confidentiality IN ({classes})"

VIEWS = (
    View(
        "chains", ("atlas_chain",), "atlas_chain c",
        (*_of("c", "code", "name", "name_en", "place", "data_date"), ("changes", "c.stamp"), ("confidentiality", "c.confidentiality")),
        (_C,),
    ),
    View(
        "segments", ("atlas_segment", "atlas_chain"), "atlas_segment f JOIN atlas_chain c ON c.id = f.chain_id",
        (CHAIN, *_of("f", "code", "name", "name_en", "stage", "stream")),
        (_C,),
    ),
    View(
        "products", ("atlas_product", "atlas_segment", "atlas_chain"),
        "atlas_product f JOIN atlas_chain c ON c.id = f.chain_id JOIN atlas_segment s ON s.id = f.segment_id"
        " LEFT JOIN atlas_product u ON u.id = f.parent_id AND u.confidentiality IN ({classes})",
        (CHAIN, *_of("f", "code", "name", "name_en"), ("segment", "s.code"), ("parent", "u.code"),
         *_of("f", "grade", "application", "base_kind", "final", "value", "unit", "currency", *FACT)),
        (_C, _F),
    ),
    View(
        "organisations", ("atlas_member", "atlas_chain"), "atlas_member f JOIN atlas_chain c ON c.id = f.chain_id",
        (CHAIN, *_of("f", "code", "name", "name_en", "credit_code", "kind", "place", "anchor", "example", *FACT)),
        (_C, _F),
    ),
    View(
        "production", ("atlas_production", "atlas_product", "atlas_member", "atlas_chain", "parties_organisation"),
        "atlas_production f JOIN atlas_chain c ON c.id = f.chain_id JOIN atlas_product p ON p.id = f.product_id"
        " LEFT JOIN parties_organisation o ON o.id = f.organisation_id",
        (CHAIN, ("code", "f.code"), ("product", "p.code"), ("organisation", "o.code"),
         *_of("f", "origin", "stage", "status", "share", "share_of", "capacity", "capacity_unit", *FACT)),
        (_C, _F, _P, _member("m", "f.organisation_id")),
    ),
    View(
        "supplies", ("atlas_supply", "atlas_product", "atlas_member", "atlas_chain", "parties_organisation"),
        "atlas_supply f JOIN atlas_chain c ON c.id = f.chain_id JOIN atlas_product p ON p.id = f.product_id"
        " JOIN parties_organisation b ON b.id = f.buyer_id LEFT JOIN parties_organisation o ON o.id = f.supplier_id"
        " LEFT JOIN atlas_product q ON q.id = f.buyer_product_id",
        (CHAIN, ("code", "f.code"), ("supplier", "o.code"), ("buyer", "b.code"), ("product", "p.code"), ("buyer_product", "q.code"),
         *_of("f", "origin", "value", "unit", "currency", "quantity", "quantity_unit", *FACT)),
        (_C, _F, _P, "(q.id IS NULL OR q.confidentiality IN ({classes}))", _member("m", "f.supplier_id"), _member("n", "f.buyer_id")),
    ),
    View(
        "indicators", ("atlas_indicator", "atlas_product", "atlas_segment", "atlas_member", "atlas_chain", "parties_organisation"),
        "atlas_indicator f JOIN atlas_chain c ON c.id = f.chain_id LEFT JOIN atlas_product p ON p.id = f.product_id"
        " LEFT JOIN atlas_segment s ON s.id = f.segment_id LEFT JOIN parties_organisation o ON o.id = f.organisation_id",
        (CHAIN, ("code", "f.code"), ("product", "p.code"), ("segment", "s.code"), ("organisation", "o.code"),
         *_of("f", "item", "name", "value", "unit", "definition", "period", "estimated", *FACT)),
        (_C, _F, "(p.id IS NULL OR p.confidentiality IN ({classes}))", _member("m", "f.organisation_id")),
    ),
    View(
        "weak_points", ("diagnosis_weakpoint", "atlas_chain"), "diagnosis_weakpoint f JOIN atlas_chain c ON c.id = f.chain_id",
        (CHAIN, ("product", "f.product_code"), *_of("f", "status", "kind", "route", "lead_department", "due_on", "raised_at",
         "changed_at", "confidentiality")),
        (_C, _F),
    ),
    View(
        "demands", ("demands_raiseddemand", "atlas_chain", "parties_organisation", "atlas_member"),
        "demands_raiseddemand f JOIN atlas_chain c ON c.id = f.chain_id JOIN parties_organisation o ON o.id = f.organisation_id",
        (CHAIN, ("number", "f.id"), ("organisation", "o.code"), *_of("f", "product", "title", "state", "raised_at", "latest_on",
         "yearly_quantity", "quantity_unit", "unit_price_fen", "confidentiality")),
        (_C, _F, "f.state IN ('listed', 'answered', 'met')"),
    ),
)  # fmt: skip


def named() -> Iterator[tuple[str, View, tuple[str, ...]]]:
    """Every view by its name in the database, with the classes its rows may have."""
    for view in VIEWS:
        for part, classes in CLASSES.items():
            yield f"report_{view.name}_{part}v1", view, classes
