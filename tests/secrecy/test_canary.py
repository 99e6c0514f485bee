"""No word of a class above a reader's clearance in any answer of the site, nor a sign that there is one."""

import io
import re
import zipfile
from collections import deque
from urllib.parse import quote

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from openpyxl import load_workbook

from tests.secrecy import calls, charts, facts, finding, roads, unions, upkeep

READERS = (
    "visitor",
    "own firm",
    "other firm",
    "laboratory",
    "officer",
    "chief",
    "expert",
    "analyst",
    "administrator",
    "supervisor",
)
# One reader for each way of being cleared; the slow crawl takes all of the above.
FEW = ("visitor", "other firm", "analyst")
# The administrator gives roles to organisations, so sees the registry's names there; the journal names things by code.
MEANT = {"administrator": {"/people/": ("organisations.name", "organisation.code"), "/journal/": (".code",)}}
LISTS = ("/chains/bags/products/", "/chains/bags/organisations/", "/chains/bags/demands/", "/chains/bags/sources/",
         "/chains/bags/map/", "/diagnosis/bags/", "/demands/", "/measures/bags/")  # fmt: skip
VARYING = re.compile(
    r'name="(?:csrfmiddlewaretoken|once)" value="[^"]*"|"X-CSRFToken": ?"[^"]*"|\d{4}-\d\d-\d\d \d\d:\d\d'
)


def patterns(resolver: URLResolver | None = None, before: str = "/") -> dict[str, str]:
    """Every address pattern by the name of its view, as ``/chains/<str:chain>/``."""
    found: dict[str, str] = {}
    for one in (resolver or get_resolver()).url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= patterns(one, path)
        elif isinstance(one, URLPattern):
            found[one.lookup_str + "|" + path] = path
    return found


def addresses(stage, *, every_class: bool) -> list[str]:
    """Every pattern with every code and number on the stage, also those no page links to."""
    classes = ("open", "chain", "office", "private") if every_class else ("chain", "private")
    codes = {
        "segments": ["raw"],
        "organisations": ["firm-own", *(stage.codes["organisation"][c] for c in classes)],
        "product": ["film", *(stage.codes["product"][c] for c in classes)],
    }

    def numbers_of(*kinds: str) -> list[int]:
        some = ("bags private", "secret open", "bags")
        return [n for kind in kinds for key, n in stage.pks[kind].items() if every_class or key in some]

    studied = [str(n) for key, n in stage.pks["study"].items() if every_class or "private" in key]
    numbers = {"demands": numbers_of("demand listed", "demand raised"), "answers": numbers_of("answer"),
               "instructions": numbers_of("instruction"), "jobs": numbers_of("job"), "agreements": [stage.pks["agreement"][name] for name in ("bags", "issued")], "diagnosis": list(stage.pks["set"].values())}  # fmt: skip
    found = []
    for view, path in patterns().items():
        if not every_class and view.startswith(("django.", "lianban.apps.parties.views.SignIn")):
            continue
        part = next((part for part in ("segments", "organisations") if f"/{part}/" in path), "product")
        values = {
            "chain": ["bags", "secret"], "code": ["loss_cut"] if "/indicators/" in path else ["pot", "own"] if "/ledger/" in path else codes[part],
            "subject": ["test.ledger:1"], "product": codes["product"], "verb": ["verify"], "number": studied, "action": ["stock:film:30"], "place": ["0"], "name": ["cn-core-2025"],
            "pk": [str(n) for n in numbers.get("answers" if "/answers/" in path else path.split("/")[1], [1])],
        }  # fmt: skip
        made = [path]
        for kind, name in re.findall(r"<(?:(\w+):)?(\w+)>", path):
            key = f"<{kind}:{name}>" if kind else f"<{name}>"
            # What a later mechanism calls its own: addresses with a number or a word that is nothing are asked for too.
            made = [one.replace(key, value) for one in made for value in values.get(name, ["1"])]
        found += made
    lists = [f"{path}?format={form}" for path in LISTS for form in ("csv", "xlsx")]
    views = [f"/diagnosis/bags/?view={view}" for view in ("unknown", "strengths", "all")] + [
        "/diagnosis/bags/?run=1",
        "/diagnosis/bags/?run=2",
    ]
    asked = ["/diagnosis/bags/compare/?before=1&after=2", "/diagnosis/bags/what-if/?cut_origin=JP", "/journal/?verify=1",
             f"/diagnosis/bags/what-if/?halt_product={codes['product'][-1]}", "/chains/bags/map/?node=film", "/rules/?chain=secret"]  # fmt: skip
    if not every_class:
        found = [path for path in found if not ("/secret/" in path and "zq" in path)]
    return [path for path in found if "\\" not in path and "^" not in path] + lists + views + asked + roads_of(stage)


