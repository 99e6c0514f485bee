"""What is done with the facts of chains. Everything goes through one door: ``change``, and ``undo`` takes it back."""

from lianban.apps.atlas.compute import row_as_told
from lianban.apps.atlas.services.beginning import begin_chain
from lianban.apps.atlas.services.changing import change, enter, undo
from lianban.apps.atlas.services.entering import enter_assessment, enter_demand, enter_production
from lianban.apps.atlas.services.packages import load_package
from lianban.apps.atlas.services.rows import delete_row, edit_row

__all__ = [
    "begin_chain",
    "change",
    "delete_row",
    "edit_row",
    "enter",
    "enter_assessment",
    "enter_demand",
    "enter_production",
    "load_package",
    "row_as_told",
    "undo",
]
