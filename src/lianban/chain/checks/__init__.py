"""Checks (检查) of a whole package: every check looks at the tables and yields batches of findings; none stops another."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lianban.chain.checks import contradictions, figures, references, sense, structure, values
from lianban.chain.findings import Batch, Findings

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

CHECKS: tuple[Callable[["Chain"], Iterator[Batch]], ...] = (
    structure.tables_that_must_be_there,
    structure.columns_that_must_be_there,
    structure.cells_that_must_be_filled,
    structure.keys,
    values.shares,
    values.negative_numbers,
    values.days,
    values.places,
    values.credit_codes,
    values.codes_and_currencies,
    values.judgement_values,
    references.dangling,
    references.rows_about_nothing,
    references.loops,
    sense.duplicate_names,
    sense.share_sums,
    sense.final_products,
    sense.products_nobody_makes,
    contradictions.contradictions,
    figures.misprinted,
    figures.impossible,
)


def check(chain: "Chain") -> Findings:
    """Return every finding about the tables of a chain."""
    chain._coded.clear()  # the tables may have been changed since
    try:
        return Findings(batch for one in CHECKS for batch in one(chain))
    finally:
        chain._coded.clear()
