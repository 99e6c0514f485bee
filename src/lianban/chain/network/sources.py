"""Sources of every product (供应来源), as arrays: who supplies it, from where, with which stated share."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lianban.chain.diagnosis.sources import SUPPLYING_STAGES
from lianban.chain.network.notes import NetworkNote, notes_by_product
from lianban.chain.network.reading import (
    PLACE_UNKNOWN,
    UNSPECIFIED_ABROAD,
    Codes,
    Floats,
    Ints,
    Places,
    best_rows,
    column,
    differing,
    distinct,
    number,
)

if TYPE_CHECKING:
    from lianban.chain.chain import Chain


@dataclass(frozen=True)
class Sources:
    """Sources (供应来源): arrays with one entry for each organisation or origin that supplies a product.

    ``place`` is a position in ``places`` or -1; ``organisation`` a position or -1 where only the origin is known;
    shares are NaN where unknown. ``key`` is ascending: product, then who.
    """

    key: Ints
    product: Ints
    organisation: Ints
    place: Ints
    share_home: Floats
    share_world: Floats


@dataclass(frozen=True)
class Reader:
    """What all parts of the build look codes up in."""

    products: Codes
    organisations: Codes
    organisation_place: Ints
    places: Places
    home: str

    @classmethod
    def of(cls, chain: "Chain", more_places: Iterable[str] = ()) -> "Reader":
        """Read the codes of a chain, and of places that only a scenario names."""
        organisations, production, supplies = (
            chain.tables[name] for name in ("organisations", "production", "supplies")
        )
        home = chain.info.get("home") or "CN"
        met = [pd.unique(column(organisations, "place"))]
        met += [pd.unique(column(frame, "origin")) for frame in (production, supplies)]
        places = Places.of(
            home, np.concatenate([*met, np.array([home, UNSPECIFIED_ABROAD, *more_places], dtype=object)])
        )
        codes = Codes(column(organisations, "code"))
        first = ~organisations["code"].duplicated().to_numpy()
        return cls(
            Codes(column(chain.tables["products"], "code")),
            codes,
            places.codes.find(column(organisations, "place")[first]),
            places,
            home,
        )

    def who(self, product: Ints, organisation: Ints, place: Ints) -> Ints:
        """One number for each product and organisation, or product and origin where no organisation is named."""
        return product * self.width + np.where(organisation >= 0, organisation, self.at_place(place))

    @property
    def width(self) -> int:
        """One more than the largest number of a source."""
        return len(self.organisations) + 2 * len(self.places.codes) + 2

    @property
    def nobody(self) -> int:
        """Number of a source of which neither organisation nor place is known."""
        return len(self.organisations)

    def at_place(self, place: Ints) -> Ints:
        """Number of the source at a place where no organisation is named."""
        return len(self.organisations) + place + 1

    def of_origin(self, place: Ints) -> Ints:
        """Number of the source abroad that stands for a whole origin."""
        return len(self.organisations) + len(self.places.codes) + 1 + self._origin_number[place]

    @cached_property
    def _origin_number(self) -> Ints:
        return pd.factorize(self.places.origin)[0].astype(np.int64)

    def side(self, place: Ints) -> Ints:
        """Say for each place whether it is HOME, ABROAD or PLACE_UNKNOWN."""
        return np.where(place >= 0, np.append(self.places.home, PLACE_UNKNOWN)[place], PLACE_UNKNOWN)


def sources_of(chain: "Chain", reader: Reader) -> tuple[Sources, Ints, list[NetworkNote]]:
    """Read the production table.

    Returns
    -------
    The sources that supply; the keys (see :meth:`Reader.who`) of those that are known not to; the notes.
    """
    frame = chain.tables["production"]
    product = reader.products.find(column(frame, "product"))
    organisation = reader.organisations.find(column(frame, "organisation"))
    place = np.append(reader.organisation_place, -1)[organisation]
    stated = reader.places.codes.find(column(frame, "origin"))
    key = reader.who(product, organisation, stated)
    place = np.where(place >= 0, place, _first_known(key, stated))

    status, stage = column(frame, "status"), column(frame, "stage")
    running = np.flatnonzero((status != "building") & (product >= 0))
    all_keys = distinct(key[product >= 0])
    keys, used = best_rows(key[running], running, frame)
    supplies = (status[used] == "operating") & _supplying(stage[used])
    keys, used = keys[supplies], used[supplies]

    shares, notes = [], []
    for share_of in ("home_supply", "world_supply"):
        told = running[(column(frame, "share_of")[running] == share_of) & ~np.isnan(number(frame, "share")[running])]
        told_keys, chosen = best_rows(key[told], told, frame)
        shares.append(_looked_up(keys, told_keys, number(frame, "share")[chosen]))
        notes += _contradictions(reader, key[told], product[told], number(frame, "share")[told])
    found = Sources(keys, product[used], organisation[used], place[used], shares[0], shares[1])
    return found, np.setdiff1d(all_keys, keys), notes


def add_named(sources: Sources, reader: Reader, product: Ints, organisation: Ints, place: Ints) -> Sources:
    """Add sources that are only named elsewhere, in a supply or a scenario: no share is known of them."""
    key, first = np.unique(reader.who(product, organisation, place), return_index=True)
    new = ~np.isin(key, sources.key)
    at = first[new]
    own = np.append(reader.organisation_place, -1)[organisation[at]]
    nothing = np.full(len(at), np.nan)
    joined = [
        np.r_[sources.key, key[new]],
        np.r_[sources.product, product[at]],
        np.r_[sources.organisation, organisation[at]],
        np.r_[sources.place, np.where(own >= 0, own, place[at])],
        np.r_[sources.share_home, nothing],
        np.r_[sources.share_world, nothing],
    ]
    order = np.argsort(joined[0], kind="stable")
    return Sources(*(part[order] for part in joined))


def _supplying(stage: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Laboratory and pilot rows are no source of supply; an unknown stage counts."""
    return np.isin(np.where(pd.isna(stage), "unknown", stage).astype(str), SUPPLYING_STAGES)


def _first_known(key: Ints, place: Ints) -> Ints:
    """Place of a source from the first of its rows that names one."""
    known = np.flatnonzero(place >= 0)
    keys, first = np.unique(key[known], return_index=True)
    return _looked_up(key, keys, place[known][first].astype(float), missing=-1.0).astype(np.int64)


def _looked_up(wanted: Ints, keys: Ints, values: Floats, missing: float = np.nan) -> Floats:
    if not len(keys):
        return np.full(len(wanted), missing)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], missing)


def _contradictions(reader: Reader, key: Ints, product: Ints, share: Floats) -> list[NetworkNote]:
    keys = differing(key, share)
    if not len(keys):
        return []
    where = dict(zip(key.tolist(), product.tolist(), strict=True))
    products, counts = np.unique([where[k] for k in keys.tolist()], return_counts=True)
    return notes_by_product("contradicting_shares", reader.products[products], n=counts.tolist())
