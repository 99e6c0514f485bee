"""The programming interface is as secret as the pages: every operation, with a token of every role."""

import io
import json
import re
import zipfile
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.utils import timezone

from lianban.apps.access import services as access
from lianban.apps.access.models import Usage
from lianban.apps.access.rules import SCOPES
from lianban.apps.atlas.models import Chain
from lianban.apps.imports.models import Import, Naming
from lianban.apps.lists import rules as lists
from lianban.apps.parties.queries import actor_of
from lianban.apps.reports.models import ExportFile
from lianban.apps.saved.models import SavedView
from lianban.kit.mechanisms import all_deeds
from lianban.site.api import api
from tests.secrecy.conftest import CAST

FEW = ("visitor", "own firm", "analyst", "administrator")
NOWHERE = {"product": "product-zq9999zq", "organisation": "organisation-zq9999zq"}
# Operations that change something: the deed that the pages ask for, an address, a body.
WRITES = [
    ("atlas.change", "put", "/chains/bags/tables/products/new", {"name": "新", "segment": "raw"}),
    ("atlas.change", "patch", "/chains/bags/tables/products/film", {"name": "膜"}),
    ("atlas.change", "delete", "/chains/bags/tables/products/film", None),
    ("atlas.change", "post", "/chains/bags/changes", {"tables": {"products": {"film": {"name": "膜"}}}}),
    ("atlas.change", "post", "/chains/bags/changes/1/undo", {}),
    ("diagnosis.run", "post", "/chains/bags/runs", {"data_class": "open"}),
    ("demands.raise", "post", "/chains/bags/demands", {"title": "需求"}),
    ("owner", "post", "/demands/{demand}/withdraw", {}),
    ("owner", "post", "/jobs/{job}/cancel", {}),
    ("imports.bring", "post", "/chains/bags/imports", {}),
    ("imports.bring", "put", "/imports/{import}/mapping", {"table": "products"}),
    ("imports.bring", "post", "/imports/{import}/names", {"said": {"1": "+"}}),
    ("imports.bring", "post", "/imports/{import}/sheets", {"sheet": "需求"}),
    ("imports.bring", "post", "/imports/{import}/apply", {}),
    ("imports.bring", "post", "/imports/{import}/undo", {}),
    ("imports.bring", "post", "/imports/{import}/drop", {}),
    ("upkeep.decide", "post", "/chains/bags/confirmations", {"table": "organisations", "codes": ["{firm}"]}),
    (
        "owner",
        "post",
        "/chains/bags/corrections",
        {"table": "organisations", "code": "{firm}", "after": None, "reason": "不实"},
    ),
    ("upkeep.decide", "post", "/corrections/{correction}/refuse", {"reason": "查无依据"}),
    ("owner", "post", "/corrections/{correction}/withdraw", {}),
    ("lists.publish", "post", "/chains/bags/lists/demands/versions", {"confidentiality": "open", "signer": "示例链办"}),
    ("saved.keep", "post", "/views", {"name": "产品", "address": "/chains/bags/products/", "confidentiality": "open"}),
    ("owner", "patch", "/views/nobodys1", {"name": "别名"}),
    ("owner", "delete", "/views/nobodys1", None),
    ("reports.export", "post", "/chains/bags/files", {"kind": "zip"}),
]


def program(stage, person, *scopes):
    """A client that comes with a token of this person; a visitor comes with none, but with somebody's session."""
    if person == "visitor":
        return stage.clients["officer"]
    if person not in stage.pks.setdefault("token", {}):
        actor = actor_of(stage_user(person), today=timezone.localdate())
        _, secret = access.issue(name="t", scopes=scopes or tuple(SCOPES), days=9, by=actor, at=timezone.now())
        stage.pks["token"][person] = secret
    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {stage.pks['token'][person]}"})
    return client


def stage_user(person):
    return get_user_model().objects.get(username=person)


def operations(method):
    return [path for path, told in api.get_openapi_schema()["paths"].items() if method in told]


