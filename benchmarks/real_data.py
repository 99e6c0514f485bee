"""Public data sets read into the project's own forms; the data stand beside the checkout and are never copied in.

``LIANBAN_DATA`` names their folder; without it ``../shared/data`` is looked at, as the tests do.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COUNTRIES = {
    "USA": "US", "CHN": "CN", "KOR": "KR", "JPN": "JP", "TWN": "TW", "DEU": "DE", "ITA": "IT", "NLD": "NL", "MYS": "MY",
    "SGP": "SG", "CHE": "CH", "AUT": "AT", "SWE": "SE", "GBR": "GB", "FRA": "FR", "ISR": "IL", "BLR": "BY", "CZE": "CZ",
    "CAN": "CA", "LUX": "LU", "HUN": "HU", "EUR": "EU", "Various": "XX", "Various countries": "XX",
}  # fmt: skip


def folder(name: str) -> Path | None:
    """Folder of one data set; None where it is not here."""
    place = Path(os.environ.get("LIANBAN_DATA", ROOT.parent / "shared" / "data")) / name
    return place if place.is_dir() else None


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def eto_chain(place: Path) -> Any:
    """The chip chain of the Emerging Technology Observatory as a chain seen from China.

    Inputs and the three stages become products; country shares become shares of world supply (a row without a figure
    keeps its country and no share); "goes into" becomes an essential input; "is a type of" becomes an input that may be
    essential, since the source does not say whether kinds can replace each other. The last step is the final product.
    """
    from lianban.chain.chain import Chain

    fact = {"source": "eto", "observed_on": "2026-08-14"}
    stages = {row["stage_id"]: row["stage_name"] for row in rows(place / "stages.csv")}
    names = {row["input_id"]: row["input_name"] for row in rows(place / "inputs.csv")} | stages
    sequence = rows(place / "sequence.csv")
    used = {row["input_id"] for row in sequence if row["goes_into_id"]}
    final = {row["goes_into_id"] for row in sequence if row["goes_into_id"]} - used
    kinds = {row["provider_id"]: row for row in rows(place / "providers.csv")}
    production = [
        fact
        | {
            "product": row["provided_id"],
            "origin": COUNTRIES[row["provider_name"]],
            "stage": "stable_volume",
            "share": float(row["share_provided"]) / 100 if row["share_provided"] else None,
            "share_of": "world_supply",
        }
        for row in rows(place / "provision.csv")
        if kinds[row["provider_id"]]["provider_type"] == "country"
    ]
    inputs = [
        fact
        | {
            "product": row["goes_into_id"] or row["is_type_of_id"],
            "input": row["input_id"],
            "essential": "yes" if row["goes_into_id"] else "unknown",
        }
        for row in sequence
    ]
    return Chain.from_tables(
        {
            "chain": [{"code": "eto", "name": "先进芯片", "home": "CN", "data_date": "2026-08-14"}],
            "segments": [{"code": "all", "name": "全部", "stage": 1}],
            "sources": [{"code": "eto", "title": "ETO chip explorer", "kind": "report"}],
            "products": [
                fact | {"code": code, "name": name, "segment": "all", "final": code in final}
                for code, name in names.items()
            ],
            "inputs": inputs,
            "production": production,
        },
        name="eto",
    )


@dataclass(frozen=True)
class Material:
    """One raw material of the EU's assessment: official figures of a year, and shares of supply by stage."""

    name: str
    supply_risk: float
    importance: float
    world: tuple[
        Mapping[str, Mapping[str, float]], ...
    ]  # for each member of a group: stage → country → share, or empty
    europe: tuple[Mapping[str, Mapping[str, float]], ...]


# The same thing spelt twice in the source.
SAME_MATERIAL = {"Barytes": "Baryte", "Borate": "Boron", "Kaolin": "Kaolin clay", "Phosphorous": "Phosphorus"}
SAME_COUNTRY = {"Brasil": "Brazil", "Brasilia": "Brazil", "Korea, South": "South Korea", "Turkyie": "Türkiye", "Libanon": "Lebanon", "Surinam": "Suriname"}  # fmt: skip
GROUPS = {"HREE": "HREEs", "LREE": "LREEs", "PGM": "PGMs"}


def _share(text: str) -> float | None:
    """A share as "4%" or "<0.1%" (taken as half of it); None for a dash."""
    plain = text.strip().removesuffix("%")
    if plain in ("", "-", "–"):
        return None
    return float(plain.removeprefix("<")) / 100 / (2 if plain.startswith("<") else 1)


def _shares(path: Path) -> dict[str, dict[str, dict[str, float]]]:
    found: dict[str, Any] = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for row in rows(path):
        share = _share(row["Share"])
        if share is not None:
            name = SAME_MATERIAL.get(row["Material"], row["Material"]).lower()
            found[name][row["Stage"]][SAME_COUNTRY.get(row["Country"], row["Country"])] += share
    return found


def official_figures(place: Path, year: int) -> dict[str, tuple[float, float] | None]:
    """Supply risk and economic importance by material, as the Commission published them; None for a dash."""
    found: dict[str, tuple[float, float] | None] = {}
    for row in rows(place / "sr_ei_over_time.csv"):
        if row["Year"] == str(year):
            told = row["SR"].strip(), row["EI"].strip()
            name = " ".join(row["Material"].split())
            found[name] = None if "-" in told else (float(told[0]), float(told[1]))
    return found


def eu_materials(place: Path, year: int = 2023) -> tuple[list[Material], list[str]]:
    """Materials with official figures and world shares; and the names of those that lack either."""
    members: dict[str, list[str]] = defaultdict(list)
    world, europe = (_shares(place / f"{name}_supply_shares.csv") for name in ("global", "eu"))
    of_group = {
        row["screened_material"].lower(): GROUPS[row["perm_XREE_PGM"]].lower()
        for row in rows(place / "material_groups.csv")
        if row["perm_XREE_PGM"] in GROUPS
    }
    for name in world:
        members[of_group.get(name, name)].append(name)
    found, without = [], []
    for name, figures in official_figures(place, year).items():
        own = members.get(name.lower())
        if figures is None or own is None:
            without.append(name)
            continue
        shares = (tuple(told.get(one, {}) for one in own) for told in (world, europe))
        found.append(Material(name, *figures, *shares))
    return found, without
