"""The accounts of a consortium in the ledger: opened when they are first needed, always the same code."""

from datetime import datetime
from typing import Any

from lianban.apps.consortia.models import Consortium
from lianban.apps.ledger import services as ledger
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

NAMES = {
    "pot": Text("资金池", "pot"),
    "public": Text("财政资金", "public money"),
    "stock": Text("实物投入", "contributions in kind"),
    "income": Text("收益", "income"),
    "payee": Text("应付成员", "due to a member"),
    "source": Text("外部来源", "outside source"),
}
KINDS = {"stock": "in_kind"}


def account(
    consortium: Consortium, what: str, kind: str, by: Actor, at: datetime, organisation: Any = None, *, in_kind: bool = False
) -> str:  # fmt: skip
    """Open an account, or find it open; gives its code."""
    name = NAMES[kind]
    of = organisation.name if organisation is not None else consortium.name
    of_en = (organisation.name_en if organisation is not None else consortium.name_en) or of
    opened = ledger.open_account(
        code=consortium.account(what), name=Text(f"{of} · {name.zh}", f"{of_en} · {name.en}"),
        kind=KINDS.get(kind, kind), chain=consortium.chain.code, organisation=organisation,
        may_be_negative=kind == "source", in_kind=in_kind or kind == "stock", by=by, at=at,
    )  # fmt: skip
    return str(opened.code)


def outside(consortium: Consortium, what: str, by: Actor, at: datetime, *, in_kind: bool = False) -> str:
    """Where money or things come from."""
    return account(consortium, f"outside:{what}", "source", by, at, in_kind=in_kind)
