"""The map page: one picture, one table, one panel; each reader's own."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache

from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.tests import given
from lianban.apps.diagnosis.models import Run
from lianban.apps.journal.models import Entry
from lianban.apps.maps import drawing, queries
from lianban.apps.maps.queries import mapping
from lianban.apps.maps.rules import Asked
from lianban.apps.parties.models import RoleGrant

OFFICER = given.actor("officer")


@pytest.fixture
def bags(db) -> Chain:
    cache.clear()
    return given.load()


def point(code: str, level: str | None, loss: float | None, **more: Any) -> dict[str, Any]:
    reason = {"zh": f"{code}的理由", "en": f"reason of {code}"}
    solver = {"name": {"zh": "丙实验室", "en": "Lab C"}}
    return {"code": code, "level": level, "loss_cut": loss, "loss_stop": loss, "inferred": False, "reason": reason,
            "missing": [], "solvers": [solver], "kind": None, **more}  # fmt: skip


@pytest.fixture
def run(bags) -> Run:
    result = {
        "weak_points": [point("film", "L1", 0.42, inferred=True)],
        "unknown": [point("resin", None, None, missing=[{"zh": "缺份额", "en": "shares are missing"}])],
        "products": [point("drug", "L5", 0.0)],
        "parents": [],
    }
    return Run.objects.create(
        chain=bags, number=1, pack="cn-core-2025", rules_fingerprint="r", data_fingerprint="d", data_stamp=1,
        asked_by="user:1", started_at=given.NOW, finished_at=given.NOW, result=result, confidentiality="office",
    )  # fmt: skip


@pytest.fixture
def officer(client, db):
    user = get_user_model().objects.create_user("officer")
    RoleGrant.objects.create(user=user, role="officer", starts_on=given.NOW.date().replace(year=2020))
    client.force_login(user)
    return client


def test_levels_and_losses_are_those_of_the_newest_run(run, django_assert_num_queries):
    chain = run.chain
    with django_assert_num_queries(4):
        found = queries.map_of(OFFICER, chain)
    nodes = {node.code: node for node in found.nodes}
    assert (nodes["film"].level, nodes["film"].loss, nodes["film"].inferred) == ("L1", 0.42, True)
    assert (nodes["resin"].level, nodes["resin"].loss) == (None, None)
    assert nodes["bag"].parent_of == 1


def test_without_a_run_a_level_shows_only_where_statements_agree(bags):
    tables = given.tables()
    more = [*tables["assessments"], given.fact(product="drug", item="level", value="L5", voice="published")]
    given.load(given.package(assessments=more))
    nodes = {node.code: node for node in queries.map_of(OFFICER, Chain.objects.get()).nodes}
    assert (nodes["film"].level, nodes["drug"].level) == (None, "L5")
    assert nodes["drug"].level_stated


def test_a_visitor_sees_neither_run_nor_hidden_product(client, run):
    text = client.get("/chains/bags/map/").content.decode()
    assert "未诊断" in text and "42.0" not in text and "L1，" not in text
    assert "粘合剂" not in text and "袋膜" in text


def test_the_path_of_a_node_stands_out(bags):
    found = queries.map_of(OFFICER, bags, Asked(node="bag"))
    assert {node.code for node in found.nodes if node.on_path} == {"adhesive", "resin", "film", "bag", "drug"}
    assert [node.code for node in found.nodes if node.chosen] == ["bag"]
    assert sum(edge.on_path for edge in found.picture.edges) == 5


def test_a_click_brings_map_and_panel_without_the_rest_of_the_page(officer, run):
    headers = {"HX-Request": "true", "HX-Target": "map-view"}
    text = officer.get("/chains/bags/map/?node=film", headers=headers).content.decode()
    assert text.lstrip().startswith('<div id="map-view"') and "<html" not in text
    assert "film的理由" in text and "推定" in text and "甲膜业有限公司" in text


def test_beside_a_weak_point_the_public_reads_no_firm(client, run):
    Run.objects.update(confidentiality="open")
    text = client.get("/chains/bags/map/?node=film").content.decode()
    assert "film的理由" in text
    assert "甲膜业" not in text and "丙实验室" not in text and "名称不公开显示" in text


def test_every_node_is_a_link_that_says_itself(officer, run):
    text = officer.get("/chains/bags/map/").content.decode()
    svg = text[text.index("<svg xmlns") : text.index("</svg>", text.index("<svg xmlns"))]
    links = re.findall(r'<a href="([^"]+)" id="n-([^"]+)"[^>]*aria-label="([^"]+)"', svg)
    assert {code for _, code, _ in links} == {"adhesive", "resin", "film", "bag", "bag-50", "drug"}
    assert {code: label for _, code, label in links}["film"] == "袋膜，膜材，L1，断供损失 42.0 %"
    assert "style" not in svg


def test_the_table_holds_the_same_products_as_the_picture(officer, run):
    text = officer.get("/chains/bags/map/").content.decode()
    table = text[text.index('id="map-table"') :]
    for name in ("粘合剂", "树脂", "袋膜", "储液袋", "储液袋 50 L", "抗体药"):
        assert name in table


def test_search_marks_products_by_pinyin(bags):
    found = queries.map_of(OFFICER, bags, Asked(words="daim"))
    assert [node.code for node in found.nodes if node.found] == ["film"]


def test_the_drawing_can_be_taken_away_with_its_class(officer, run):
    response = officer.get("/chains/bags/map.svg?node=film")
    assert "产品=袋膜" in response.content.decode() and "node=" not in response.content.decode()
    text = response.content.decode()
    assert response["Content-Type"].startswith("image/svg+xml")
    assert text.startswith("<svg") and "密级：链办" in text and "链办经办" in text
    assert Entry.objects.get(verb="exported").facts["format"] == "svg"


def test_the_table_can_be_taken_away(officer, run):
    text = officer.get("/chains/bags/map/?format=csv").content.decode("utf-8-sig")
    assert "密级,链办" in text and "film,袋膜,膜材,L1,0.42" in text


def test_beyond_what_is_drawn_one_by_one_segments_come_first(officer, bags, monkeypatch):
    monkeypatch.setattr(mapping, "MOST_DRAWN", 4)
    page = officer.get("/chains/bags/map/").content.decode()
    assert "map-canvas" in page and 'id="map-data"' in page and "?group=film" in page
    inside = queries.map_of(OFFICER, bags, Asked(group="film"))
    assert {card.node.code for card in inside.picture.cards} >= {"film", "resin"}
    assert len(inside.picture.cards) <= 4


def test_a_layout_is_kept_for_one_state_of_the_data_and_one_set_of_classes(bags, monkeypatch):
    laid = []
    arrange = mapping.layout.arrange
    monkeypatch.setattr(mapping.layout, "arrange", lambda *args: laid.append(1) or arrange(*args))
    for _ in range(2):
        queries.map_of(OFFICER, bags)
    queries.map_of(given.VISITOR, bags)
    assert len(laid) == 2
    Chain.objects.update(stamp=9)
    queries.map_of(OFFICER, Chain.objects.get())
    assert len(laid) == 3


@pytest.mark.parametrize("address", ["/chains/none/map/", "/chains/none/map.svg"])
def test_a_missing_chain_is_missing(client, db, address):
    assert client.get(address).status_code == 404


def test_the_map_is_complete_in_english(client, bags):
    client.cookies["lianban_language"] = "en"
    text = client.get("/chains/bags/map/?node=film").content.decode()
    assert "Bag film" in text and "Who supplies it" in text
    assert not [word for word in ("未诊断", "谁供应", "下载", "图谱") if word in text]


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("袋膜", ["袋膜"]),
        ("光刻胶溶剂（PGMEA）", ["光刻胶溶剂", "（PGMEA）"]),
        ("单克隆抗体注射液（预灌封）", ["单克隆抗体注射液", "（预灌封）"]),
        ("Driver-assistance system-on-chip", ["Driver-", "assistance system-…"]),
        ("Film for single-use bags", ["Film for single-", "use bags"]),
    ],
)
def test_names_break_into_two_lines(name, lines):
    found = drawing.wrap(name)
    assert len(found) <= 2 and all(drawing.width_of(line) <= 9.4 + 1e-9 for line in found)
    assert found == lines or name.isascii()


def test_edges_run_right_inside_a_column_and_back():
    def card(x, y):
        return drawing.Card(drawing.Node("a", "a", "s"), x, y, [], "?", drawing.UNKNOWN, 0.0, "")

    right = drawing._path(card(0, 0), card(300, 50))
    loop = drawing._path(card(0, 0), card(0, 100))
    back = drawing._path(card(300, 0), card(0, 50))
    assert right.startswith(f"M{drawing.CARD_W} ") and right.endswith("297 77")
    assert loop.endswith(f"{drawing.CARD_W + 3} 127")
    assert back.startswith("M300 ") and back.endswith(f"{drawing.CARD_W + 3} 77")
