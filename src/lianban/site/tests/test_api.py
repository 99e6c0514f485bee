"""The programming interface: pages of rows, ETags, once only, limits, errors in one shape; and the client beside the library."""

import json

import pandas as pd
import pytest
from django.utils import timezone

import lianban
from lianban.apps.access.models import Usage
from lianban.apps.access.rules import SCOPES
from lianban.apps.atlas.compute import to_chain
from lianban.apps.atlas.models import Chain, ChangeSet

CHAIN = "/api/v1/chains/bags"
FILM = f"{CHAIN}/tables/products/film"


def codes(answer):
    return [reason["code"] for reason in answer.json()["refused"]]


def send(program, method, path, body=None, **headers):
    return getattr(program, method)(path, json.dumps(body), "application/json", headers=headers)


def test_a_list_comes_in_pages_with_filters_and_says_how_many(program):
    seen, address = [], f"{CHAIN}/tables/organisations?limit=2"
    while address:
        page = program.get(address).json()
        assert page["n"] == 3
        seen += [row["code"] for row in page["items"]]
        address = page["next"]
    assert seen == ["f0", "f1", "f2"]
    only = program.get(f"{CHAIN}/tables/production?product=film&observed_from=2026-10-01").json()
    assert [row["origin"] for row in only["items"]] == ["JP"] and only["next"] is None
    assert codes(program.get(f"{CHAIN}/tables/segments?product=film")) == ["api.unfit"]
    assert program.get(f"{CHAIN}/tables/nonsense").status_code == 422


def test_a_new_row_needs_no_etag_and_one_that_is_there_does(program):
    mark = program.get(FILM).headers["ETag"]
    assert program.get(FILM, headers={"If-None-Match": mark}).status_code == 304
    new = f"{CHAIN}/tables/products/bag/tube"
    whole = {
        "name": "管",
        "segment": "raw",
        "source": "s",
        "observed_on": "2026-10-31",
        "confidence": "high",
        "confidentiality": "open",
    }
    assert send(program, "put", new, whole, **{"If-Match": mark}).status_code == 412
    assert send(program, "put", new, whole).status_code == 201
    assert send(program, "put", new, whole).status_code == 428
    assert program.get(f"{CHAIN}/changes").json()["n"] == 2  # the load and the new row


def test_a_change_that_does_not_fit_is_refused_with_every_reason(program):
    wrong = {"products": {"film": {"segment": "nowhere"}, "bag": {"value": "viel"}}}
    answer = send(program, "post", f"{CHAIN}/changes", {"tables": wrong})
    assert answer.status_code == 409 and len(codes(answer)) >= 2
    strange = send(program, "post", f"{CHAIN}/changes", {"tables": {"products": {"film": {"colour": "red"}}}})
    assert (strange.status_code, codes(strange)) == (422, ["api.unfit"])
    seen = {"products": {"film": {**program.get(FILM).json(), "name": "别的"}}}
    stale = send(
        program, "post", f"{CHAIN}/changes", {"tables": {"products": {"film": {"name": "x"}}}, "expected": seen}
    )
    assert (stale.status_code, codes(stale)) == (412, ["atlas.changed_meanwhile"])
    assert ChangeSet.objects.count() == 1


def test_the_same_request_is_carried_out_once_and_answered_alike(program):
    body = {"tables": {"products": {"film": {"name": "甲"}}}, "note": "改名"}
    once = {"Idempotency-Key": "0123456789abcdef-1"}
    answers = [send(program, "post", f"{CHAIN}/changes", body, **once) for _ in range(3)]
    assert {(one.status_code, one.content, one.headers["Location"]) for one in answers} == {
        (201, answers[0].content, answers[0].json()["location"])
    }
    assert ChangeSet.objects.count() == 2
    told = program.get(answers[0].json()["location"]).json()
    assert told["note"] == "改名" and told["rows"][0]["after"]["name"] == "甲"
    other = send(program, "post", f"{CHAIN}/changes", {**body, "note": "另"}, **once)
    assert (other.status_code, codes(other)) == (422, ["site.key_reused"])
    undone = send(program, "post", told_address(answers[0]) + "/undo", {})
    assert undone.status_code == 201 and program.get(FILM).json()["name"] == "膜材"


def told_address(answer):
    return answer.json()["location"]


