"""Edits of a network (网络改动): sources that are added or gone, for a scenario; purchases stay as they were."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lianban.chain.network.flows import Flows
from lianban.chain.network.reading import ABROAD, or_none
from lianban.chain.network.shares import SharedNodes
from lianban.chain.network.sources import Reader


@dataclass(frozen=True)
class AddedSource:
    """Added source (新增来源): an organisation or an origin that takes over a share; default an equal split.

    The other sources keep their proportions: each gives up the same part of its share.
    """

    product: str
    organisation: str | None = None
    origin: str | None = None
    share: float | None = None


@dataclass(frozen=True)
class GoneSource:
    """Gone source (退出来源): an organisation, or all supply from an origin, of one product or of all.

    Its nodes and flows stay, so that what they carried is missed; the network counts them as lost already.
    """

    organisation: str | None = None
    origin: str | None = None
    product: str | None = None


@dataclass(frozen=True)
class Moved:
    """What an added source took: its product, its source number and its share."""

    product: int
    source: int
    share: float


def with_added(nodes: SharedNodes, reader: Reader, source: AddedSource) -> tuple[SharedNodes, Moved]:
    """Move a share to one more source."""
    product = reader.products.find([source.product])
    organisation = reader.organisations.find([source.organisation])
    place = np.append(reader.organisation_place, -1)[organisation]
    if source.origin:
        place = np.where(place >= 0, place, reader.places.codes.find([source.origin]))
    side = reader.side(place)
    named = np.where(organisation >= 0, organisation, reader.at_place(place))
    who = np.where(side == ABROAD, reader.of_origin(place), named)
    own = nodes.product == product[0]
    others = own & (nodes.source != who[0])
    share = 1 / (1 + int((nodes.share[others] > 0).sum())) if source.share is None else source.share
    kept = np.where(own, nodes.share * (1 - share), nodes.share)
    moved = Moved(int(product[0]), int(who[0]), share)
    at = nodes.find(product, who, reader.width)[0]
    if at >= 0:
        kept[at] += share
        return replace(nodes, share=kept), moved
    wanted = product[0] * reader.width + who[0]
    position = int(np.searchsorted(nodes.product * reader.width + nodes.source, wanted))
    return SharedNodes(
        np.insert(nodes.product, position, product),
        np.insert(nodes.source, position, who),
        np.insert(nodes.place, position, place),
        np.insert(nodes.side, position, side),
        np.insert(kept, position, share),
        nodes.basis,
        nodes.level,
        nodes.guess,
    ), moved


def gone_nodes(nodes: SharedNodes, reader: Reader, sources: tuple[GoneSource, ...]) -> NDArray[np.bool_]:
    """Nodes that some gone sources stand for."""
    gone = np.zeros(len(nodes.product), bool)
    origins = or_none(reader.places.origin, nodes.place)
    for source in sources:
        if source.organisation is not None:
            found = nodes.source == reader.organisations.find([source.organisation])[0]
        else:
            found = np.array([one == source.origin for one in origins], bool)
        if source.product is not None:
            found &= nodes.product == reader.products.find([source.product])[0]
        gone |= found
    return gone


def with_seller(flows: Flows, nodes: SharedNodes, moved: Moved, reader: Reader) -> Flows:
    """Let an added source serve the buyers whose suppliers are named, too: it takes its share of what they buy."""
    at = nodes.find(np.array([moved.product]), np.array([moved.source]), reader.width)[0]
    slot = flows.named & (nodes.product[flows.seller] == moved.product)
    if not slot.any() or moved.share <= 0:
        return flows
    buyers, position = np.unique(flows.buyer[slot], return_inverse=True)
    bought = np.bincount(position, flows.value[slot], len(buyers))
    classes = np.zeros(len(buyers), np.int8)
    classes[position] = flows.input_class[slot]
    value = np.where(slot, flows.value * (1 - moved.share), flows.value)
    own = slot & (flows.seller == at)
    already = np.isin(buyers, flows.buyer[own])
    value[own] += moved.share * bought[np.searchsorted(buyers, flows.buyer[own])]
    new = ~already
    fill = np.ones(int(new.sum()), np.int64)
    return Flows(
        np.r_[flows.seller, at * fill],
        np.r_[flows.buyer, buyers[new]],
        np.r_[value, moved.share * bought[new]],
        np.r_[flows.input_class, classes[new]],
        np.r_[flows.named, fill.astype(bool)],
        np.r_[flows.known, np.zeros(len(fill), bool)],
    )
