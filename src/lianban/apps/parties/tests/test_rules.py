import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.parties.rules import CLEARANCE, CONFIDENTIALITY, ROLES, Actor, Grant, highest, permission_refusals

DEEDS = {"weak.assign": ("officer", "office_head")}
grants = st.lists(
    st.builds(
        Grant, st.sampled_from(sorted(ROLES)), st.sampled_from(["", "antibody", "nev"]), st.sampled_from(["", "acme"])
    ),
    max_size=4,
).map(tuple)


def test_a_role_on_one_chain_does_not_reach_another():
    officer = Actor(1, "o", (Grant("officer", "antibody"),), DEEDS)

    assert officer.may("weak.assign", "antibody")
    assert not officer.may("weak.assign", "nev")
    assert (
        permission_refusals(officer, "weak.assign", "nev")[0].facts["who"].en
        == "chain office officer, head of the chain office"
    )


def test_an_unknown_deed_is_nobodys():
    assert not Actor(1, "o", (Grant("administrator"),), DEEDS).may("weak.burn")


@given(grants, st.sampled_from(CONFIDENTIALITY), st.sampled_from(["antibody", "nev"]))
def test_who_may_see_a_class_may_see_every_wider_one(held, narrow, chain):
    actor = Actor(1, "a", held, DEEDS)

    if actor.may_see(narrow, chain):
        assert all(actor.may_see(c, chain) for c in CONFIDENTIALITY[: CONFIDENTIALITY.index(narrow)])
    assert actor.visible_classes(chain)[0] == "open"


@given(grants)
def test_a_firm_sees_its_own(held):
    actor = Actor(1, "a", held, DEEDS)

    assert actor.may_see("private", "nev", organisation="acme") >= ("acme" in actor.organisations)


@given(st.lists(st.sampled_from(CONFIDENTIALITY)))
def test_a_derived_result_takes_the_highest_class(classes):
    assert all(CONFIDENTIALITY.index(highest(*classes)) >= CONFIDENTIALITY.index(c) for c in classes)


def test_every_role_has_a_clearance_and_the_administrator_reads_no_business_facts():
    assert set(CLEARANCE) == set(ROLES)
    assert CLEARANCE["administrator"] == "open"


@pytest.mark.parametrize("role", ["enterprise", "laboratory", "visitor"])
def test_outsiders_never_see_the_offices_papers(role):
    assert not Actor(1, "x", (Grant(role),), DEEDS).may_see("office", "nev")
