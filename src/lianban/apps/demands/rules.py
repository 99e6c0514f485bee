"""How a demand moves, who may be able to serve it and why: values in, answer out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

STATES = Transitions(
    {
        "raised": Text("已提出，待核实", "raised, to be verified"),
        "returned": Text("已退回，待补正", "returned, to be mended"),
        "withdrawn": Text("已撤回", "withdrawn"),
        "verified": Text("已核实，待列入", "verified, to be listed"),
        "listed": Text("已列入清单", "listed"),
        "answered": Text("已有应答", "answered"),
        "met": Text("已满足", "met"),
    },
    [
        Move("return", ("raised",), "returned", Text("退回", "return")),
        Move("raise_again", ("returned",), "raised", Text("补正后再提", "raise again")),
        Move("withdraw", ("raised", "returned", "verified"), "withdrawn", Text("撤回", "withdraw")),
        Move("verify", ("raised",), "verified", Text("核实", "verify")),
        Move("list", ("verified",), "listed", Text("列入清单", "list")),
        Move("answer", ("listed", "answered"), "answered", Text("应答", "answer")),
        Move("meet", ("listed", "answered"), "met", Text("确认满足", "confirm as met")),
    ],
)
LISTED = ("listed", "answered", "met")  # these stand in the chain's data
OPEN_FOR_ANSWERS = ("listed", "answered")


def raise_refusals(*, product: str, title: str, latest_on: date | None, today: date) -> list[Refusal]:
    """Say why a demand cannot be raised as it stands."""
    reasons = []
    if not product and not title:
        reasons.append(
            refuse(
                "demands.nothing_named",
                "请选择产品，或用一句话写明需求",
                "choose a product, or say the need in one line",
            )
        )
    if latest_on and latest_on < today:
        reasons.append(
            refuse(
                "demands.date_past",
                "最迟时间 {day} 已经过去",
                "the latest date {day} is past",
                day=latest_on.isoformat(),
            )
        )
    return reasons


def reason_refusals(reason: str, *, what: Text) -> list[Refusal]:
    """A return needs its reason, a verification its basis: the next reader has nothing else to go by."""
    if reason.strip():
        return []
    return [refuse("demands.no_reason", "请写明{what}", "say the {what}", what=what)]


def answer_refusals(*, state: str | None, own: bool, sentence: str, evidence: str, already: bool) -> list[Refusal]:
    """Say why this organisation cannot answer 我能做. ``state`` is None for an answer on a weak point alone."""
    reasons = []
    if state is not None:
        reasons += STATES.refusals(state, "answer")
    if own:
        reasons.append(
            refuse("demands.own_demand", "不能应答本单位自己提出的需求", "a firm cannot answer its own demand")
        )
    if already:
        reasons.append(
            refuse(
                "demands.already_answered",
                "本单位已应答过，可先撤回再重写",
                "your organisation has answered; withdraw it first to write another",
            )
        )
    if not sentence.strip():
        reasons.append(refuse("demands.no_sentence", "请用一句话说明能做什么", "say in one sentence what you can do"))
    if not evidence.strip():
        reasons.append(
            refuse(
                "demands.no_evidence",
                "请给出依据：样品、检测报告、产线或在供客户",
                "give evidence: samples, a test report, a line, a customer served",
            )
        )
    return reasons


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the chain's data say around its products: names, segments, parents, inputs."""

    names: Mapping[str, Text]
    segments: Mapping[str, str]
    parents: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why an organisation may be able to serve a need, and how strong it is."""

    kind: str
    weight: int
    text: Text


STAGES = {
    "lab": Text("实验室成果", "a laboratory result"),
    "pilot": Text("中试", "a pilot line"),
    "small_batch": Text("小批量生产", "small batches"),
    "stable_volume": Text("稳定量产", "stable volume"),
    "unknown": Text("生产（阶段未知）", "production (stage unknown)"),
}
AHEAD_OF_MARKET = ("lab", "pilot")


def why_serve(product: str, own: Mapping[str, str], around: Surroundings) -> list[Reason]:
    """Give all reasons why an organisation that makes ``own`` (product → stage) may serve a need for ``product``.

    Strongest first; empty when the data hold no reason. Only facts are compared: nothing is guessed from names.
    """
    reasons = []
    if product in own:
        stage = own[product]
        kind, weight = ("pilot", 5) if stage in AHEAD_OF_MARKET else ("maker", 4)
        text = Text("贵单位在此产品上已有{stage}", "your organisation already has {stage} of this product")
        reasons.append(Reason(kind, weight, text.format(stage=STAGES.get(stage, STAGES["unknown"]))))
    others = [code for code in own if code != product and code in around.names]
    for code in sorted(others):
        reasons += _near(product, code, around)
    return _strongest(reasons)


def _near(product: str, code: str, around: Surroundings) -> Iterable[Reason]:
    name = around.names[code]
    family = {product, around.parents.get(product, "")} & {code, around.parents.get(code, "")} - {""}
    if family:
        yield Reason(
            "kin",
            3,
            Text("贵单位做同类产品：{name}", "your organisation makes a product of the same kind: {name}").format(
                name=name
            ),
        )
    shared = sorted(around.inputs.get(product, frozenset()) & around.inputs.get(code, frozenset()))
    if shared:
        names = [around.names[s] for s in shared if s in around.names][:3]
        listed = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
        text = Text(
            "与贵单位的{name}共用 {count} 种投入品：{listed}", "shares {count} inputs with your {name}: {listed}"
        )
        reason = text.format(name=name, count=len(shared), listed=listed)
        yield Reason("inputs", 2, reason)
    same = around.segments.get(product, "") and around.segments.get(product) == around.segments.get(code)
    if same and not family:
        yield Reason(
            "segment",
            1,
            Text(
                "贵单位做同一环节的产品：{name}", "your organisation makes a product of the same segment: {name}"
            ).format(name=name),
        )


def _strongest(reasons: Iterable[Reason], at_most: int = 3) -> list[Reason]:
    return sorted(reasons, key=lambda reason: (-reason.weight, reason.text.zh))[:at_most]
