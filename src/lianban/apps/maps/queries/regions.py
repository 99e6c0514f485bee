"""Organisations of a chain by province and division: as tiles, or on the office's own approved map."""

import csv
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Production
from lianban.apps.maps.models import BaseMap
from lianban.apps.maps.queries.mapping import language
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

STEPS = 5  # shades of a tile; the number always stands in it


@dataclass
class Place:
    """One province, division or country with what a reader may count there."""

    code: str
    name: Text
    n: int = 0
    n_anchors: int = 0
    n_makers: int = 0
    products: set[int] = field(default_factory=set)
    shade: int = 0

    @property
    def n_products(self) -> int:
        return len(self.products)


@dataclass
class Tile:
    """A province as a square of the grid, in user units."""

    place: Place
    x: int
    y: int
    short: str


@dataclass
class Regions:
    """Provinces as tiles, and every division that occurs as a table."""

    chain: Chain
    tiles: list[Tile]
    divisions: list[Place]
    base: BaseMap | None
    n: int
    n_unknown: int
    chosen: str = ""

    @property
    def shapes(self) -> list[tuple[Place, str]]:
        """Outlines of the office's map with what stands there; provinces the file does not know have only their row."""
        paths = self.base.outlines if self.base else {}
        return [(tile.place, paths[tile.place.code]) for tile in self.tiles if tile.place.code in paths]

    @property
    def uncounted(self) -> list[str]:
        """Outlines of codes that are no province here: drawn, never left out."""
        known = {tile.place.code for tile in self.tiles}
        return [path for code, path in self.base.outlines.items() if code not in known] if self.base else []

    @property
    def rows(self) -> list[Place]:
        return [one for one in self.divisions if not self.chosen or _province(one.code) == self.chosen]


@lru_cache(maxsize=1)
def provinces() -> list[dict[str, str]]:
    """The 34 provinces with their square in the grid."""
    with (Path(__file__).parents[1] / "tiles.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def base_map() -> BaseMap | None:
    """The newest approved map file that was not withdrawn; one statement."""
    return BaseMap.objects.filter(withdrawn_at=None).first()


def regions(actor: Actor, chain: Chain, chosen: str = "") -> Regions:
    """Organisations this reader may see, by province; four statements."""
    found = {row["code"]: Place(row["code"], Text(row["name"], row["name_en"])) for row in provinces()}
    divisions: dict[str, Place] = {}
    members = list(atlas.members(actor, chain).select_related(None).values_list("organisation_id", "place", "anchor"))
    rule_set, unknown = atlas.rule_set(chain.code), 0
    makes: dict[int, set[int]] = {}
    made = atlas.rows(actor, chain, Production).filter(organisation__isnull=False, status="operating")
    for organisation, product in made.select_related(None).values_list("organisation_id", "product_id"):
        makes.setdefault(organisation, set()).add(product)
    for organisation, place, anchor in members:
        unknown += not place
        if place and place not in divisions:
            divisions[place] = Place(place, _name(chain, rule_set, place, found))
        for one in (found.get(_province(place)), divisions.get(place)):
            if one is not None:
                one.n += 1
                one.n_anchors += anchor
                one.n_makers += organisation in makes
                one.products |= makes.get(organisation, set())
    most = max((one.n for one in found.values()), default=0)
    for one in found.values():
        one.shade = 0 if not one.n else 1 + (STEPS - 1) * one.n // most
    tiles = [
        Tile(
            found[row["code"]],
            int(row["column"]),
            int(row["row"]),
            row["short"] if language() == "zh" else row["name_en"],
        )
        for row in provinces()
    ]
    ordered = sorted(divisions.values(), key=lambda one: (-one.n, one.code))
    return Regions(chain, tiles, ordered, base_map(), len(members), unknown, chosen if chosen in found else "")


def _province(place: str) -> str:
    return place[:2] + "0000" if place[:6].isdigit() and len(place) >= 6 else ""


def _name(chain: Chain, rule_set: Any, place: str, known: dict[str, Place]) -> Text:
    """A province by its name, the chain's own place by its own, another division by its province and code."""
    if place in known:
        return known[place].name
    if place == chain.place and chain.place_name:
        return Text(chain.place_name, chain.place_name_en or chain.place_name)
    inside = known.get(_province(place))
    if inside is None:
        return atlas.place_name(chain, rule_set, place)
    return Text(f"{inside.name.zh}（{place}）", f"{inside.name.en} ({place})")


def base_map_row(pk: int) -> BaseMap | None:
    """One map file that was not withdrawn; one statement."""
    return BaseMap.objects.filter(pk=pk, withdrawn_at=None).first()
