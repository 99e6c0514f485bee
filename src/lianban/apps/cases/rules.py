"""How an instruction moves, what the chief's page says: values in, answer out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

STATES = Transitions(
    {
        "given": Text("已批示，待回复", "given, to be answered"),
        "answered": Text("已回复，待办结", "answered, to be closed"),
        "closed": Text("已办结", "closed"),
    },
    [
        Move("reply", ("given", "answered"), "answered", Text("回复进展", "answer with progress")),
        Move("send_back", ("answered",), "given", Text("退回再办", "send back")),
        Move("close", ("answered",), "closed", Text("办结", "close")),
    ],
)


@dataclass(frozen=True, slots=True)
class NextStep:
    """What an instruction waits for: the deed, the heading it stands under on the first page."""

    deed: str
    section: Text


NEXT_STEP = {
    "given": NextStep("cases.reply", Text("待回复的批示", "Instructions to answer")),
    "answered": NextStep("cases.close_instruction", Text("待办结的批示", "Instructions to close")),
}
REMIND_BEFORE = (7, 1, 0, -1)  # days before a due day on which people are reminded; the last one says it is over
N_POINTS, N_MATTERS = 5, 3
# How much text one sheet of A4 holds at each size of type; measured in Chromium, in half-width characters.
DENSITIES = ((1500, ""), (2100, "tight"))
DENSEST = "tightest"
BEFORE_WORK = ("raised", "verified", "reviewed", "consulted", "listed", "routed")  # nobody has been given it yet
UNFINISHED = ("listed", "routed", "acting", "closing")  # weak points on the office's list that still need work


def text_refusals(text: str, what: Text) -> list[Refusal]:
    """A deed in words needs its words."""
    return [] if text.strip() else [refuse("cases.nothing_written", "请写明{what}", "write the {what}", what=what)]


def closing_refusals(*, repliers: Sequence[str], closer: str) -> list[Refusal]:
    """Whoever answered an instruction may not close it: a second person looks."""
    if closer in repliers:
        return [
            refuse(
                "cases.own_answer",
                "回复的人不能自己办结，须由另一人办结",
                "whoever answered may not close; a second person has to",
            )
        ]
    return []


@dataclass(frozen=True, slots=True)
class Work:
    """What the office has done about one weak point, as the chief's page needs it."""

    code: str
    status: str
    status_name: Text
    unit: str
    due_on: date | None
    progress: str

    def overdue(self, today: date) -> bool:
        return self.status == "acting" and self.due_on is not None and self.due_on < today


def percent(value: float | None) -> Text:
    """A share as per cent in both languages; unknown stays unknown."""
    if value is None:
        return Text("未知", "unknown")
    return Text(f"{value * 100:.1f}\u2009%", f"{value * 100:.1f}\u2009%")


def sentences(result: dict[str, Any], work: Sequence[Work], today: date) -> list[Text]:
    """Write the three sentences of the chief's page: how things stand, what is worst, what is being done."""
    return [_standing(result), _worst(result), _doing(work, today)]


def _standing(result: dict[str, Any]) -> Text:
    points, unknown = result.get("weak_points", []), result.get("unknown", [])
    if not points:
        return Text(
            f"本链没有可排序的薄弱环节；{len(unknown)} 个产品因缺数据未能排序。",
            f"No weak point of the chain can be ranked; {len(unknown)} products lack the data for it.",
        )
    cut = sum(1 for point in points if point.get("level") in ("L0", "L1"))
    zh = f"本链诊断出薄弱环节 {len(points)} 个，其中 {cut} 个境内空白或仅到研发、中试"
    en = f"The chain shows {len(points)} weak points; {cut} of them are blank or only in research at home"
    if unknown:
        zh += f"；另有 {len(unknown)} 个因缺数据未能排序"
        en += f"; {len(unknown)} more cannot be ranked for want of data"
    return Text(f"{zh}。", f"{en}.")


def _worst(result: dict[str, Any]) -> Text:
    points = result.get("weak_points", [])
    if not points:
        return Text("没有可排序的薄弱环节。", "No weak point can be ranked.")
    worst, loss = points[0], percent(points[0].get("loss_cut"))
    return Text(
        f"最薄弱的是{worst['name']['zh']}：其最大境外来源若中断，全链产出损失 {loss.zh}；{worst['reason']['zh']}。",
        f"Weakest is {worst['name']['en']}: if its largest foreign origin stopped, the chain would lose {loss.en} of output; "
        f"{worst['reason']['en']}.",
    )


