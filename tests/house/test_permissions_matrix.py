"""The matrix of roles, deeds and relations is what was reviewed, and the rule follows it in every cell."""

from lianban.apps.parties.rules import ROLES
from lianban.kit.mechanisms import all_deeds
from tests.house import permissions
from tests.house.generate import PERMISSIONS


def test_the_reviewed_page_is_what_the_mechanisms_say():
    assert PERMISSIONS.read_text(encoding="utf-8") == permissions.table(), "run make docs and review the difference"


def test_every_deed_names_known_roles_only():
    assert {role for roles in all_deeds().values() for role in roles} <= set(ROLES)


def test_no_cell_surprises():
    wrong = [cell[:3] for cell in permissions.cells() if cell[3] != permissions.expected(*cell[:3])]

    assert wrong == []


def test_the_visitor_changes_nothing_that_asks_for_a_deed():
    writing = {deed for role, deed, _, may in permissions.cells() if role == "visitor" and may}

    assert not {deed for deed in writing if not deed.split(".")[1].startswith(("see", "read"))}
