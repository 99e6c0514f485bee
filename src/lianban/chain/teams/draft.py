"""A question drafted from a package (问题单草稿): a product and its essential inputs as capabilities, makers as candidates."""

from typing import TYPE_CHECKING, Any

from lianban.chain.teams.question import QuestionError
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

# How far somebody has come with a product is how well they can make it: the stages of the data dictionary.
STAGE_LEVELS = {"lab": 1, "pilot": 2, "small_batch": 3, "stable_volume": 4}
USUAL_RULES = {"size_min": 3, "size_max": 10, "kinds_min": 2}


def draft(chain: "Chain", product: str) -> dict[str, Any]:
    """Draft a question for a product: every organisation that makes it or one of its essential inputs is a candidate.

    Costs are empty: nothing is proposed before people have filled them.

    Raises
    ------
    QuestionError
        The package has no such product.
    """
    products = {str(row["code"]): row for row in chain.products.to_dict("records")}
    if product not in products:
        raise QuestionError(Text(f"数据包里没有产品 {product}", f"the package has no product {product}"))
    needs = [product] + [
        str(row["input"])
        for row in chain.inputs.to_dict("records")
        if row["product"] == product and row["essential"] == "yes" and str(row["input"]) in products
    ]
    levels: dict[str, dict[str, int]] = {}
    for row in chain.production.to_dict("records"):
        who, what, level = str(row["organisation"]), str(row["product"]), STAGE_LEVELS.get(str(row["stage"]), 0)
        if what in needs and level and str(row["status"]) != "stopped":
            known = levels.setdefault(who, {})
            known[what] = max(level, known.get(what, 0))
    people = {str(row["code"]): row for row in chain.organisations.to_dict("records")}
    return {
        "schema": "lianban/team/1",
        "product": product,
        "capabilities": [
            {"code": code, "name": _named(products[code]), "least": 1, "copies": 1, "weight": 1} for code in dict.fromkeys(needs)
        ],
        "candidates": [
            {"code": who, "name": _named(people[who]), "kind": _plain(people[who]["kind"]), "place": _plain(people[who]["place"]),
             "cost_fen": None, "levels": levels[who]}
            for who in sorted(levels) if who in people
        ],
        "rules": dict(USUAL_RULES), "conflicts": [], "cooperation": [], "pinned": [], "banned": [], "budget_fen": None,
        "objective": "cost",
    }  # fmt: skip


def _named(row: Any) -> dict[str, str]:
    return {"zh": str(row["name"]), "en": _plain(row["name_en"]) or str(row["name"])}


def _plain(value: Any) -> str:
    text = str(value)
    return "" if text in ("", "nan", "None", "<NA>") else text