def addresses(stage):
    """Every GET with every code and number on the stage."""
    tables = ["segments", "sources", "products", "inputs", "organisations", "production", "supplies", "demands", "assessments",
              "parameters", "indicators"]  # fmt: skip
    codes = ["film", "raw", "firm-own", "s-private"]
    codes += [code for kind in ("product", "organisation") for code in stage.codes[kind].values()]
    bring_in(stage)
    numbers = {
        "/jobs/": [stage.pks["job"]["bags"]],
        "/imports/": list(stage.pks["import"].values()),
        "/files/": [stage.pks["file"]["bags"]],
        "/corrections/": list(stage.pks["correction"].values()),
        "/demands/": [*stage.pks["demand listed"].values(), *stage.pks["demand raised"].values()],
    }
    values = {
        "chain": ["bags", "secret"],
        "table": tables,
        "code": codes,
        "product": codes[:1] + list(stage.codes["product"].values()),
        "key": [one.key for one in lists.LISTS],
        "version": [1, 2, 3, 4],
    }
    views = list(SavedView.objects.values_list("code", flat=True))
    found = []
    for path in operations("get"):
        made = [path]
        if path.endswith("/ages/{table}"):
            made = [path.replace("{table}", table) for table in tables[2:]]
        for name in re.findall(r"{(\w+)}", made[0]):
            told = (
                values[name]
                if name != "number"
                else next((told for part, told in numbers.items() if part in path), [1, 2])
            )
            told = views if "/views/" in path else told
            made = [one.replace(f"{{{name}}}", quote(str(value))) for one in made for value in told]
        found += made
    asked = {"q": {"query": "organisations"}, **{code: {"query": code, "limit": 50} for code in codes}}
    wanted = {"ids": [f"{kind}/{code}" for code in codes for kind in ("organisations", "products")],
              "properties": [{"id": "name_en"}, {"id": "website"}, {"id": "segment"}, {"id": "grade"}]}  # fmt: skip
    for chain in ("bags", "secret"):
        found += [f"/api/v1/reconcile/{chain}?queries={quote(json.dumps(asked))}", f"/api/v1/reconcile/{chain}?extend={quote(json.dumps(wanted))}",
                  f"/api/v1/reconcile/{chain}/suggest/entity?prefix=o", f"/api/v1/reconcile/{chain}/suggest/entity?prefix=p&type=products"]  # fmt: skip
    found = [f"{one}?before={n}" for one in found if one.endswith("/compare") for n in (1, 4)] + [
        one for one in found if not one.endswith("/compare")
    ]
    hidden = [word for words in stage.codes.values() for word in words.values()]
    found += [f"/api/v1/search?words={word}&limit=1000" for word in ("zq", "film", "膜", "公司", *hidden)]
    return [
        *found,
        "/api/v1/openapi.json",
        "/api/v1/demands?words=zq",
        "/api/v1/chains/bags/tables/production?organisation=" + codes[-1],
    ]


def bring_in(stage):
    """A file that an officer asked for, and a name of the import that waits for an answer."""
    if "file" in stage.pks:
        return
    chain, now = Chain.objects.get(code="bags"), timezone.now()
    for made in Import.objects.filter(pk__in=stage.pks["import"].values()):
        made.read |= {"names": [[Naming.objects.get().name, "", ""]]}
        made.save()
    officer = get_user_model().objects.get(username="officer")
    office = stage.word("ExportFile.content", frozenset({"officer"}))
    file = ExportFile.objects.create(
        chain=chain, kind="csv", classes=["open"], asked_by=f"user:{officer.pk}", author={"zh": office, "en": office}, asked_at=now, made_at=now,
        gone_at=now + timedelta(1), confidentiality="open", ending="csv.zip", digest=office, content=office.encode(), size=9,
    )  # fmt: skip
    stage.pks["file"] = {"bags": file.pk}


def text_of(response):
    headers = str(dict(response.headers))
    if response.headers["Content-Type"] == "application/octet-stream":
        return headers + b"".join(response).decode()
    if response.headers["Content-Type"] == "application/zip":
        with zipfile.ZipFile(io.BytesIO(response.content)) as box:
            return headers + "".join(box.read(name).decode() for name in box.namelist())
    return headers + json.dumps(response.json(), ensure_ascii=False)


def read_all(stage, person):
    client, wrong, allowed = program(stage, person), [], 0
    for path in addresses(stage):
        Usage.objects.all().delete()
        response = client.get(path)
        if response.status_code >= 500:
            wrong.append(f"{path}: {response.status_code}")
        allowed += response.status_code == 200
        known = re.findall(r"zq\d{4}zq", path)
        wrong += [f"{path}: {leak}" for leak in stage.leaks(person, text_of(response), known=known)]
    assert allowed > 20, (person, allowed)
    return wrong


@pytest.mark.slow
def test_no_operation_tells_a_word_above_the_clearance_of_its_token(stage):
    assert {person: wrong for person in FEW if (wrong := read_all(stage, person))} == {}


@pytest.mark.evidence
def test_no_operation_tells_a_word_above_any_clearance(stage):
    assert {person: wrong for person in CAST if (wrong := read_all(stage, person))} == {}