def roads_of(stage) -> list[str]:
    """Both roads and the questions of teams, with every deed's page."""
    return [path for scene in (calls, unions, roads, upkeep, finding, charts, facts) for path in scene.addresses(stage)]


def text_of(response) -> str:
    """Everything that came back: body (a workbook cell by cell) and headers."""
    headers = "\n".join(f"{k}: {v}" for k, v in response.headers.items())
    if response.headers.get("Content-Type", "").endswith("spreadsheetml.sheet"):
        book = load_workbook(io.BytesIO(response.content))
        return headers + "\n".join(str(c.value) for sheet in book for line in sheet.rows for c in line)
    if response.headers.get("Content-Type", "").endswith("wordprocessingml.document"):
        with zipfile.ZipFile(io.BytesIO(response.content)) as word:
            return headers + "\n".join(word.read(n).decode() for n in word.namelist() if n.endswith(".xml"))
    if response.headers.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(response.content)) as package:
            return headers + "".join(package.read(name).decode() for name in package.namelist())
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return headers + body.decode(errors="replace")  # a picture has no words


def crawl(stage, person: str, start: list[str], most: int) -> list[str]:
    """Read every address given and every one linked; say what was read that should not have been, and what broke."""
    client, wrong = stage.clients[person], []
    queue, seen = deque(start), set(start)
    while queue:
        path = queue.popleft()
        response = client.get(path)
        text = text_of(response)
        if response.status_code >= 500:
            wrong.append(f"{path}: {response.status_code}")
        meant = MEANT.get(person, {})
        allowed = next((names for prefix, names in meant.items() if path.startswith(prefix)), ())
        leaks = [
            leak
            for leak in stage.leaks(person, text, known=re.findall(r"zq\d{4}zq", path))
            if not any(n in leak for n in allowed)
        ]
        wrong += [f"{path}: {leak}" for leak in leaks]
        for link in re.findall(r'(?:href|hx-get)="(/[^"#]*)', text):
            link = link.replace("&amp;", "&")
            if len(seen) < most and link not in seen and not link.startswith("/static/"):
                seen.add(link)
                queue.append(link)
    return wrong


@pytest.mark.evidence  # make check crawls as a visitor and as a firm, from the same addresses and further
def test_nobody_reads_above_their_clearance(stage):
    every = addresses(stage, every_class=False)
    wrong = {person: found for person in FEW if (found := crawl(stage, person, every, most=len(every)))}
    assert not wrong, "\n".join(f"{person}: {one}" for person, found in wrong.items() for one in found)


# Those cleared for most read the most pages and have the least to leak: they crawl in make evidence.
CLEARED = ("officer", "chief", "expert", "analyst", "supervisor", "own firm", "laboratory", "administrator")


@pytest.mark.parametrize(
    "person", [pytest.param(p, marks=pytest.mark.evidence if p in CLEARED else pytest.mark.slow) for p in READERS]
)
def test_nobody_reads_above_their_clearance_on_any_page_linked(stage, person):
    assert crawl(stage, person, addresses(stage, every_class=True), most=1500) == []


def test_a_hidden_word_is_not_found_by_searching_or_filtering(stage):
    """What is typed may come back, but the answer to a hidden word is that to a word that is nowhere."""
    for person in FEW:
        hidden_words_are_nowhere(stage, person)


def hidden_words_are_nowhere(stage, person: str) -> None:
    client, nowhere = stage.clients[person], "zq9999zq"
    searched = (
        "products.name (",
        "organisations.name (",
        "demands.title (",
        "chain.name (office",
        "demand.title listed",
        "OrganisationName.name",
        "SavedView.name",
    )
    words = [word for where in searched for word in stage.hidden_from(person, where)]
    boxes = ["/search/?q=", "/chains/bags/products/?q=", "/chains/bags/organisations/?q=", "/chains/bags/demands/?q=",
             "/chains/bags/map/?q=", "/demands/?words=", "/diagnosis/bags/?view=all&q="]  # fmt: skip
    assert words
    for box in boxes:
        plain = VARYING.sub("", client.get(box + nowhere).content.decode())
        for word in words[:: 1 if box == boxes[0] else 4]:
            answer = VARYING.sub("", client.get(box + word).content.decode())
            assert answer.replace(word, nowhere) == plain, (box, stage.told[word])
    for box, where in (("/challenges/?words=", "Challenge.title"), ("/consortia/?words=", "Consortium.name (")):
        plain, word = client.get(box + nowhere).content.decode(), stage.hidden_from(person, where)[-1]
        answer = client.get(box + word).content.decode().replace(word, nowhere)
        assert VARYING.sub("", answer) == VARYING.sub("", plain), (box, stage.told[word])


def test_missing_and_forbidden_answer_alike(stage):
    """The same status and the same page, but for the address."""
    assert {person: found for person in (*FEW, "administrator") if (found := told_apart(stage, person))} == {}