def _doing(work: Sequence[Work], today: date) -> Text:
    listed = [one for one in work if one.status in UNFINISHED]
    acting, late = [one for one in work if one.status == "acting"], [one for one in work if one.overdue(today)]
    closed = sum(1 for one in work if one.status == "closed")
    if not listed and not closed:
        return Text("尚无环节列入清单并交办。", "No weak point has been listed and assigned yet.")
    return Text(
        f"清单上 {len(listed)} 个在处置，{len(acting)} 个已交办、{len(late)} 个超期，已销号 {closed} 个。",
        f"Of the list {len(listed)} are open, {len(acting)} assigned, {len(late)} overdue; {closed} are closed.",
    )


def matters(result: dict[str, Any], work: Sequence[Work], open_demands: Sequence[str], today: date) -> list[Text]:
    """Propose up to three things that need the chief: overdue work, what nobody owns, what firms wait for, what is unknown."""
    points, unknown = result.get("weak_points", []), result.get("unknown", [])
    names = {point["code"]: Text(**point["name"]) for point in [*points, *unknown]}
    by_code = {one.code: one for one in work}
    found = []
    for one in sorted((w for w in work if w.overdue(today)), key=lambda w: (w.due_on, w.code)):
        text = Text("{name}已超期（时限 {due}），请督促{unit}。", "{name} is overdue (due {due}): please press {unit}.")
        found.append(text.format(name=names.get(one.code, Text(one.code, one.code)), due=one.due_on, unit=one.unit))
    worst = [point["code"] for point in points[:N_POINTS]]
    unowned = [names[code] for code in worst if code not in by_code or by_code[code].status in BEFORE_WORK]
    if unowned:
        text = Text(
            "最薄弱的五个中，{names}尚无责任单位，请明确牵头部门。",
            "Of the five weakest, {names} have no responsible unit: please name a lead department.",
        )
        found.append(text.format(names=_listed(unowned)))
    if open_demands:
        text = Text(
            "企业需求{titles}还没有单位应答，请帮助对接。",
            "Demands without an answer: {titles}. Please help to find one.",
        )
        titles = Text("、".join(f"“{d}”" for d in open_demands), ", ".join(f"“{d}”" for d in open_demands))
        found.append(text.format(titles=titles))
    if unknown:
        text = Text(
            "{names}等 {n} 个产品缺数据、未能排序，请协调企业和协会提供。",
            "{n} products, such as {names}, cannot be ranked for want of data: please ask firms and associations for them.",
        )
        found.append(text.format(names=_listed([names[point["code"]] for point in unknown[:3]]), n=len(unknown)))
    return found[:N_MATTERS]


def _listed(names: Sequence[Text]) -> Text:
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def width(text: str) -> int:
    """Count half-width characters: a Chinese one takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)


def cut(text: str, most: int) -> str:
    """Shorten a text to a width, with an ellipsis; the page it came from has it whole."""
    if width(text) <= most:
        return text
    kept = ""
    for sign in text:
        if width(kept) + width(sign) > most - 2:
            break
        kept += sign
    return kept + "…"


def density(page: dict[str, Any], language: str) -> str:
    """Say how small the type has to be for the page to stay on one sheet: by the text it holds in this language."""
    code = "en" if language.startswith("en") else "zh"
    texts = [text[code] for text in (*page["sentences"], *page["matters"])]
    for point in page["points"]:
        texts += [point["name"][code], point["reason"][code], point["unit"], (point["route"] or {}).get(code, "")]
    texts += [instruction["text"] + instruction["last"] for instruction in page["instructions"]]
    total = sum(width(text) for text in texts)
    return next((name for most, name in DENSITIES if total <= most), DENSEST)


def fingerprint(token: str) -> str:
    """What is kept of a calendar token: enough to know it again, not enough to use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def reminder(name: Text, about: Text, days_left: int) -> Text:
    """The sentence of a reminder."""
    if days_left < 0:
        return Text("已到期未办：{name}（{about}）", "overdue: {name} ({about})").format(name=name, about=about)
    if days_left == 0:
        return Text("今天到期：{name}（{about}）", "due today: {name} ({about})").format(name=name, about=about)
    return Text("还有 {n} 天到期：{name}（{about}）", "due in {n} days: {name} ({about})").format(
        n=days_left, name=name, about=about
    )
