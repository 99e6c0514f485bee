"""The road of a challenge (揭榜挂帅): one table of steps, from which the moves, the diagram and the desk come.

A place takes the steps its rule set names (``challenge.steps``). The table for these steps leaves the others out, so a
step that is switched off is passed over and never waits; what no road can do without stands in every table.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in the rules (empty: on every road), the state that waits for it, the verb that ends it, its deed."""

    name: str
    state: str
    waits: Text
    verb: str
    does: Text
    deed: str
    poster: bool = False  # whether the poster's own people owe it


ROAD = (
    Step("", "draft", Text("起草中", "being drafted"), "submit", Text("提交榜单建议", "submit the proposal"), "challenges.propose"),
    Step("collect", "collecting", Text("待征集受理", "awaiting acceptance into the call"), "collect", Text("受理", "accept into the call"), "challenges.collect"),
    Step("recommend", "recommending", Text("待推荐单位审核", "awaiting the recommending unit"), "recommend", Text("推荐", "recommend"), "challenges.recommend"),
    Step("argue", "arguing", Text("待论证", "awaiting the argued opinion"), "argue", Text("论证通过", "argue and pass"), "challenges.argue"),
    Step("fair_competition", "legal_check", Text("待公平竞争与合法性审核", "awaiting the fair-competition and legal check"), "clear", Text("审核通过", "clear it"), "challenges.clear"),
    Step("decide_posting", "deciding_posting", Text("待集体审定发榜", "awaiting the collective decision to post"), "decide_posting", Text("审定同意发榜", "decide to post"), "challenges.decide"),
    Step("", "to_post", Text("待发榜", "to be posted"), "post", Text("发榜", "post"), "challenges.post"),
    Step("match", "matching", Text("供需对接", "poster and solvers meet"), "invite", Text("开始申报", "invite answers"), "challenges.post"),
    Step("", "answering", Text("申报与答疑", "answers and questions"), "open", Text("开启应答", "open the answers"), "challenges.open"),
    Step("formal_check", "formal_check", Text("形式审查", "formal check"), "finish_check", Text("完成形式审查", "finish the formal check"), "challenges.check"),
    Step("draw_panel", "drawing", Text("抽取专家与回避", "panel drawn, conflicts cleared"), "seat", Text("确认评审组", "confirm the panel"), "challenges.convene"),
    Step("review", "reviewing", Text("评审中", "under review"), "finish_review", Text("完成评审", "finish the review"), "challenges.convene"),
    Step("poster_opinion", "opining", Text("待发榜方意见", "awaiting the poster's opinion"), "opine", Text("出具意见", "give the opinion"), "challenges.opine", poster=True),
    Step("", "choosing", Text("待审定", "awaiting the choice"), "choose", Text("选定一家", "choose one"), "challenges.decide"),
    Step("publicity", "publicity", Text("公示中", "on public notice"), "end_publicity", Text("结束公示", "end the public notice"), "challenges.publicise"),
    Step("contract", "contracting", Text("待签约", "to be signed"), "sign", Text("完成签约", "finish the signing"), "challenges.contract"),
    Step("pay", "paying", Text("待拨付", "to be paid"), "pay", Text("拨付首笔", "pay the first part"), "challenges.pay"),
    Step("", "running", Text("实施中", "running"), "finish_run", Text("转入验收", "go to acceptance"), "challenges.run"),
    Step("", "accepting", Text("待验收", "awaiting acceptance"), "accept", Text("验收通过", "accept"), "challenges.accept"),
    Step("follow_up", "following", Text("跟踪中", "followed up"), "archive", Text("归档", "archive"), "challenges.run"),
)  # fmt: skip
BY_STATE = {step.state: step for step in ROAD}
SWITCHABLE = tuple(step.name for step in ROAD if step.name)
SPINE = ("post", "answer", "decide_choice", "run", "accept")  # names in the rules that no road can do without
ENDS = {
    "archived": Text("已归档", "archived"),
    "dropped": Text("不予立项", "dropped"),
    "void": Text("流榜", "void"),
    "ended": Text("未完成而终结", "ended without success"),
}
BEFORE_POSTING = ("draft", "collecting", "recommending", "arguing", "legal_check", "deciding_posting", "to_post")
POSTED = (*(step.state for step in ROAD if step.state not in BEFORE_POSTING), "archived", "void", "ended")
SEALED = ("matching", "answering")  # nothing of any answer is known yet
JUDGING = ("formal_check", "drawing", "reviewing", "opining", "choosing")
CHOSEN = ("publicity", "contracting", "paying", "running", "accepting", "following", "archived", "ended")
UNDER_CONTRACT = ("contracting", "paying", "running", "accepting", "following", "archived", "ended")


def table(steps: Collection[str]) -> Transitions:
    """The table of moves of a place that takes these steps."""
    return _table(frozenset(steps))


@cache
def _table(steps: frozenset[str]) -> Transitions:
    road = [step for step in ROAD if not step.name or step.name in steps]
    states = {step.state: step.waits for step in road} | ENDS
    targets = {step.state: after.state for step, after in pairwise(road)} | {road[-1].state: "archived"}
    moves = [Move(step.verb, (step.state,), targets[step.state], step.does) for step in road]
    after_acceptance = targets["accepting"]
    here = set(states)

    def side(verb: str, sources: Collection[str], target: str, zh: str, en: str) -> None:
        known = tuple(source for source in sources if source in here)
        if known and target in here:
            moves.append(Move(verb, known, target, Text(zh, en)))

    side("send_back", BEFORE_POSTING[1:], "draft", "退回修改", "send back for changes")
    side("drop", BEFORE_POSTING, "dropped", "不予立项", "drop it")
    side("race", ("choosing",), targets["choosing"], "选定多家赛马", "race several")
    side("void", (*SEALED, *JUDGING), "void", "流榜", "declare it void")
    side("choose_again", ("publicity",), "choosing", "异议成立，重新审定", "choose again: an objection was upheld")
    side("fall_through", ("contracting", "paying"), "choosing", "未能签约，重新审定", "choose again: it was not signed")
    side("end", ("running", "accepting"), "ended", "终结", "end without success")
    moves = [_renamed(move, after_acceptance) for move in moves]
    return Transitions(states, moves)


def _renamed(move: Move, after_acceptance: str) -> Move:
    """Where nothing follows the acceptance, it also archives, and says so."""
    if move.verb == "accept" and after_acceptance == "archived":
        return Move(move.verb, move.sources, move.target, Text("验收通过并归档", "accept and archive"))
    return move


STATES = table(SWITCHABLE)


def passed_over(steps: Collection[str]) -> list[Step]:
    """Steps of the road that this place does not take, for the page to say so."""
    return [step for step in ROAD if step.name and step.name not in set(steps)]


def dead_ends(states: Transitions) -> set[str]:
    """States from which no end can be reached: there must be none."""
    ends = {state for state in states.states if state in ENDS}
    reaching, grown = set(ends), True
    while grown:
        more = {s for move in states.moves.values() if move.target in reaching for s in move.sources} - reaching
        reaching, grown = reaching | more, bool(more)
    return set(states.states) - reaching