def told_apart(stage, person: str) -> list[tuple]:
    """Addresses of hidden things that answer otherwise than addresses of nothing, and in what."""
    client = stage.clients[person]
    nowhere = {
        "product": "product-zq9999zq",
        "organisation": "organisation-zq9999zq",
        "chain": "nowher",
        "number": "999999",
    }
    private = {kind: stage.codes[kind]["private"] for kind in ("product", "organisation")}
    number = str(stage.pks["demand raised"]["bags private"])
    pairs = [
        ("/chains/{}/", "secret", nowhere["chain"]), ("/diagnosis/{}/", "secret", nowhere["chain"]),
        ("/chains/{}/products/film/", "secret", nowhere["chain"]), ("/chains/{}/map/", "secret", nowhere["chain"]),
        ("/demands/new/{}/", "secret", nowhere["chain"]), ("/rules/?chain={}", "secret", nowhere["chain"]),
        ("/chains/bags/products/{}/", private["product"], nowhere["product"]),
        ("/chains/bags/map/?node={}", private["product"], nowhere["product"]),
        ("/chains/bags/organisations/{}/", private["organisation"], nowhere["organisation"]),
        ("/diagnosis/bags/organisations/{}/", private["organisation"], nowhere["organisation"]),
        ("/diagnosis/bags/points/{}/", private["product"], nowhere["product"]),
        ("/demands/bags/{}/answers/", private["product"], nowhere["product"]),
        ("/demands/bags/{}/can-do/", private["product"], nowhere["product"]),
        ("/timeline/bags/{}/", private["product"], nowhere["product"]),
        ("/diagnosis/bags/what-if/?halt_product={}", private["product"], nowhere["product"]),
        ("/demands/{}/", number, nowhere["number"]),
        ("/instructions/{}/", str(stage.pks["instruction"]["bags private"]), nowhere["number"]),
        ("/diagnosis/bags/scenario-sets/{}/", str(stage.pks["set"]["private"]), nowhere["number"]),
        ("/diagnosis/bags/what-if/?over={}", f"s{stage.pks['set']['private']}", "s999999"),
        ("/diagnosis/bags/studies/{}/", str(stage.pks["study"]["intervals private"]), nowhere["number"]),
        ("/measures/bags/portfolios/{}/", str(stage.pks["study"]["portfolio private"]), nowhere["number"]),
        ("/measures/{}/", "secret", nowhere["chain"]), ("/measures/bags/points/{}/", private["product"], nowhere["product"]),
        ("/jobs/{}/", str(stage.pks["job"]["bags"]), nowhere["number"]),
        *((f"/challenges/{{}}/{tab}", str(stage.pks["challenge"]["hidden"]), nowhere["number"])
          for tab in ("", "versions/1/")),
        *((f"/consortia/{{}}/{tab}", str(stage.pks["consortium"]["hidden"]), nowhere["number"])
          for tab in ("", "scorecard/", "do/describe/")),
        ("/matching/bags/teams/{}/", str(stage.pks["team"]["private"]), nowhere["number"]),
    ]  # fmt: skip
    different = []
    for path, there, missing in pairs:
        if there == "secret" and person == "analyst":
            continue
        answers = []
        for value in (there, missing):
            response = client.get(path.format(quote(value)))
            text = (
                VARYING.sub("", text_of(response))
                .replace(path.format(value), "here")
                .replace(quote(path.format(value), safe=""), "here")
            )
            answers.append(
                (
                    response.status_code,
                    re.sub(r"Content-Length: \d+", "", text).replace(value, value if value.isdigit() else "it"),
                )
            )
        if answers[0] != answers[1]:
            lines = [
                line
                for pair in zip(*(a[1].splitlines() for a in answers), strict=False)
                if len(set(pair)) > 1
                for line in pair
            ]
            different.append((path, answers[0][0], answers[1][0], lines[:4]))
    return different


def test_a_visitor_cannot_tell_that_a_hidden_row_was_added(new_stage, load_classes):
    """Page by page, byte by byte, but for tokens and the time."""
    client = new_stage.clients["visitor"]

    def read() -> dict[str, str]:
        pages = [f"{path}{ask}" for path in LISTS for ask in ("", "?format=csv")]
        pages += ["/", "/chains/", "/chains/bags/", "/chains/bags/map.svg", "/chains/bags/products/film/", "/chains/bags/map/?node=film",
                  "/chains/bags/segments/raw/", "/chains/bags/organisations/firm-own/", "/search/?q=film", "/rules/", "/diagnosis/"]  # fmt: skip
        return {page: VARYING.sub("", client.get(page).content.decode()) for page in pages}

    load_classes(new_stage, ("open",))
    before = read()
    kept = dict(new_stage.told)
    new_stage.told.clear()  # the same words for the same rows
    load_classes(new_stage, ("open", "chain", "office", "private"))
    assert set(kept) <= set(new_stage.told)
    for page, text in read().items():
        assert text == before[page], page
