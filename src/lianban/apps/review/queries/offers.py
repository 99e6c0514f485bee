"""Ask first, then act: every reason against a step, the same for the button that shows it and the service that does it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lianban.apps.review import rules
from lianban.apps.review.models import Draw, Hit, Item, Panel, Score, Seat
from lianban.apps.review.queries.conflicts import new_hits
from lianban.apps.review.queries.reading import content_of
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


def confirm(panel: Panel, on: date) -> list[Refusal]:
    """Against confirming; some ten statements."""
    seats = list(Seat.objects.filter(panel=panel, active=True))
    hits = list(Hit.objects.filter(seat__in=seats).values_list("state", "seat"))
    upheld = len({seat for state, seat in hits if state == "upheld"})  # a seat may have several hits
    size = rules.size_of(panel.kept_rules, panel.amount_fen, panel.group)
    return [
        *rules.STATES.refusals(panel.state, "confirm"),
        *rules.confirm_refusals(
            size, [seat.kind for seat in seats], undeclared=sum(seat.declared_at is None for seat in seats),
            open_hits=sum(state == "open" for state, _ in hits), upheld=upheld, chair=any(seat.chair for seat in seats),
        ),
        *nothing_new(panel, on),
    ]  # fmt: skip


def nothing_new(panel: Panel, on: date) -> list[Refusal]:
    """Before every stage: nothing may be known by now that was not looked at."""
    n = len(new_hits(panel, on))
    if not n:
        return []
    return [
        refuse(
            "review.new_hit", "登记的关系有变化，推出 {n} 条新线索：请先重新核查回避",
            "{n} new conflicts follow from what is on record by now: check again first", n=n,
        )
    ]  # fmt: skip


def resume(panel: Panel, on: date) -> list[Refusal]:
    """Against opening the blind reading again after a suspension."""
    reasons = [*rules.STATES.refusals(panel.state, "lay_open"), *nothing_new(panel, on)]
    if not Item.objects.filter(panel=panel).exists():
        reasons.append(
            refuse(
                "review.no_items",
                "没有可评的方案：请在榜单页送评",
                "there is nothing to judge: lay it open from the challenge",
            )
        )
    return reasons


def open_defence(panel: Panel, on: date) -> list[Refusal]:
    """Against freezing the blind scores and opening names."""
    reasons = [
        *rules.STATES.refusals(panel.state, "open_defence"),
        *nothing_new(panel, on),
        *_points(panel, ("blind",)),
    ]
    if not panel.kept_rules.get(f"{panel.group}.defence", True):
        reasons.append(refuse("review.no_defence", "本规则集不设答辩", "these rules know no defence"))
    return reasons


def freeze(panel: Panel, on: date) -> list[Refusal]:
    """Against freezing all scores."""
    reasons = [
        *rules.STATES.refusals(panel.state, "freeze"),
        *nothing_new(panel, on),
        *_points(panel, ("blind", "defence")),
    ]
    if panel.state == "blind" and panel.kept_rules.get(f"{panel.group}.defence", True):
        reasons.append(refuse("review.defence_first", "须先答辩再封存", "the defence comes first"))
    if panel.blind_hash and rules.content_hash(content_of(panel, ("blind",))) != panel.blind_hash:
        reasons.append(
            refuse(
                "review.blind_changed", "初评与封存时不一致，请监督核查",
                "the blind scores differ from what was frozen: call the supervisor",
            )
        )  # fmt: skip
    return reasons


def close(panel: Panel) -> list[Refusal]:
    """Against ending the review."""
    reasons = list(rules.STATES.refusals(panel.state, "close"))
    if not panel.reasons:
        reasons.append(refuse("review.no_chair_reasons", "组长意见还没有写", "the chair's reasons are missing"))
    silent = Item.objects.filter(panel=panel, feedback="").count()
    if silent and panel.kept_rules.get(f"{panel.group}.feedback_required", True):
        reasons.append(
            refuse("review.feedback_missing", "还有 {n} 件没有反馈意见", "{n} items have no feedback yet", n=silent)
        )
    return reasons


def _points(panel: Panel, phases: tuple[str, ...]) -> list[Refusal]:
    seats = list(Seat.objects.filter(panel=panel, active=True).values_list("number", flat=True))
    items = list(Item.objects.filter(panel=panel).values_list("code", flat=True))
    given = Score.objects.filter(seat__panel=panel, seat__active=True).values_list(
        "seat__number", "item__code", "criterion"
    )
    n = len(rules.missing(rules.criteria_of(panel.kept_rules, panel.group), phases, seats, items, given))
    if not n:
        return []
    return [refuse("review.points_missing", "还缺 {n} 项评分", "{n} points are still to be given", n=n)]


def draw(panel: Panel) -> list[Refusal]:
    """Against drawing what the rules still ask for; three statements."""
    reasons = list(rules.STATES.refusals(panel.state, "confirm"))
    size = rules.size_of(panel.kept_rules, panel.amount_fen, panel.group)
    seated = list(Seat.objects.filter(panel=panel, active=True).values_list("kind", flat=True))
    if not rules.wanted_of(size, seated):
        reasons.append(refuse("review.nothing_to_draw", "席位已满，不用再抽", "every seat is taken: nothing to draw"))
    return reasons


def second_person(panel: Panel, reference: str) -> list[Refusal]:
    """Whoever convened the panel or drew its experts cannot decide that a hit does not matter; one statement."""
    if not panel.kept_rules.value("review.second_person_clears"):
        return []
    if reference not in {panel.convened_by, *Draw.objects.filter(panel=panel).values_list("by", flat=True)}:
        return []
    return [
        refuse(
            "review.second_person", "组建评审组或抽取专家的人不能自己解除，请第二人办理",
            "whoever convened the panel or drew its experts cannot clear this: a second person must",
        )
    ]  # fmt: skip


def replace(panel: Panel, seat: Seat, reference: str, *, upheld: bool) -> list[Refusal]:
    """What stands against drawing somebody else for a seat; one statement at most."""
    reasons = list(rules.STATES.refusals(panel.state, "confirm"))
    if not seat.active:
        reasons.append(refuse("review.seat_left", "这一席位已经换人", "this seat has been replaced already"))
    if not upheld and seat.declared_at is not None:
        reasons.append(
            refuse(
                "review.no_ground_to_replace", "没有认定的回避事由，不能换人：随机抽取的结果不能挑",
                "no upheld hit: what was drawn at random is not picked over",
            )
        )  # fmt: skip
    elif not upheld:
        reasons += second_person(panel, reference)
    return reasons


@dataclass(frozen=True, slots=True)
class Step:
    """A button: what it does, why it cannot be pressed now."""

    verb: str
    name: Text
    refusals: Sequence[Refusal]


def next_steps(panel: Panel, on: date, not_theirs: list[Refusal]) -> list[Step]:
    """What can be done with a panel now, the main thing first."""
    found: list[tuple[str, Text, list[Refusal]]] = []
    if panel.state == "seating":
        against = draw(panel)
        if not against:
            found.append(("draw", Text("随机抽取专家", "Draw experts at random"), against))
        else:
            found.append(("confirm", Text("确认评审组", "Confirm the panel"), confirm(panel, on)))
    elif panel.state == "confirmed":
        found.append(("resume", Text("继续匿名初评", "Go on with the blind reading"), resume(panel, on)))
    elif panel.state == "blind" and panel.kept_rules.get(f"{panel.group}.defence", True):
        found.append(
            (
                "open_defence",
                Text("封存初评，开始答辩", "Freeze the blind scores, open the defence"),
                open_defence(panel, on),
            )
        )
    elif panel.state in ("blind", "defence"):
        found.append(("freeze", Text("封存评分", "Freeze the scores"), freeze(panel, on)))
    elif panel.state == "frozen":
        found.append(("close", Text("结束评审", "End the review"), close(panel)))
    if panel.state in ("seating", "confirmed", "blind", "defence") and panel.seats.exists():
        found.append(("recheck", Text("重新核查回避", "Check for conflicts again"), []))
    return [Step(verb, name, not_theirs or reasons) for verb, name, reasons in found]
