"""Edits (网络改动): links that are added, removed or given another value; who buys how much in all may stay as it was."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine import network_checks as checks
from lianban.engine.errors import EngineError
from lianban.engine.network import FloatArray, IntArray, SupplyNetwork


class InvalidEdit(EngineError):
    """An edit that names what the network does not have; the message says which."""


@dataclass(frozen=True, eq=False)
class Edit:
    """Edit (网络改动) of a network: new values of some links. 0 removes a link; a pair that is not there is added.

    Pairs stand at most once. ``input_class`` is the class of each pair, as in the network. ``output_weight`` replaces the
    weights of the network; None keeps those of the baseline, whatever the sales become.
    """

    seller: IntArray
    buyer: IntArray
    value: FloatArray
    input_class: NDArray[np.int8]
    output_weight: FloatArray | None = None

    @property
    def n_links(self) -> int:
        """Number of links it names."""
        return len(self.seller)

    @property
    def fingerprint(self) -> str:
        """Fingerprint (指纹) of what it changes; the order of the links does not matter."""
        order = np.lexsort((self.buyer, self.seller))
        digest = hashlib.sha256(b"Edit 1")
        for array in (self.seller, self.buyer, self.value, self.input_class):
            digest.update(np.ascontiguousarray(array[order]).tobytes())
        digest.update(b"" if self.output_weight is None else np.ascontiguousarray(self.output_weight).tobytes())
        return "sha256:" + digest.hexdigest()


def set_links(
    network: SupplyNetwork,
    seller: ArrayLike,
    buyer: ArrayLike,
    value: ArrayLike,
    input_class: ArrayLike | None = None,
    *,
    output_weight: ArrayLike | None = None,
) -> Edit:
    """Give links another value; 0 removes them.

    ``input_class`` may be left out where the network has links between the two groups: the class is theirs.

    Raises
    ------
    InvalidNetwork, InvalidEdit
        A node that is not there, a value that makes no sense, a pair that stands twice, a class that differs from that of
        the other links between the two groups, or that is not known.
    """
    sellers = checks.nodes("seller", seller, network.n_firms)
    buyers = checks.nodes("buyer", buyer, network.n_firms, n_links=len(sellers))
    values = checks.amounts("value", value, len(sellers))
    checks.refuse_repeated_pairs(sellers, buyers, network.n_firms)
    known = _classes_between(network, sellers, buyers)
    if input_class is None:
        if (known < 0).any():
            row = int(np.argmax(known < 0))
            raise InvalidEdit(
                f"row {row}: no link runs from group {network.group[sellers[row]]} to group {network.group[buyers[row]]} "
                "so far; give its input_class"
            )
        classes = known.astype(np.int8)
    else:
        classes = checks.classes(input_class, len(sellers))
        wrong = (known >= 0) & (classes != known)
        if wrong.any():
            row = int(np.argmax(wrong))
            raise InvalidEdit(
                f"row {row}: input_class is {classes[row]}, the other links between its groups have {known[row]}"
            )
        checks.refuse_mixed_classes(network.group, sellers, buyers, classes)
    weights = None if output_weight is None else checks.weights(output_weight, network.n_firms)
    if weights is not None and weights.shape != network.output_weight.shape:
        raise InvalidEdit(f"output_weight has shape {weights.shape}, the network's {network.output_weight.shape}")
    return Edit(sellers, buyers, values, classes, weights)


def move_purchases(network: SupplyNetwork, moves: Sequence[tuple[int, int, float]]) -> Edit:
    """Let sellers take over a share of what buyers buy of their group; the other sellers keep their proportions.

    Parameters
    ----------
    moves : (seller, buyer, share), share in (0, 1]
        The buyer buys as much as before. Shares moved within one buyer's purchases of one group are all parts of what it
        bought before, so that their order does not matter; together they are at most 1.

    Raises
    ------
    InvalidEdit
        A share outside (0, 1], more than 1 in all, or a buyer that buys nothing of the group.
    """
    wanted: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for seller, buyer, share in moves:
        checks.nodes("seller and buyer", [seller, buyer], network.n_firms)
        if not 0 < share <= 1:
            raise InvalidEdit(
                f"seller {seller}, buyer {buyer}: the share moved is {share}, expected above 0 and at most 1"
            )
        wanted.setdefault((int(buyer), int(network.group[seller])), []).append((int(seller), float(share)))
    parts = [_moved(network, buyer, group, takers) for (buyer, group), takers in wanted.items()]
    return join(*parts)


def close_firm(network: SupplyNetwork, firm: int, *, replaced: bool = False) -> Edit:
    """Take a firm out: it sells and buys nothing any more.

    With ``replaced`` its customers buy what it sold from their other sellers of its group, in proportion; a customer that
    has none goes without.
    """
    (number,) = checks.nodes("firm", [firm], network.n_firms)
    own = np.flatnonzero((network.seller == number) | (network.buyer == number))
    gone = Edit(network.seller[own], network.buyer[own], np.zeros(len(own)), network.input_class[own])
    if not replaced:
        return gone
    sold = own[network.buyer[own] != number]
    parts = [gone]
    for link in sold.tolist():
        buyer = int(network.buyer[link])
        slot = _slot(network, buyer, int(network.group[number]))
        others = slot[(network.seller[slot] != number) & (network.value[slot] > 0)]
        rest = float(network.value[others].sum())
        if rest > 0:
            more = network.value[others] * (1.0 + float(network.value[link]) / rest)
            parts.append(Edit(network.seller[others], network.buyer[others], more, network.input_class[others]))
    return join(*parts)


def join(*edits: Edit) -> Edit:
    """Several edits as one.

    Raises
    ------
    InvalidEdit
        Two of them name the same link, or set output weights.
    """
    seller, buyer, value = (
        np.concatenate([getattr(one, name) for one in edits] or [np.zeros(0)]) for name in ("seller", "buyer", "value")
    )
    classes = np.concatenate([one.input_class for one in edits] or [np.zeros(0, np.int8)])
    pairs = np.stack([seller, buyer]).astype(np.int64)
    if len(np.unique(pairs, axis=1).T) < pairs.shape[1]:
        raise InvalidEdit("two of the edits name the same link")
    weights = [one.output_weight for one in edits if one.output_weight is not None]
    if len(weights) > 1:
        raise InvalidEdit("two of the edits set output weights")
    return Edit(pairs[0], pairs[1], value.astype(np.float64), classes, weights[0] if weights else None)


def edited(network: SupplyNetwork, edit: Edit) -> SupplyNetwork:
    """The network after an edit: links keep their order, removed ones are gone, new ones stand last.

    Nothing is checked again: the network was, and so was the edit.
    """
    at = positions(network, edit.seller, edit.buyer)
    value = network.value.copy()
    value[at[at >= 0]] = edit.value[at >= 0]
    dropped = at[(at >= 0) & (edit.value == 0)]
    new = (at < 0) & (edit.value > 0)
    fields: dict[str, Any] = {"group": network.group, "market": network.market, "labels": network.labels}
    fields["output_weight"] = network.output_weight if edit.output_weight is None else edit.output_weight
    links: dict[str, NDArray[Any]] = {
        "seller": network.seller,
        "buyer": network.buyer,
        "value": value,
        "input_class": network.input_class,
    }
    for name, content in links.items():
        kept = np.delete(content, dropped) if len(dropped) else content
        fields[name] = np.concatenate([kept, getattr(edit, name)[new]]) if new.any() else kept
    result = object.__new__(SupplyNetwork)
    for name, content in fields.items():
        if isinstance(content, np.ndarray):
            content.setflags(write=False)
        object.__setattr__(result, name, content)
    return result


def positions(network: SupplyNetwork, seller: IntArray, buyer: IntArray) -> IntArray:
    """Position of each pair among the links, -1 where there is none."""
    ours = np.zeros(network.n_firms, bool)
    ours[buyer] = True
    links = np.flatnonzero(ours[network.buyer])
    keys = network.seller[links] * np.int64(network.n_firms) + network.buyer[links]
    order = np.argsort(keys)
    wanted = seller * np.int64(network.n_firms) + buyer
    if not len(links):
        return np.full(len(wanted), -1)
    place = np.minimum(np.searchsorted(keys[order], wanted), len(links) - 1)
    return np.where(keys[order][place] == wanted, links[order][place], -1)


def _moved(network: SupplyNetwork, buyer: int, group: int, takers: list[tuple[int, float]]) -> Edit:
    """What a buyer buys of one group after some sellers took over their shares."""
    slot = _slot(network, buyer, group)
    bought = float(network.value[slot].sum())
    if bought <= 0:
        raise InvalidEdit(f"buyer {buyer} buys nothing of group {group}: there is no share to move")
    moved = sum(share for _, share in takers)
    if moved > 1 + 1e-12:
        raise InvalidEdit(f"buyer {buyer}, group {group}: the shares moved add up to {moved:.3f}, more than 1")
    left = max(0.0, 1.0 - moved)
    values = dict(zip(network.seller[slot].tolist(), (network.value[slot] * left).tolist(), strict=True))
    for seller, share in takers:
        values[seller] = values.get(seller, 0.0) + share * bought
    sellers = np.array(list(values), np.int64)
    classes = np.full(len(sellers), network.input_class[slot[0]], np.int8)
    return Edit(sellers, np.full(len(sellers), buyer), np.array(list(values.values())), classes)


def _slot(network: SupplyNetwork, buyer: int, group: int) -> IntArray:
    """Links by which a buyer buys from a group."""
    links = np.flatnonzero(network.buyer == buyer)
    return links[network.group[network.seller[links]] == group]


def _classes_between(network: SupplyNetwork, seller: IntArray, buyer: IntArray) -> IntArray:
    """Class of the links between the groups of each pair, -1 where there are none."""
    names, group = np.unique(network.group, return_inverse=True)
    keys = group[network.seller] * np.int64(len(names)) + group[network.buyer]
    wanted = group[seller] * np.int64(len(names)) + group[buyer]
    found, first = np.unique(keys, return_index=True)
    if not len(found):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(found, wanted), len(found) - 1)
    return np.where(found[at] == wanted, network.input_class[first[at]].astype(np.int64), -1)
