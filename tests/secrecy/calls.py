"""Challenges on the stage, with a word in every text of them; and every deed of a challenge in the table of who may do what."""

from datetime import timedelta

from lianban.apps.challenges import models
from lianban.apps.challenges.forms import DeedForm
from lianban.apps.challenges.services.proposing import _version
from lianban.apps.challenges.views.deeds import DEEDS
from lianban.apps.challenges.views.pages import _extra
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from tests.secrecy.fills import frozen, row, sent

OUTCOME = {"outcome": "", "demand": ""}


def tell(stage, chain, at, readers):
    """A draft of the office, one of a hidden class that meets its solvers, one that was opened, judged and raced."""
    poster = Organisation.objects.get(code=stage.codes["organisation"]["open"])
    office, private = readers("office", deed="challenges.see"), readers("private", deed="challenges.see")
    draft = _challenge(stage, chain, at, 1, "office", office, office, state="draft", poster=poster)
    met = _challenge(stage, chain, at, 2, "private", readers("private"), private, state="matching", poster=poster, posted_at=at,
                     answers_until=at + timedelta(days=9000))  # fmt: skip
    opened = _opened(stage, chain, at, readers, poster)
    stage.pks["challenge"] = {"draft": draft.pk, "hidden": met.pk, "opened": opened.pk}


def _challenge(stage, chain, at, number, of_class, outer, inner, **columns):
    made = row(
        stage, models.Challenge, of_class, outer, inner, ("opinion", "choice_reason"), chain=chain, number=number,
        product="film", confidentiality=of_class, posted_class=of_class, state_since=at, proposed_at=at, total_fen=120_000_000,
        public_fen=30_000_000, poster_cash_fen=90_000_000, payable_fen=80_000_000, first_user=columns["poster"],
        rules=frozen(chain.code, at.date(), "challenge", "review", "project"), **OUTCOME, **columns,
    )  # fmt: skip
    row(stage, models.Indicator, of_class, outer, challenge=made, position=1, threshold=80)
    row(stage, models.PlannedMilestone, of_class, outer, challenge=made, position=1, months=8, payment_fen=100)
    flag = {"key": "k", "group": "entry", "word": "本市", "start": 0, "end": 2, "why": {"zh": "限制", "en": "limits"}}
    row(stage, models.Condition, of_class, outer, inner, ("written", "basis", "reason"), challenge=made, position=1,
        flags=[flag], decision="change")  # fmt: skip
    row(stage, models.Condition, f"{of_class}, struck out", inner, challenge=made, position=2, decision="remove")
    row(stage, models.StepRecord, of_class, inner, challenge=made, verb="submit", from_state="draft", to_state="collecting",
        role="officer", at=at)  # fmt: skip
    if made.posted:
        _version(made, SYSTEM, at, stage.word("PostedVersion.reason", outer))
        row(stage, models.Question, of_class, outer, challenge=made, asked_on=at.date(), replied_at=at)
    return made


def _opened(stage, chain, at, readers, poster):
    """Two firms of the cast answered and race; the third reads what everybody of its class may."""
    outer, inner = readers("chain"), readers("chain", deed="challenges.see")
    made = _challenge(stage, chain, at, 3, "chain", outer, inner, state="running", poster=poster, posted_at=at, raced=True,
                      notice_from=at.date(), notice_until=at.date(), answers_until=at)  # fmt: skip
    seeing = readers("open", deed="challenges.see_answers")
    gate = row(stage, models.Gate, "chain", outer, challenge=made, number=1, stage="design", due_on=at.date())
    for number, (person, code) in enumerate((("own firm", "firm-own"), ("laboratory", "lab-one")), start=1):
        firm, mine = Organisation.objects.get(code=code), seeing | {person}
        content = {key: stage.word(f"Answer.content {key} of {person}", mine)
                   for key in ("title", "plan", "route", "milestones", "budget", "team", "risk")}  # fmt: skip
        answer = row(
            stage, models.Answer, person, mine, challenge=made, code=f"AAA{number}", organisation=firm, received_at=at, formal=True,
            rank=number, chosen=True, feedback_at=at, content=content | {"asked_fen": 700, "months": 9, "race_consent": True},
        )  # fmt: skip
        lane = row(
            stage, models.Lane, person, inner | {person}, challenge=made, number=number, answer=answer, state="running"
        )
        row(
            stage,
            models.GateFinding,
            person,
            inner | {person},
            gate=gate,
            lane=lane,
            met=False,
            proposed_at=at,
            cost_fen=5,
        )
    row(
        stage,
        models.Objection,
        "chain",
        inner,
        challenge=made,
        raised_at=at,
        due_on=at.date(),
        answered_at=at,
        upheld=False,
    )
    return made


