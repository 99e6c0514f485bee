"""Consortia on the stage, with a word in every text of them; and every deed of a consortium in the table of who may do what."""

from datetime import timedelta

from lianban.apps.consortia import models
from lianban.apps.consortia.views.deeds import DEEDS
from lianban.apps.parties.models import Organisation
from tests.secrecy.fills import frozen, row, sent

INNER = {"lead_source", "end_note"}  # of a consortium; the rest of its words are for all who may know of it


def tell(stage, chain, at, readers):
    """One of a hidden class; one of the chain's, of which the own firm is a member; one not filed, to which another is invited."""
    lead = Organisation.objects.get(code=stage.codes["organisation"]["open"])
    inside = {c: readers(c, deed="consortia.see_inside") for c in ("chain", "private")}
    own = inside["chain"] | {"own firm"}
    hidden = _whole(stage, chain, at, "private", readers("private"), inside["private"], lead, filed_on=at.date())
    joined = _whole(stage, chain, at, "chain", readers("chain"), own, lead, filed_on=at.date(), member="firm-own")
    asked = inside["chain"] | {"other firm"}
    invited = _whole(
        stage, chain, at, "chain", asked, inside["chain"], lead, state="proposed", member="firm-other", came="invited"
    )
    stage.pks["consortium"] = {"hidden": hidden.pk, "joined": joined.pk, "invited": invited.pk}


def _whole(stage, chain, at, of_class, outer, inner, lead, *, state="operating", member="", came="acceded", **columns):
    """A consortium with every kind of row under it. Nobody of the cast acts for its lead."""
    day = at.date()
    made = row(stage, models.Consortium, of_class, outer, inner, INNER, chain=chain, confidentiality=of_class, state=state,
               model="market_driven", form="agreement", proposed_at=at, lead_revenue_fen=123_456_789,
               rules=frozen(chain.code, day, "consortium", "project", "agreement"), **columns)  # fmt: skip
    first = _member(stage, made, of_class, outer, inner, lead, at, role="lead", state="acceded")
    if member:
        who = Organisation.objects.get(code=member)
        _member(stage, made, of_class, outer, inner, who, at, role="first_user", state=came)
    row(stage, models.Filing, of_class, outer, inner, ("reason",), consortium=made, kind="first", submitted_at=at,
        due_on=day)  # fmt: skip
    shown = row(stage, models.Topic, of_class, outer, consortium=made, number=1, kind="process", product="film",
                first_user=first, lead=first, deadline=day, confidentiality=of_class, state="passed", proposed_at=at,
                indicators=[{"name": stage.word(f"Topic.indicator ({of_class})", outer)}])  # fmt: skip
    row(stage, models.Topic, f"{of_class}, proposed", inner, consortium=made, number=2, kind="process", product="film",
        first_user=first, lead=first, deadline=day, confidentiality=of_class, state="proposed", proposed_at=at)  # fmt: skip
    row(stage, models.Task, of_class, inner, topic=shown, number=1, member=first, due_on=day)
    _council(stage, made, of_class, inner, first, at)
    _books(stage, made, of_class, inner, first, shown, at)
    scores = {"topics": {"points": 1, "reason": stage.word(f"Evaluation.scores ({of_class})", inner)}}
    year = row(stage, models.Evaluation, of_class, inner, consortium=made, year=2025, scores=scores, points=60, grade="C",
               appeal_until=day, graded_at=at)  # fmt: skip
    row(stage, models.Rectification, of_class, inner, evaluation=year, due_on=day, ordered_at=at)
    return made


def _member(stage, made, of_class, outer, inner, organisation, at, **columns):
    able = [stage.word(f"Member.capabilities ({of_class})", outer)]
    member = row(stage, models.Member, of_class, outer, inner, ("reason", "handed_over"), consortium=made, organisation=organisation,
                 invited_at=at, capabilities=able, agreed_share="0.5", **columns)  # fmt: skip
    row(stage, models.Licence, of_class, inner, member=member, stated_at=at)
    return member


def _council(stage, made, of_class, inner, first, at):
    goal = {name: stage.word(f"Roadmap.{name} ({of_class})", inner) for name in ("goal", "measure")}
    roadmap = row(stage, models.Roadmap, of_class, inner, consortium=made, version=1, drawn_at=at,
                  items=[{**goal, "by": "2027-01-01", "budget_fen": 5}])  # fmt: skip
    meeting = row(stage, models.Meeting, of_class, inner, consortium=made, number=1, held_on=at.date(), called_at=at,
                  votes_until=at + timedelta(days=9000))  # fmt: skip
    motion = row(stage, models.Motion, of_class, inner, meeting=meeting, kind="roadmap", roadmap=roadmap, put_at=at)
    models.Presence.objects.create(meeting=meeting, member=first, by="user:0", at=at)
    models.Vote.objects.create(motion=motion, member=first, choice="for", by="user:0", at=at)


