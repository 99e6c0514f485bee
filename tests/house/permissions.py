"""Who may do what: every deed of every mechanism, every role, every relation of the person to the chain.

``docs/reference/permissions.csv`` is generated from the mechanisms' tables and reviewed when it changes (one row a deed, one
column a role). ``cells()`` asks the rule itself, role by deed by relation, so that the page and the site cannot disagree.
Which address asks for which deed is held by tests/secrecy/test_permissions.py.
"""

import csv
import io
from collections.abc import Iterator

from lianban.apps.parties.rules import ROLES, Actor, Grant
from lianban.kit.mechanisms import all_deeds

# How somebody stands to the chain a deed is about: the grant's chain, and the chain asked for.
RELATIONS = {
    "every chain": ("", "here"),
    "this chain": ("here", "here"),
    "another chain": ("elsewhere", "here"),
    "no chain asked": ("elsewhere", None),
}


def expected(role: str, deed: str, relation: str) -> bool:
    """What the reviewed table says: the role may, unless it was given for another chain."""
    return role in all_deeds()[deed] and relation != "another chain"


def cells() -> Iterator[tuple[str, str, str, bool]]:
    """Role, deed, relation, and whether the rule lets them."""
    deeds = all_deeds()
    for role in ROLES:
        for relation, (granted, asked) in RELATIONS.items():
            someone = Actor(1, role, (Grant(role, granted),), deeds)
            for deed in deeds:
                yield role, deed, relation, someone.may(deed, asked)


def table() -> str:
    """The reviewed page as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["deed", *ROLES])
    for deed, roles in sorted(all_deeds().items()):
        writer.writerow([deed, *("yes" if role in roles else "" for role in ROLES)])
    return out.getvalue()