def play(stage, chain, at):
    """For the table: another firm of the cast posts, its own firm answers; everything a deed can be done to is there once."""
    poster, firm = (Organisation.objects.get(code=code) for code in ("firm-other", "firm-own"))
    everybody = frozenset(stage.roles)
    made = _challenge(stage, chain, at, 9, "chain", everybody, everybody, state="publicity", poster=poster, posted_at=at,
                      answers_until=at, notice_until=at.date())  # fmt: skip
    answer = row(stage, models.Answer, "chain", everybody, challenge=made, code="BBBB", organisation=firm, received_at=at,
                 formal=True, rank=1, content={"title": "方案"}, chosen=True)  # fmt: skip
    lane = row(stage, models.Lane, "chain", everybody, challenge=made, number=1, answer=answer)
    gate = row(stage, models.Gate, "chain", everybody, challenge=made, number=1, stage="design", due_on=at.date())
    finding = row(stage, models.GateFinding, "chain", everybody, gate=gate, lane=lane, met=True, proposed_at=at)
    objection = row(
        stage, models.Objection, "chain", everybody, answer="", challenge=made, raised_at=at, due_on=at.date()
    )
    items = {models.Answer: answer, models.Lane: lane, models.GateFinding: finding, models.Objection: objection,
             models.Condition: made.conditions.first(), models.Question: made.questions.first()}  # fmt: skip
    stage.pks["called"] = {"challenge": made, "items": items}


BUREAU, POSTER = frozenset({"science_bureau"}), frozenset({"other firm"})
OFFICE = frozenset({"officer", "office_head"})
SOLVERS = frozenset({"own firm", "other firm", "laboratory"})
BOTH, LEGAL = OFFICE | BUREAU, frozenset({"legal_unit"})
# Who may do each deed, said here once more and by persons: the poster of this challenge is the other firm.
WHO = {
    "submit": OFFICE, "collect": BUREAU, "recommend": frozenset({"lead_department"}), "argue": BUREAU, "send_back": BUREAU,
    "drop": BOTH, "basis": BOTH, "decide_condition": LEGAL, "clear": LEGAL, "decide_posting": BUREAU, "post": BUREAU,
    "invite": BUREAU, "adjust": BUREAU, "move_deadline": BUREAU, "ask": SOLVERS, "reply": BOTH | POSTER, "open": BOTH, "check": BOTH,
    "finish_check": BOTH, "convene": BUREAU, "seat": BUREAU, "lay_open": BUREAU, "finish_review": BUREAU, "opine": POSTER,
    "choose": BUREAU, "race": BUREAU, "void": BUREAU, "feedback": BOTH, "object": SOLVERS | OFFICE | {"expert", "lead_department"},
    "answer_objection": BUREAU | {"supervisor"}, "end_publicity": BUREAU, "choose_again": BUREAU, "draft_papers": BOTH,
    "papers": BOTH, "sign": BOTH, "fall_through": BUREAU, "pay": BUREAU, "finding": BOTH, "confirm": BUREAU | {"office_head"},
    "win": BUREAU | {"office_head"}, "put_back": BUREAU | {"office_head"}, "leave": BOTH, "finish_run": BOTH, "accept": BUREAU, "end": BUREAU, "archive": BOTH,
}  # fmt: skip


def deeds(stage):
    """Every deed by its address: its word, who may, the address, good data."""
    made, items = stage.pks["called"]["challenge"], stage.pks["called"]["items"]
    found = []
    for verb, deed in DEEDS.items():
        form = DeedForm(None, fields=deed.fields, **_extra(made, verb))
        about = f"{items[deed.row].pk}/" if deed.row else ""
        found.append((f"challenges {verb}", WHO[verb], f"/challenges/{made.pk}/do/{verb}/{about}", sent(form)))
    return found


def addresses(stage):
    """Addresses that take more than a number: versions, answers, every deed of every row of what was opened."""
    found = []
    for pk in stage.pks["challenge"].values():
        made = models.Challenge.objects.get(pk=pk)
        rows = {models.Condition: made.conditions.all(), models.Question: made.questions.all(), models.Answer: made.answers.all(),
                models.Lane: made.lanes.all(), models.Objection: made.objections.all(),
                models.GateFinding: models.GateFinding.objects.filter(lane__challenge=made)}  # fmt: skip
        at = f"/challenges/{pk}"
        found += [f"{at}/", f"{at}/versions/1/", f"{at}/write/", f"{at}/answer/"]
        found += [f"{at}/answers/{one.pk}/" for one in made.answers.all()]
        found += [
            f"{at}/do/{verb}/" + (f"{one.pk}/" if one else "")
            for verb, deed in DEEDS.items()
            for one in (rows[deed.row] if deed.row else [None])
        ]
    return [*found, "/challenges/?format=csv", "/challenges/?format=xlsx", "/challenges/?state=open"]
