"""Facts change through one door, and every change can be taken back."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lianban.apps.atlas import compute, queries, services
from lianban.apps.atlas.models import Chain, Demand, Input, Member, Product, RowChange
from lianban.apps.atlas.tests import given
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor, Grant
from lianban.kit.mechanisms import all_deeds
from lianban.kit.refusals import Refused

OFFICER, HEAD = given.actor("officer"), given.actor("office_head")


def edit(chain, by=OFFICER, at=given.NOW, kind="edit", **tables):
    return services.change(chain=chain, tables=tables, kind=kind, by=by, at=at)


def undo(made, by=OFFICER, at=given.NOW):
    return services.undo(change_id=made.pk, by=by, at=at)


def exported(chain, folder):
    """The data package, byte for byte."""
    path = compute.to_chain(Chain.objects.get(pk=chain.pk)).write(folder / "chain.zip")
    return path.read_bytes()


def codes(error):
    return [reason.code for reason in error.value.refusals]


def test_a_change_tells_each_row_before_and_after_and_is_taken_back_byte_for_byte(bags, tmp_path):
    before = exported(bags, tmp_path)
    made = edit(
        bags,
        products={"film": {"name": "新膜", "grade": ""}, "valve": given.fact(name="阀", segment="film", value="30")},
        inputs=dict.fromkeys([Input.objects.get(product__code="film", input__code="resin").code]),
        organisations={"fresh": given.fact(name="新进公司", place="320500", example=True)},
    )
    assert made.counts == {
        "products": {"new": 1, "changed": 1, "gone": 0},
        "inputs": {"new": 0, "changed": 0, "gone": 1},
        "organisations": {"new": 1, "changed": 0, "gone": 0},
    }
    row = RowChange.objects.get(change=made, code="film")
    assert (row.before["name"], row.after["name"], "grade" in row.after) == ("袋膜", "新膜", False)
    assert Product.objects.get(code="valve").value == 30.0
    bags.refresh_from_db()
    assert (bags.stamp, bags.fingerprint) == (2, compute.to_chain(bags).fingerprint)

    again = undo(made)

    assert exported(bags, tmp_path) == before
    assert not Organisation.objects.filter(code="fresh").exists()
    made.refresh_from_db()
    assert made.undone_by == again
    undo(again)
    assert exported(bags, tmp_path) != before and Product.objects.filter(code="valve").exists()


def test_what_later_changes_left_alone_is_taken_back_and_the_rest_is_refused_by_name(bags):
    first = edit(bags, products={"film": {"name": "一", "grade": "甲"}, "resin": {"grade": "乙"}})
    edit(bags, products={"film": {"description": "不相干"}})
    third = edit(bags, products={"film": {"name": "三"}})
    with pytest.raises(Refused) as error:
        undo(first)
    assert codes(error) == ["atlas.undo_conflict"]
    assert error.value.refusals[0].facts["number"] == third.stamp_after and "名称" in error.value.refusals[0].message.zh
    undo(third)
    undo(first)
    film = Product.objects.get(code="film")
    assert (film.name, film.grade, film.description) == ("袋膜", "五层共挤", "不相干")


def test_what_is_needed_by_a_later_change_cannot_go(bags):
    first = edit(bags, products={"valve": given.fact(name="阀", segment="film")})
    second = edit(bags, inputs={"new": given.fact(product="bag", input="valve")})
    with pytest.raises(Refused) as error:
        undo(first)
    assert error.value.refusals[0].facts["number"] == second.stamp_after


def test_a_change_is_checked_like_a_package_with_all_that_is_wrong_at_once(bags):
    with pytest.raises(Refused) as error:
        edit(
            bags,
            production={"p": given.fact(product="nothing", share=3)},
            products={"film": {"segment": None}, "resin": None},
        )
    assert {reason.facts["finding"] for reason in error.value.refusals} >= {"dangling_reference", "share_out_of_range", "no_maker_no_origin"}  # fmt: skip
    with pytest.raises(Refused) as error:
        edit(bags, products={"film": {"name": "袋膜"}})
    assert codes(error) == ["atlas.nothing_to_change"]
    assert Chain.objects.get().stamp == 1


def test_who_looked_at_another_row_is_told(bags):
    seen = services.row_as_told(Product.objects.get(code="film"))
    edit(bags, products={"film": {"grade": "三层"}})
    with pytest.raises(Refused) as error:
        services.change(
            chain=bags, tables={"products": {"film": {"name": "x"}}}, expected={"products": {"film": seen}}, kind="edit",
            by=OFFICER, at=given.NOW,
        )  # fmt: skip
    assert codes(error) == ["atlas.changed_meanwhile"] and "规格" in error.value.refusals[0].message.zh


def test_who_may_undo_until_when(bags):
    made = edit(bags, products={"film": {"name": "新"}})
    colleague = Actor(2, "officer", (Grant("officer"),), all_deeds())
    with pytest.raises(Refused) as error:
        undo(made, by=colleague)
    assert error.value.status == 403
    with pytest.raises(Refused) as error:
        undo(made, at=given.NOW + timedelta(days=31))
    assert codes(error) == ["atlas.undo_too_late"]
    undo(made, by=Actor(3, "head", (Grant("office_head"),), all_deeds()))
    with pytest.raises(Refused) as error:
        undo(made)
    assert codes(error) == ["atlas.undone"]
    with pytest.raises(Refused) as error:
        undo(queries.changes(OFFICER, bags).last(), by=HEAD)
    assert codes(error) == ["atlas.first_load"]
    for role in ("enterprise", "chief", "supervisor"):
        with pytest.raises(Refused):
            edit(bags, by=given.actor(role), products={"film": {"name": "旧"}})


def test_a_package_is_taken_back_with_the_rows_it_took_away(bags, tmp_path):
    entered = edit(bags, demands={"d": given.fact(raised_by="buyer", product="bag-50", title="袋")})
    before = exported(bags, tmp_path)
    tables = given.tables()
    products = [{**p, "name": "新" + p["name"]} for p in tables["products"] if p["code"] != "bag-50"]
    given.load(given.package(products=products))
    assert Demand.objects.get(code="d").product is None
    undo(queries.changes(OFFICER, bags).first(), by=HEAD)
    assert exported(bags, tmp_path) == before
    assert Demand.objects.get(code="d").on_site and not Member.objects.get(code="buyer").on_site
    undo(entered)


def test_an_earlier_state_is_told_with_what_its_reader_may_see(bags):
    states = [compute.to_chain(bags)]
    for name in ("一", "二"):
        edit(bags, products={"film": {"name": name}, f"new-{name}": given.fact(name=name, segment="raw")})
        states.append(compute.to_chain(bags))
    assert [queries.as_of(bags, stamp).fingerprint for stamp in (1, 2, 3)] == [one.fingerprint for one in states]
    assert queries.as_of(bags, 0) is None and queries.as_of(bags, 4) is None
    assert queries.as_of(bags, 3, ("open",)).fingerprint == compute.to_chain(bags, ("open",)).fingerprint
    assert [stamp for _, stamp in queries.dates(bags)] == [3]
    assert [row.after["name"] for row in queries.history(OFFICER, bags, "products", "film")] == ["二", "一"]
    assert not queries.history(given.actor("analyst"), bags, "products", "film")


def test_a_change_of_hidden_rows_is_no_change_for_those_who_do_not_see_them(bags):
    analyst, visitor = given.actor("analyst"), given.actor("visitor")  # office and open

    def seen_after(**tables):
        edit(bags, **tables)
        bags.refresh_from_db()
        return [queries.seen_stamp(who, bags) for who in (OFFICER, analyst, visitor)]

    assert [queries.seen_stamp(who, bags) for who in (OFFICER, analyst, visitor)] == [1, 1, 1]
    assert seen_after(products={"x": given.fact(name="密", segment="raw", confidentiality="private")}) == [2, 1, 1]
    hidden = given.fact(product="film", input="x", essential="yes")  # an open row about a hidden product
    assert seen_after(inputs={"film/x": hidden}) == [3, 1, 1]
    assert seen_after(products={"adhesive": {"name": "胶粘剂"}}) == [4, 4, 1]
    assert seen_after(products={"x": {"name": "更密"}}) == [5, 4, 1]
    assert seen_after(products={"film": {"name": "多层膜"}}) == [6, 6, 6]
    assert seen_after(products={"film": {"confidentiality": "private"}}) == [7, 7, 7]  # it is gone: they can see that


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=8)
ROWS = {
    "products": st.fixed_dictionaries(
        {}, optional={"name": TEXTS.map(lambda t: f"品{t}"), "grade": st.none() | TEXTS, "final": st.booleans(), "parent": st.sampled_from([None, "drug"]),
                      "value": st.none() | st.floats(0, 1e9), "note": TEXTS, "confidentiality": st.sampled_from(["open", "office", "private"])}
    ),
    "production": st.fixed_dictionaries(
        {}, optional={"share": st.none() | st.floats(0, 1), "origin": st.sampled_from(["US", "DE"]), "stage": st.sampled_from(["pilot", "mass"]),
                      "observed_on": st.dates(), "note": TEXTS, "capacity": st.none() | st.integers(0, 9)}
    ),
    "demands": st.fixed_dictionaries({}, optional={"title": TEXTS.map(lambda t: f"求{t}"), "product": st.sampled_from([None, "film", "bag"])}),
}  # fmt: skip
NEW = {
    "products": {"name": "新品", "segment": "raw"},
    "production": {"product": "film", "origin": "JP"},
    "demands": {"title": "新求", "raised_by": "buyer"},
}


class Walk:
    """However rows are edited, imported, deleted and undone, in whatever order: going back all the way gives the package
    from before, byte for byte; each step back gives the state before it."""

    MOST = 2

    def setUp(self):
        self.chain = given.load()

    def walk(self, data):
        with TemporaryDirectory() as folder:
            first = exported(self.chain, Path(folder))
            states, done = [self.state()], []
            for _ in range(data.draw(st.integers(1, self.MOST))):
                self.step(states, done, lambda: edit(self.chain, kind="import", **self.deeds(data)))
                if done and data.draw(st.booleans()):  # one of those before, not always the last
                    older = data.draw(st.sampled_from(done))
                    self.step(states, done, lambda made=older: undo(made))
            for stamp, state in enumerate(states, 1):
                assert queries.as_of(self.chain, stamp).fingerprint == state
            while done:
                undo(done.pop())
                states.pop()
                assert self.state() == states[-1]
            assert exported(self.chain, Path(folder)) == first

    def step(self, states, done, deed):
        try:
            done.append(deed())
        except Refused as refused:
            assert {r.code for r in refused.refusals} <= REFUSED
            assert self.state() == states[-1]
        else:
            states.append(self.state())

    def state(self):
        """The fingerprint of all that is kept; the chain's own is the same."""
        self.chain = Chain.objects.get()
        assert self.chain.fingerprint == compute.to_chain(self.chain).fingerprint
        return self.chain.fingerprint

    def deeds(self, data):
        tables = {}
        for table in data.draw(st.sets(st.sampled_from(sorted(ROWS)), min_size=1)):
            there = sorted(compute.rows(self.chain)[table])
            deeds = tables.setdefault(table, {})
            for code in data.draw(st.sets(st.sampled_from([*there, "n1", "n2"]), min_size=1, max_size=4)):
                row = data.draw(st.none() | ROWS[table]) if code in there else data.draw(ROWS[table])
                deeds[code] = row if code in there else given.fact(**{**NEW[table], **row})
        return tables


REFUSED = {"atlas.change_has_errors", "atlas.nothing_to_change", "atlas.undo_conflict", "atlas.undone"}


class ShortWalks(Walk, TestCase):
    @settings(max_examples=2, deadline=None, phases=[Phase.generate])
    @drawn(st.data())
    def test_going_back_gives_the_first_package(self, data):
        self.walk(data)


@pytest.mark.evidence
class LongWalks(Walk, TestCase):
    MOST = 5

    @settings(max_examples=60, deadline=None)
    @drawn(st.data())
    def test_going_back_gives_the_first_package(self, data):
        self.walk(data)
