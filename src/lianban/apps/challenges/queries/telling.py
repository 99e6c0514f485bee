"""What waits for a person, and what happened to a product."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from lianban.apps.atlas.models import Chain
from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge, Condition, GateFinding, Objection, Question
from lianban.apps.challenges.queries.desk import can_see_inside, may_do, owed
from lianban.apps.challenges.queries.listing import of_product, posters_people, visible
from lianban.apps.parties.rules import Actor
from lianban.kit import money
from lianban.kit.text import Text
from lianban.kit.waiting import Event, Waiting

SECTION = Text("揭榜挂帅", "Open challenges")
RAN_ON = ("running", "following")  # these wait for others' work, not for a press of a button


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Steps, conditions, questions, objections and findings that wait for this reader; five statements."""
    if not actor.signed_in:
        return []
    known = {row.pk: row for row in visible(actor).exclude(state__in=rules.steps.ENDS)}
    return [
        *_steps(known, actor),
        *_conditions(known, actor),
        *_questions(known, actor),
        *_objections(known, actor),
        *_findings(known, actor),
    ]


def _item(row: Challenge, name: Text, what: str, due_on: date | None, anchor: str = "") -> Waiting:
    about = Text(row.title, row.title_en or row.title)
    url = reverse("challenges:show", args=[row.pk]) + anchor
    return Waiting(SECTION, name, url, about, f"{row.reference}:{what}", due_on)


def _steps(known: dict[int, Challenge], actor: Actor) -> list[Waiting]:
    now, found = timezone.now(), []
    for row in known.values():
        next_step = owed(row, actor, now)
        taking = row.state == "answering" and row.answers_until is not None and now <= row.answers_until
        if next_step and next_step.yours and not taking and row.state not in RAN_ON:
            found.append(_item(row, next_step.name, row.state, row.due_on, "#next"))
    return found


def _conditions(known: dict[int, Challenge], actor: Actor) -> list[Waiting]:
    rows = Condition.objects.filter(challenge__in=known, basis="", decision="").exclude(flags=[])
    wanted = {row.challenge_id for row in rows if known[row.challenge_id].state in ("legal_check", "draft")}
    name = Text("写明条件的法律依据", "give the legal basis of a condition")
    return [
        _item(known[pk], name, "basis", None, "#conditions")
        for pk in sorted(wanted)
        if actor.may("challenges.give_basis", known[pk].chain.code)
    ]


def _questions(known: dict[int, Challenge], actor: Actor) -> list[Waiting]:
    wanted = set(Question.objects.filter(challenge__in=known, reply="").values_list("challenge_id", flat=True))
    name = Text("答复提问", "reply to a question")
    return [
        _item(known[pk], name, "question", known[pk].due_on, "#questions")
        for pk in sorted(wanted)
        if actor.may("challenges.reply", known[pk].chain.code) or posters_people(known[pk], actor)
    ]


def _objections(known: dict[int, Challenge], actor: Actor) -> list[Waiting]:
    rows = Objection.objects.filter(challenge__in=known, upheld=None)
    name = Text("答复异议", "answer an objection")
    return [
        _item(known[row.challenge_id], name, f"objection:{row.pk}", row.due_on, "#objections")
        for row in rows
        if actor.may("challenges.answer_objection", known[row.challenge_id].chain.code)
    ]


def _findings(known: dict[int, Challenge], actor: Actor) -> list[Waiting]:
    rows = GateFinding.objects.filter(lane__challenge__in=known, confirmed_by="").exclude(proposed_by=actor.reference)
    name = Text("确认赛马阶段结论", "confirm the finding at a gate")
    return [
        _item(known[pk], name, f"finding:{finding}", None, "#lanes")
        for finding, pk in rows.values_list("pk", "lane__challenge_id")
        if actor.may("challenges.confirm_gate", known[pk].chain.code)
    ]


TOLD_TO_ALL = ("post", "open", "choose", "race", "end_publicity", "accept", "void", "end")


def story(actor: Actor, chain: Chain, product: str) -> list[Event]:
    """Every step of every challenge on a product: outsiders read of the public ones; one statement and one a challenge."""
    found = []
    for row in of_product(actor, chain.code, product):
        inside = can_see_inside(row, actor)
        url = reverse("challenges:show", args=[row.pk])
        if inside:
            found.append(
                Event(row.proposed_at, row.proposed_by, Text("起草榜单建议", "a challenge was drafted"), row.title, url)
            )
        for one in row.records.filter(Q() if inside else Q(verb__in=TOLD_TO_ALL)):
            what = rules.STATES.moves[one.verb].name if one.verb in rules.STATES.moves else Text(one.verb, one.verb)
            note = one.note if inside else ""
            found.append(Event(one.at, one.by if inside else "", Text(f"揭榜挂帅：{what.zh}", f"open challenge: {what.en}"), note or row.title, url))  # fmt: skip
        if row.raced:
            found += _of_race(row, actor, inside, url)
    return found


def _of_race(row: Challenge, actor: Actor, inside: bool, url: str) -> list[Event]:
    """Findings at the gates, with who is out and what it is paid: for those who follow the work, a team for itself; one statement."""
    findings = GateFinding.objects.filter(lane__challenge=row, confirmed_at__isnull=False)
    if not inside:
        findings = findings.filter(lane__answer__organisation__code__in=actor.organisations)
    return [
        Event(one.confirmed_at, one.confirmed_by if inside else "", _found_at(one), one.reason, url)
        for one in findings.select_related("gate", "lane__answer__organisation").order_by("confirmed_at")
        if one.confirmed_at
    ]


def _found_at(one: GateFinding) -> Text:
    team = one.lane.answer.organisation
    passed = Text("通过", "passed") if one.met else Text("未通过，退出赛马", "did not pass and is out")
    paid = money.shown(one.compensation_fen) if one.compensation_fen else None
    zh = f"赛马：{team.name}{passed.zh}（{one.gate.landmark}）" + (f"，补偿 {paid.zh}" if paid else "")
    en = f"race: {team.name_en or team.name} {passed.en} ({one.gate.landmark})" + (
        f", compensation {paid.en}" if paid else ""
    )
    return Text(zh, en)


__all__ = ["may_do", "story", "waiting"]
