"""Input-output tables (投入产出表): what each sector needs from the others, directly and along the whole chain.

>>> from lianban.engine.inputoutput import InputOutputTable, complete_coefficients, direct_coefficients
>>> table = InputOutputTable([[20.0, 30.0], [40.0, 10.0]], output=[100.0, 100.0])
>>> direct_coefficients(table).round(2).tolist()
[[0.2, 0.3], [0.4, 0.1]]
>>> complete_coefficients(table).round(4).tolist()
[[0.5, 0.5], [0.6667, 0.3333]]
"""

from lianban.engine.inputoutput.measures import MODEL_VERSION, SectorMeasures, measure
from lianban.engine.inputoutput.model import (
    ImportContent,
    Linkages,
    complete_coefficients,
    direct_coefficients,
    downstreamness,
    import_content,
    import_shares,
    leontief_inverse,
    linkages,
    upstreamness,
)
from lianban.engine.inputoutput.productive import NotProductive
from lianban.engine.inputoutput.table import InputOutputTable, InvalidTable, refuse_too_many

__all__ = [
    "MODEL_VERSION",
    "ImportContent",
    "InputOutputTable",
    "InvalidTable",
    "Linkages",
    "NotProductive",
    "SectorMeasures",
    "complete_coefficients",
    "direct_coefficients",
    "downstreamness",
    "import_content",
    "import_shares",
    "leontief_inverse",
    "linkages",
    "measure",
    "refuse_too_many",
    "upstreamness",
]