@pytest.mark.slow
def test_missing_and_hidden_things_answer_alike_to_programs(stage):
    bring_in(stage)
    pairs = [("/chains/{}", "secret", "nowher"), ("/chains/{}/package", "secret", "nowher"), ("/chains/{}/runs", "secret", "nowher"),
             ("/reconcile/{}", "secret", "nowher"),
             *((f"/chains/bags/{where}/{{}}", stage.codes[kind]["private"], NOWHERE[kind]) for where, kind in (
                 ("tables/products", "product"), ("tables/organisations", "organisation"), ("weak-points", "product"))),
             ("/demands/{}", stage.pks["demand raised"]["bags private"], 999999), ("/jobs/{}", stage.pks["job"]["bags"], 999999),
             ("/chains/bags/changes/{}", 1, 999999), ("/imports/{}", stage.pks["import"]["mapping"], 999999),
             ("/imports/{}/lines", stage.pks["import"]["mapping"], 999999), ("/imports/{}/result", stage.pks["import"]["mapping"], 999999),
             ("/corrections/{}", stage.pks["correction"]["office"], 999999), ("/views/{}", "private1", "nowhere1"),
             ("/chains/{}/lists", "secret", "nowher"), ("/chains/bags/files/{}", stage.pks["file"]["bags"], 999999)]  # fmt: skip
    for person in ("visitor", "other firm"):
        client = program(stage, person)
        for path, there, missing in pairs:
            answers = [client.get("/api/v1" + path.format(value)) for value in (there, missing)]
            assert [one.status_code for one in answers] == [404, 404], (person, path)
            assert answers[0].content == answers[1].content, (person, path)
            assert {**answers[0].headers} == {**answers[1].headers}, (person, path)


class Undone(Exception):
    pass


def test_every_operation_that_changes_something_is_in_the_table(db):
    changing = {(m, p.removeprefix("/api/v1")) for m in ("post", "put", "patch", "delete") for p in operations(m)} - {
        ("post", "/reconcile/{chain}")
    }
    tabled = set()
    for _, method, address, _ in WRITES:
        for m, path in changing:
            if m == method and re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), address.replace("{", "").replace("}", "")):
                tabled.add((m, path))
    assert changing - tabled == set()


@pytest.mark.slow
def test_who_may_do_what_with_a_token_is_who_may_do_it_on_a_page(stage):
    """Every role, every operation that changes something: denied exactly where the table of deeds denies it."""
    wrong = []
    bring_in(stage)
    nobody = get_user_model().objects.create(username="somebody not of the cast")
    SavedView.objects.create(code="nobodys1", owner=nobody, name="别人的", address="/chains/", kept_at=timezone.now())
    numbers = {"demand": stage.pks["demand listed"]["bags open"], "job": stage.pks["job"]["bags"], "import": stage.pks["import"]["mapping"],
               "correction": stage.pks["correction"]["open"]}  # fmt: skip
    firm = stage.codes["organisation"]["open"]
    for person, (role, _) in CAST.items():
        client = program(stage, person)
        for deed, method, path, body in WRITES:
            may = role in all_deeds().get(deed, ()) and person != "visitor"
            try:
                with transaction.atomic():
                    Usage.objects.all().delete()
                    response = getattr(client, method)(
                        "/api/v1" + path.format(**numbers), json.dumps(body).replace("{firm}", firm), "application/json"
                    )
                    raise Undone
            except Undone:
                denied = response.status_code in (401, 403, 404)
            if denied == may or response.status_code >= 500:
                wrong.append((person, method, path, response.status_code))
    assert wrong == []


def test_a_token_does_only_what_it_is_for_and_a_session_opens_nothing(new_stage, load_classes):
    load_classes(new_stage, ("open",))
    reader = program(new_stage, "officer", "read")
    assert reader.get("/api/v1/chains/bags").status_code == 200
    refused = reader.post("/api/v1/chains/bags/changes", {"tables": {}}, "application/json")
    assert refused.status_code == 403 and refused.json()["refused"][0]["code"] == "access.scope.not_permitted"
    signed_in = new_stage.clients["officer"]
    assert signed_in.get("/api/v1/me").json()["roles"] == [{"role": "visitor", "chain": "", "organisation": ""}]
    assert signed_in.post("/api/v1/chains/bags/changes", {"tables": {}}, "application/json").status_code == 403
    for bad in ("Bearer lianban_x", "Basic eA==", "Basic %", "Digest x", "Bearer"):
        answer = Client(headers={"Authorization": bad}).get("/api/v1/chains")
        assert answer.status_code == 401 and "WWW-Authenticate" in answer.headers, bad
    from lianban.apps.access.models import Token

    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1), made_at=timezone.now() - timedelta(days=1))
    assert reader.get("/api/v1/chains").status_code == 401