def test_every_no_has_one_shape_and_no_answer_is_a_page(program):
    assert codes(program.get("/api/v1/nothing")) == ["not_found"]
    method = program.delete("/api/v1/chains")
    assert method.status_code == 405 and method.headers["Allow"] == "GET" and codes(method) == ["api.method"]
    bodies = [b"{", b'{"tables": NaN}', b'{"note": "\\u0000"}', b'{"note": "\\ud800"}', b"1e999", b"[" * 9000, b"\xff"]
    for body in bodies:
        answer = program.post(f"{CHAIN}/changes", body, "application/json")
        assert (answer.status_code, codes(answer)) == (400, ["api.unreadable_json"]), body
    assert program.get("/api/v1/demands?words=%00").status_code == 400
    assert program.get("/api/v1/jobs/99999999999999999999").status_code == 422


def test_who_asks_too_often_is_told_when_to_come_back(program):
    assert program.get("/api/v1/me").status_code == 200
    minute = int(timezone.now().timestamp()) // 60
    Usage.objects.update(minute=minute, n_minute=10**6)
    answer = program.get("/api/v1/me")
    if int(timezone.now().timestamp()) // 60 == minute:
        assert (answer.status_code, codes(answer)) == (429, ["access.too_many_now"])
        assert 1 <= int(answer.headers["Retry-After"]) <= 61
    Usage.objects.update(minute=0, n_day=10**6)
    answer = program.get("/api/v1/me")
    assert (answer.status_code, codes(answer)) == (429, ["access.too_many_today"])


def test_openrefine_finds_who_is_meant_and_adds_columns(program):
    manifest = program.get("/api/v1/reconcile/bags").json()
    assert manifest["versions"] == ["0.2"] and manifest["view"]["url"].endswith("/chains/bags/{{id}}/")
    asked = {
        "q0": {"query": "示例膜材有限责任公司", "type": "organisations", "properties": [{"pid": "place", "v": "320500"}]},
        "q1": {"query": "示例包装"}, "q2": {"query": "毫不相干"}, "q3": {"query": "膜材", "type": "products"},
    }  # fmt: skip
    answer = program.post("/api/v1/reconcile/bags", {"queries": json.dumps(asked)}).json()
    best = answer["q0"]["result"][0]
    assert (best["id"], best["match"], best["type"][0]["id"]) == ("organisations/f0", True, "organisations")
    assert answer["q1"]["result"][0]["id"] == "organisations/f1" and not answer["q1"]["result"][0]["match"]
    assert answer["q2"]["result"] == [] and answer["q3"]["result"][0]["id"] == "products/film"
    wanted = {"ids": ["organisations/f0", "organisations/none"], "properties": [{"id": "place"}]}
    added = program.post("/api/v1/reconcile/bags", {"extend": json.dumps(wanted)}).json()
    assert added["rows"] == {"organisations/f0": {"place": [{"str": "320500"}]}, "organisations/none": {"place": []}}
    told = program.get("/api/v1/reconcile/bags/suggest/entity?prefix=示例包").json()
    assert [one["id"] for one in told["result"]] == ["organisations/f1"]
    for bad in ("{", "[]", '{"a": {"query": 5}}', '{"a": {"query": "\\u0000"}}'):
        assert program.post("/api/v1/reconcile/bags", {"queries": bad}).status_code == 422


def test_the_client_gives_what_the_local_library_gives(library, chain):
    local, remote = to_chain(Chain.objects.get(code="bags")), library.chain("bags")
    assert remote.fingerprint == local.fingerprint
    for name in ("products", "organisations", "production", "segments"):
        pd.testing.assert_frame_equal(library.table("bags", name).sort_values("code", ignore_index=True),
                                      remote.tables[name].sort_values("code", ignore_index=True))  # fmt: skip
    assert list(library.table("bags", "products", segment="raw")["code"]) == ["film"]
    assert library.chains()["n_products"].tolist() == [2]
    row, mark = library.row("bags", "products", "film")
    assert row["name"] == "膜材"
    library.set_row("bags", "products", "film", {"name": "新膜"}, etag=mark, note="改名")
    with pytest.raises(lianban.LianbanError) as stopped:
        library.set_row("bags", "products", "film", {"name": "旧"}, etag=mark)
    assert stopped.value.status == 412 and stopped.value.codes == ["api.changed_meanwhile"]
    assert library.change("bags", {"products": {"film": {"name": "膜材"}}}).endswith("/changes/3")


def test_the_client_asks_for_a_diagnosis_and_reads_it(library, worker):
    assert library.diagnose("bags", data_class="open")["state"] == "done"
    assert library.run("bags", 1)["result"]["weak_points"][0]["code"] == "bag"
    assert library.weak_points("bags").iloc[0][["product", "computed_rank"]].tolist() == ["bag", 1]
    assert library.me()["scopes"] == sorted(SCOPES)
