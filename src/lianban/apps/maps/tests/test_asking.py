"""What may be asked of a map: folding, paths, depth, the legend, two states, provinces, the office's own file."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given as drawn
from hypothesis import strategies as st

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import rows as rows_now
from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.tests import given
from lianban.apps.diagnosis.compute import Asked as Asked_
from lianban.apps.diagnosis.models import Run, ScenarioSet
from lianban.apps.maps import basemap, queries, rules, services
from lianban.apps.maps.queries import Side
from lianban.apps.maps.rules import Asked
from lianban.apps.maps.tests.test_maps import OFFICER, bags, officer, run  # noqa: F401
from lianban.apps.parties.services import SYSTEM
from lianban.kit.refusals import Refused
from lianban.kit.text import Text

SQUARE = [[[110, 30], [112, 30], [112, 32], [110, 32], [110, 30]]]
ROWS = st.dictionaries(st.sampled_from("abcd"), st.fixed_dictionaries({"x": st.one_of(st.none(), st.integers(0, 2))}))


def shape(code, kind="Polygon", coordinates=SQUARE):
    return {"type": "Feature", "properties": {"adcode": code}, "geometry": {"type": kind, "coordinates": coordinates}}


def geojson(*shapes):
    return json.dumps({"type": "FeatureCollection", "features": list(shapes)}).encode()


def test_a_folded_segment_is_one_card_and_its_products_stay_in_the_table(bags):  # noqa: F811
    found = queries.map_of(OFFICER, bags, Asked(shut=("raw",)))
    cards = {card.node.code: card.node.members for card in found.picture.cards}
    assert cards["raw"] == 2 and "resin" not in cards
    assert "resin" in {node.code for node in found.rows}


def test_depth_and_only_limit_picture_and_table_alike(bags):  # noqa: F811
    found = queries.map_of(OFFICER, bags, Asked(node="bag", up=1, down=0, only=True))
    assert {card.node.code for card in found.picture.cards} == {node.code for node in found.rows} == {"film", "bag"}


def test_the_way_between_two_products_in_either_direction(bags):  # noqa: F811
    for node, to, back in (("adhesive", "drug", False), ("drug", "adhesive", True)):
        found = queries.map_of(OFFICER, bags, Asked(node=node, to=to))
        assert [one.code for one in found.way_nodes] == ["adhesive", "film", "bag", "drug"]
        assert found.backwards == back and sum(edge.on_path for edge in found.picture.edges) == 3
    assert queries.map_of(OFFICER, bags, Asked(node="bag-50", to="drug")).way == []


def test_the_legend_fades_cards_and_leaves_rows_out(run):  # noqa: F811
    found = queries.map_of(OFFICER, run.chain, Asked(levels=("L1",)))
    assert [node.code for node in found.rows] == ["film"]
    assert sum(card.node.dim for card in found.picture.cards) == len(found.picture.cards) - 1


def test_two_days_side_by_side_for_those_who_read_changes(officer, client, bags):  # noqa: F811
    film = rows_now(bags)["products"]["film"]
    changed = {"products": {"film": {**film, "grade": "七层共挤"}}}
    atlas.change(chain=bags, tables=changed, kind="edit", by=SYSTEM, at=given.NOW + timedelta(days=1))
    chain = Chain.objects.get()
    days = [side for side in queries.sides(OFFICER, chain) if side.kind == "day"]
    made = queries.compare(OFFICER, chain, days[1], days[0])
    assert [(row.code, row.before, row.after) for row in made.rows] == [("film", "五层共挤", "七层共挤")]
    assert [card.node.code for card in made.picture.cards if card.mark] == ["film"]
    page = officer.get("/chains/bags/map/compare/").content.decode()
    assert {card.letter for card in made.picture.cards} <= {"+", "−", "±", ""} and "未知" not in "".join(
        card.title for card in made.picture.cards
    )
    assert "七层共挤" in page and "±" in page
    assert officer.get("/chains/bags/map/compare.svg").status_code == 200
    client.logout()
    assert client.get("/chains/bags/map/compare/").status_code == 404


def test_two_runs_and_two_scenarios_side_by_side(officer, run):  # noqa: F811
    better = {**run.result, "weak_points": [{**run.result["weak_points"][0], "level": "L3"}]}
    Run.objects.create(
        **{**{f.name: getattr(run, f.name) for f in Run._meta.fields if f.name != "id"}, "number": 2, "result": better}
    )
    made = queries.compare(OFFICER, run.chain, *(Side(f"run:{n}", Text("", "")) for n in (1, 2)))
    assert [(row.code, row.before, row.after) for row in made.rows] == [("film", "L1", "L3")]
    asked = [Asked_(cuts=(("US", "film"),)).plain(), Asked_(levels=(("film", "L5"),)).plain()]
    scenarios = [
        {"name": {"zh": f"情景{i}", "en": f"case {i}"}, "asked": one, "probability": None, "basis": ""}
        for i, one in enumerate(asked)
    ]
    ScenarioSet.objects.create(
        chain=run.chain, name="示例集", scenarios=scenarios, made_by="user:1", changed_at=given.NOW
    )
    some = [side for side in queries.sides(OFFICER, run.chain) if side.kind == "scenario"]
    made = queries.compare(OFFICER, run.chain, *some)
    assert made.refusals == () and made.rows and made.told
    address = f"/chains/bags/map/compare/?before={some[0].key}&after={some[1].key}"
    assert "情景0" in officer.get(address).content.decode()


@drawn(ROWS, ROWS)
def test_differences_are_exactly_what_differs(before, after):
    found = {one.code: one.kind for one in rules.differences(before, after)}
    for code in before.keys() | after.keys():
        here = (code in before, code in after)
        wanted = {(True, False): "removed", (False, True): "added"}.get(
            here, "changed" if before.get(code) != after.get(code) else None
        )
        assert found.get(code) == wanted


def test_provinces_count_what_the_reader_sees(officer, bags):  # noqa: F811
    seen = {
        actor.title.zh: sum(t.place.n for t in queries.regions(actor, bags).tiles) for actor in (OFFICER, given.VISITOR)
    }
    assert seen == {"链办经办": 3, "访客": 2}
    assert len(queries.regions(OFFICER, bags).tiles) == 34
    assert "江苏" in officer.get("/chains/bags/regions/").content.decode()
    assert officer.get("/chains/bags/regions.svg").status_code == 200


def test_an_approved_file_is_drawn_whole_with_its_number(client, bags):  # noqa: F811
    sea = shape("", "LineString", SQUARE[0][:3])
    head = given.actor("office_head")
    row = services.load_base_map(
        title="示例", approval="示例审图号", issuer="示例", content=geojson(shape(320500), sea), by=head, at=given.NOW
    )
    assert set(row.outlines) == {"320000"} and row.rest and not row.rest.endswith("Z")
    page = client.get("/chains/bags/regions/").content.decode()
    assert "示例审图号" in page and "basemap" in page
    services.withdraw_base_map(base_map_id=row.pk, by=head, at=given.NOW)
    assert "basemap" not in client.get("/chains/bags/regions/").content.decode()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"type":"FeatureCollection","features":[1]}', b"\xff\xfe", b"[" * 90_000,
                                     geojson(shape(1, "Polygon", [[["x"]]])), geojson(shape(1, "Point", [1, 2])), geojson(shape(320000, "Polygon", [[[9e9, 1], [1, 1]]]))])  # fmt: skip
def test_what_is_no_map_is_refused_in_words(db, content):
    with pytest.raises(Refused) as refused:
        services.load_base_map(
            title="x", approval=" ", issuer="x", content=content, by=given.actor("office_head"), at=given.NOW
        )
    assert {r.code for r in refused.value.refusals} >= {"maps.approval_missing"} and len(refused.value.refusals) == 2
    found = basemap.read(content)
    assert found is None or not found.paths


def test_the_form_of_a_map_file_is_for_the_head(officer, bags):  # noqa: F811
    file = SimpleUploadedFile("map.json", geojson(shape(320000)))
    given_ = {"title": "x", "approval": "x", "issuer": "x", "file": file}
    assert officer.post("/chains/bags/regions/base-map/", given_).status_code in (403, 409)