def _books(stage, made, of_class, inner, first, topic, at):
    day = at.date()
    row(
        stage,
        models.Contribution,
        of_class,
        inner,
        member=first,
        kind="cash",
        amount_fen=700,
        due_on=day,
        pledged_at=at,
    )
    for kind in ("public", "income"):
        row(
            stage,
            models.Receipt,
            of_class,
            inner,
            consortium=made,
            kind=kind,
            topic=topic,
            amount_fen=5,
            received_on=day,
            at=at,
        )
    row(stage, models.Split, of_class, inner, consortium=made, number=1, amount_fen=9, ways=[], computed_at=at)


def play(stage, chain, at):
    """For the table: the own firm leads, another firm of the cast is a member, the laboratory is invited."""
    everybody = frozenset(stage.roles)
    lead = Organisation.objects.get(code="firm-own")
    made = _whole(stage, chain, at, "chain", everybody, everybody, lead, member="firm-other", filed_on=at.date())
    _member(
        stage,
        made,
        "chain",
        everybody,
        everybody,
        Organisation.objects.get(code="lab-one"),
        at,
        role="first_user",
        state="invited",
    )
    stage.pks["united"] = {"consortium": made}


LEAD, MEMBER, INVITED = frozenset({"own firm"}), frozenset({"other firm"}), frozenset({"laboratory"})
MEMBERS, BUREAU = LEAD | MEMBER, frozenset({"science_bureau"})
WATCHERS = frozenset({"officer", "office_head"})
# Who may do each deed, said here once more and by persons. Rows are the first of their kind: the lead's own.
WHO = {
    "answer": LEAD, "answer-filing": BUREAU, "accede": LEAD, "notice": LEAD, "stay": LEAD, "hand-over": LEAD, "licence": LEAD,
    "leave": LEAD, "attend": MEMBERS, "put": MEMBERS, "vote": MEMBERS, "decide": MEMBERS, "withdraw-motion": LEAD, "pledge": LEAD,
    "report": LEAD, "confirm": WATCHERS, "return": WATCHERS, "public": BUREAU, "grade": BUREAU, "answer-appeal": BUREAU,
    "settle": BUREAU, "judge": BUREAU,
}  # fmt: skip
OF_ANOTHER = {"answer": INVITED, "notice": MEMBER, "pledge": MEMBER}  # the same deeds to another's row
LINES = {"items": "目标｜衡量｜2027-06-30", "indicators": "纯度｜>=｜99｜%｜示例方法"}


def deeds(stage):
    """Every deed by its address: its word, who may (the lead where nothing is said), the address, good data."""
    made, found = stage.pks["united"]["consortium"], []
    for word, deed in DEEDS.items():
        rows = list(deed.rows(made).order_by("pk")) if deed.rows else [None]
        others = {"answer": rows[-1:], "notice": rows[1:2], "pledge": rows[1:2]}.get(word, [])
        for one, who in [(rows[0], WHO.get(word, LEAD)), *((other, OF_ANOTHER[word]) for other in others)]:
            form = deed.form(None, consortium=made, row=one or made, asked={}) if deed.form else None
            data = {name: LINES.get(name, value) for name, value in sent(form).items()}
            if word == "invite":
                data["organisation"] = stage.codes["organisation"]["chain"]
            about = f"{one.pk}/" if one else ""
            found.append((f"consortia {word}", who, f"/consortia/{made.pk}/do/{word}/{about}", data))
    return found


TABS = ("", "members/", "topics/", "council/", "money/", "benefits/", "evaluation/", "scorecard/", "lists/")


def addresses(stage):
    """Every tab, and every deed of every row, of each consortium."""
    found = []
    for pk in stage.pks["consortium"].values():
        made, at = models.Consortium.objects.get(pk=pk), f"/consortia/{pk}"
        found += [f"{at}/{tab}" for tab in TABS]
        found += [
            f"{at}/do/{word}/" + (f"{one.pk}/" if one else "")
            for word, deed in DEEDS.items()
            for one in (deed.rows(made) if deed.rows else [None])
        ]
    return [*found, "/consortia/?format=csv", "/consortia/?format=xlsx"]
