"""A stage where every text of every class carries a word of its own, and a cast of every role.

A word looks like ``zq0017zq``. ``stage.allowed[word]`` says which people may read it and ``stage.told[word]`` where it
stands, so a test only has to look for words in what came back.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package
from lianban.apps.atlas.models import Chain
from lianban.apps.cases.models import Instruction, Minutes, Reply
from lianban.apps.demands.models import CanDo, RaisedDemand
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.diagnosis.models import HandlingStep, WeakPoint
from lianban.apps.jobs.models import Job
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import CLEARANCE, ROLES
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.chain.dictionary import TABLES
from lianban.kit.confidentiality import CONFIDENTIALITY
from lianban.kit.mechanisms import all_deeds
from lianban.kit.text import Text
from tests.secrecy import calls, charts, deliveries, facts, finding, papers, roads, studies, unions, upkeep

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = date(2026, 10, 31)
WORD = re.compile(r"zq\d{4}zq")
OWN_FIRM, BYSTANDER, LABORATORY = "firm-own", "firm-other", "lab-one"
# Who acts: a name, the role, the organisation.
CAST = {
    "visitor": ("visitor", ""),
    "own firm": ("enterprise", OWN_FIRM),
    "other firm": ("enterprise", BYSTANDER),
    "laboratory": ("laboratory", LABORATORY),
    **{role: (role, "") for role in ROLES if role not in ("visitor", "enterprise", "laboratory")},
}
# What a code of a row is filled with, and texts that mean something and so cannot be any word.
FIXED = {"currency", "place", "origin", "present_origin", "credit_code", "home", "scope", "item", "since", "address"}


def clearance(person: str) -> int:
    return CONFIDENTIALITY.index(CLEARANCE[CAST[person][0]])


def readers(of_class: str, *, deed: str = "", also: Iterable[str] = ()) -> frozenset[str]:
    """Who may read a class: by clearance, and with a deed only those of them who may do it."""
    able = all_deeds().get(deed, ())
    by_class = {p for p in CAST if clearance(p) >= CONFIDENTIALITY.index(of_class) and (not deed or CAST[p][0] in able)}
    return frozenset(by_class | set(also))


@dataclass
class Stage:
    """What was put where, and who is there."""

    told: dict[str, str] = field(default_factory=dict)
    allowed: dict[str, frozenset[str]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    pks: dict[str, dict[str, int]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=lambda: {person: role for person, (role, _) in CAST.items()})
    firms: dict[str, str] = field(default_factory=lambda: {person: firm for person, (_, firm) in CAST.items()})

    def enter_again(self, person: str) -> None:
        """Sign somebody in (anew)."""
        if CAST[person][0] != "visitor":
            self.clients[person].force_login(get_user_model().objects.get(username=person))

    def word(self, where: str, allowed: frozenset[str]) -> str:
        new = f"zq{len(self.told):04d}zq"
        self.told[new], self.allowed[new] = where, allowed
        return new

    def leaks(self, person: str, text: str, *, known: Iterable[str] = ()) -> list[str]:
        """Words in a text that this person may not read, told by where they stand."""
        found = set(WORD.findall(text)) - set(known)
        return sorted(self.told[w] for w in found if w in self.told and person not in self.allowed[w])

    def hidden_from(self, person: str, where: str = "") -> list[str]:
        return [w for w, allowed in self.allowed.items() if person not in allowed and where in self.told[w]]


def _texts(stage: Stage, table: str, of_class: str, allowed: frozenset[str]) -> dict[str, str]:
    """A word for every text column that takes any text."""
    return {
        c.name: stage.word(f"{table}.{c.name} ({of_class})", allowed)
        for c in TABLES[table].columns
        if c.type == "string" and not c.enum and not c.references and not c.is_key and c.name not in FIXED
    }


def _row(
    stage: Stage, table: str, of_class: str, allowed: frozenset[str] | None = None, /, **columns: Any
) -> dict[str, Any]:
    allowed = allowed or readers(of_class)
    fact = {"observed_on": DAY, "confidence": "high", "confidentiality": of_class, "source": f"s-{of_class}"}
    return {**_texts(stage, table, of_class, allowed), **fact, **columns}


def _code(stage: Stage, kind: str, of_class: str, allowed: frozenset[str]) -> str:
    code = f"{kind}-{stage.word(f'{kind}.code ({of_class})', allowed)}"
    stage.codes.setdefault(kind, {})[of_class] = code
    return code


def tables(
    stage: Stage, classes: Iterable[str], *, chain: str = "bags", above: str = "open"
) -> dict[str, list[dict[str, Any]]]:
    """One chain: a bag needs film from abroad; one row of each table and each class beside it."""

    def row(table: str, of_class: str, allowed: frozenset[str] | None = None, /, **columns: Any) -> dict[str, Any]:
        narrower = max(of_class, above, key=CONFIDENTIALITY.index)
        return _row(stage, table, of_class, allowed or readers(narrower), **columns)

    def plain(**columns: Any) -> dict[str, Any]:
        return {"source": "s-open", "observed_on": DAY, "confidence": "high", "confidentiality": "open", **columns}

    def home_supply(product: str, share: float, **who: Any) -> dict[str, Any]:
        return plain(product=product, share=share, share_of="home_supply", stage="stable_volume", **who)

    firms = [(OWN_FIRM, "自家公司"), (BYSTANDER, "旁观公司"), (LABORATORY, "一号实验室")]
    found: dict[str, list[dict[str, Any]]] = {
        "chain": [{**_texts(stage, "chain", above, readers(above)), "code": chain, "home": "CN", "data_date": DAY}],
        "segments": [{"code": "raw", "name": "材料", "stage": 1}, {"code": "end", "name": "制造", "stage": 2}],
        "products": [
            plain(code="film", name="膜材", name_en="film", segment="raw"),
            plain(code="bag", name="袋", name_en="bag", segment="end", final=True),
        ],
        "inputs": [plain(product="bag", input="film", essential="yes", cost_share=0.4)],
        "organisations": [plain(code=code, name=name, kind="firm", place="320500") for code, name in firms],
        "production": [home_supply("film", 0.9, origin="JP"), home_supply("film", 0.1, origin="US"),
                       home_supply("bag", 1.0, organisation=OWN_FIRM)],
        "assessments": [plain(product="film", item="level", value="L1", voice="expert", assessor="专家组")],
        "supplies": [], "demands": [], "parameters": [], "indicators": [], "sources": [],
    }  # fmt: skip
    for c in classes:
        narrower = max(c, above, key=CONFIDENTIALITY.index)
        product, firm = (
            _code(stage, "product", c, readers(narrower)),
            _code(stage, "organisation", c, readers(narrower)),
        )
        found["products"].append(row("products", c, code=product, segment="raw"))
        found["products"].append(row("products", c, code=f"{product}-kind", segment="raw", parent=product))
        found["organisations"].append(row("organisations", c, code=firm, kind="firm", place="320500"))
        about = {"product": "film"}
        found["inputs"] += [row("inputs", c, product="bag", input=product, essential="yes", cost_share=0.1),
                            row("inputs", c, product=product, input="film", essential="no")]  # fmt: skip
        found["production"] += [row("production", c, **about, organisation=firm, stage="pilot"),
                                row("production", c, product=product, origin="DE", stage="stable_volume", share=1.0, share_of="home_supply")]  # fmt: skip
        found["supplies"].append(
            row("supplies", c, **about, supplier=firm, buyer=OWN_FIRM if c == "open" else firm, value=3.0, unit="万元")
        )
        found["demands"] += [row("demands", c, **about, raised_by=firm), row("demands", c, raised_by=firm),
                             row("demands", c, product=product, raised_by=firm)]  # fmt: skip
        found["assessments"] += [row("assessments", c, **about, item="pain", voice="firm"),
                                 row("assessments", c, product=product, item="level", value="L0")]  # fmt: skip
        found["parameters"].append(row("parameters", c, **about, item="stock_days", value=30.0, unit="天"))
        found["indicators"] += [row("indicators", c, **about, item="import_price", value=3.0),
                                row("indicators", c, segment="raw", item="import_price", value=4.0)]  # fmt: skip
        texts = _texts(stage, "sources", c, readers(narrower))
        address = f"https://example.org/{stage.word(f'sources.address ({c})', readers(narrower))}"
        found["sources"].append({**texts, "code": f"s-{c}", "kind": "survey", "confidentiality": c, "address": address})
    return found


def _own_rows(stage: Stage, found: dict[str, list[dict[str, Any]]]) -> None:
    """Private rows of one firm, which it may read itself."""
    own = readers("private", also=["own firm"])
    found["production"].append(
        _row(stage, "production", "private", own, product="film", organisation=OWN_FIRM, stage="pilot")
    )
    found["demands"].append(_row(stage, "demands", "private", own, product="film", raised_by=OWN_FIRM))


def load(stage: Stage, classes: Iterable[str] = CONFIDENTIALITY) -> Chain:
    found = tables(stage, classes)
    if "private" in classes:
        _own_rows(stage, found)
    return atlas.load_package(chain=Package.from_tables(found, name="bags"), by=SYSTEM, at=NOW)


def say_on_site(stage: Stage, chain: Chain, *, above: str = "open") -> None:
    """Demands, answers, instructions, minutes: one of each class, a word in every text."""
    for c in CONFIDENTIALITY:
        narrower = max(c, above, key=CONFIDENTIALITY.index)
        firm = Organisation.objects.get(code=stage.codes["organisation"][c])
        everyone, desk = readers(narrower), readers(narrower, deed="cases.read_report")

        def word(what: str, who: frozenset[str], c: str = c) -> str:
            return stage.word(f"{chain.code}: {what} ({c})", who)

        for state in ("listed", "raised"):
            who = everyone if state == "listed" else readers(narrower, deed="demands.see_unlisted")
            texts = ("title", "grade", "required_indicators", "present_supplier", "quantity_unit", "scenario",
                     "purchase_intention", "return_reason", "verified_basis", "met_note")  # fmt: skip
            raised = RaisedDemand.objects.create(
                chain=chain, organisation=firm, product="film", state=state, confidentiality=c, raised_by="user:0",
                raised_at=NOW, **{name: word(f"demand.{name} {state}", who) for name in texts},
            )  # fmt: skip
            stage.pks.setdefault(f"demand {state}", {})[f"{chain.code} {c}"] = raised.pk
        can = CanDo.objects.create(
            chain=chain, product="film", organisation=firm, confidentiality=c, stated_by="user:0", stated_at=NOW,
            sentence=word("answer.sentence", everyone), evidence=word("answer.evidence", everyone),
        )  # fmt: skip
        stage.pks.setdefault("answer", {})[f"{chain.code} {c}"] = can.pk
        told = Instruction.objects.create(
            chain=chain, product="film", text=word("instruction.text", desk), given_on=DAY, given_by="user:0",
            given_at=NOW, confidentiality=c, state="answered",
        )  # fmt: skip
        Reply.objects.create(
            instruction=told, verb="reply", text=word("reply.text", desk), by="user:0", role="officer", at=NOW
        )
        stage.pks.setdefault("instruction", {})[f"{chain.code} {c}"] = told.pk
        Minutes.objects.create(chain=chain, held_on=DAY, title=word("minutes.title", desk), text=word("minutes.text", desk),
                               confidentiality=c, recorded_by="user:0", recorded_at=NOW)  # fmt: skip


def handle(stage: Stage, chain: Chain) -> None:
    """Weak points with words in every column: film is the office's, the private product is the officers'."""
    for code, c in (("film", "office"), (stage.codes["product"]["private"], "private")):
        texts = (
            "benchmark",
            "gap",
            "route_note",
            "lead_department",
            "responsible_unit",
            "responsible_person",
            "progress",
            "evidence",
        )
        point, _ = WeakPoint.objects.update_or_create(
            chain=chain, product_code=code,
            defaults={name: stage.word(f"weak_point.{name} ({c})", readers(c)) for name in texts}
            | {"status": "acting", "due_on": DAY, "confidentiality": c, "raised_at": NOW, "changed_at": NOW, "route": "tackle"},
        )  # fmt: skip
        HandlingStep.objects.create(weak_point=point, verb="report", from_status="acting", to_status="acting", actor="user:0",
                                    at=NOW, note=stage.word(f"step.note ({c})", readers(c)))  # fmt: skip


@pytest.fixture
def new_stage(db: None) -> Stage:
    """The cast alone."""
    stage = Stage()
    for code in (OWN_FIRM, BYSTANDER, LABORATORY):
        names = {OWN_FIRM: "自家公司", BYSTANDER: "旁观公司", LABORATORY: "一号实验室"}
        Organisation.objects.get_or_create(code=code, defaults={"name": names[code], "kind": "firm", "place": "320500"})
    for person, (role, organisation) in CAST.items():
        client = Client(raise_request_exception=False)
        if role != "visitor":
            firm = Organisation.objects.get(code=organisation) if organisation else None
            open_account(username=person, password="long-enough-1", shown_name=role, role=role,
                                 starts_on=DAY - timedelta(days=300), by=SYSTEM, at=NOW, organisation=firm)  # fmt: skip
        stage.clients[person] = client
        stage.enter_again(person)
    return stage


@pytest.fixture
def stage(new_stage: Stage) -> Stage:
    """Everything of every class, diagnosed for the office and for those who may read all; and a chain that is hidden."""
    chain = load(new_stage)
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=NOW)
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=NOW, data_class="private")
    handle(new_stage, chain)
    say_on_site(new_stage, chain)
    studies.tell(new_stage, chain, NOW, readers)
    codes = {kind: dict(found) for kind, found in new_stage.codes.items()}
    hidden = tables(new_stage, CONFIDENTIALITY, chain="secret", above="office")
    other = atlas.load_package(
        chain=Package.from_tables(hidden, name="secret"), by=SYSTEM, at=NOW, confidentiality="office"
    )
    diagnosis.diagnose_now(chain=other, by=SYSTEM, at=NOW)
    say_on_site(new_stage, other, above="office")
    new_stage.codes = codes
    word = new_stage.word("job.message (asker only)", frozenset())
    job = Job.objects.create(kind="diagnosis.run", arguments={"chain": "bags", "scope": "nation"}, asked_by="user:0",
                             asked_at=NOW, state="failed", message={"zh": word, "en": word})  # fmt: skip
    new_stage.pks["job"] = {"bags": job.pk}
    keep_books(new_stage)
    deliveries.tell(new_stage, chain, NOW, readers)
    for scene in (papers, calls, unions, roads, upkeep, finding, charts, facts):
        scene.tell(new_stage, chain, NOW, readers)
    return new_stage


def keep_books(stage: Stage) -> None:
    """A pot that only readers of the books know, an account that its firm knows too, a notice for one person."""
    from lianban.apps.ledger import services as ledger
    from lianban.apps.notices import services as notices

    office, told = readers("open", deed="ledger.see"), {"by": SYSTEM, "at": NOW}
    both = office | {"own firm"}
    names = {"outside": stage.word("ledger: name of the source", both), "pot": stage.word("ledger: name of the pot", office),
             "own": stage.word("ledger: name of the firm's account", both)}  # fmt: skip
    kinds = {"outside": "source", "pot": "pot", "own": "payee"}
    for code, name in names.items():
        ledger.open_account(code=code, name=Text(name, name), kind=kinds[code], chain="bags", may_be_negative=code == "outside",
                            organisation=Organisation.objects.get(code=OWN_FIRM) if code == "own" else None, **told)  # fmt: skip
    for n, (target, seen) in enumerate((("pot", office), ("own", both))):
        memo = stage.word(f"ledger: memo of the payment to {target}", seen)
        ledger.post(
            key=f"stage-{n}",
            kind="contribution",
            movements=[("outside", target, 77)],
            subject="test.ledger:1",
            memo=memo,
            **told,
        )
    word = stage.word("notice (to the firm only)", frozenset({"own firm"}))
    notices.tell(what=Text(word, word), url="/", users=[get_user_model().objects.get(username="own firm").pk], at=NOW)


@pytest.fixture
def load_classes() -> Callable[..., Chain]:
    """Load the chain with rows of some classes only."""
    return load
