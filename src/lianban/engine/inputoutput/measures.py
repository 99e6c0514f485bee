"""All measures of a table at once, with how they came about."""

from dataclasses import dataclass

from lianban.engine.inputoutput.model import (
    ImportContent,
    Linkages,
    downstreamness,
    import_content,
    linkages,
    upstreamness,
)
from lianban.engine.inputoutput.table import FloatArray, InputOutputTable

MODEL_VERSION = "inputoutput 1"  # raised whenever a number can change


@dataclass(frozen=True)
class SectorMeasures:
    """Measures of every sector (部门指标), and what they stand on; nothing here is random.

    ``imports`` is None where the table tells nothing of imports.
    """

    upstreamness: FloatArray
    downstreamness: FloatArray
    imports: ImportContent | None
    linkages: Linkages
    engine_version: str
    fingerprint: str


def measure(table: InputOutputTable) -> SectorMeasures:
    """Upstreamness, downstreamness, import content and linkages of one table; raises as each of them."""
    told = table.imports is not None or table.imported_flows is not None
    return SectorMeasures(
        upstreamness=upstreamness(table),
        downstreamness=downstreamness(table),
        imports=import_content(table) if told else None,
        linkages=linkages(table),
        engine_version=MODEL_VERSION,
        fingerprint=table.fingerprint,
    )
