"""Stages and their money: report, check, stage decision, payment; and what a project needs to start."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lianban.apps.projects.rules.standing import EVIDENCE, REASON, Row, Standing, Terms, said_refusals
from lianban.apps.projects.rules.states import COMPARISONS, DELIVERY, KINDS, STAGE
from lianban.kit import money
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

WORKING = ("running", "extension_asked")  # stages are reported, checked and decided while work goes on
REPORTS_OPEN = (
    *WORKING,
    "acceptance_asked",
    "accepting",
    "appealed",
)  # test reports are entered until there is an outcome


def start_refusals(
    *, kind: str, indicators: Sequence[Row], stages: Sequence[Row], starts_on: date, first_fen: int, base_fen: int,
    terms: Terms, account: str, payee: str, product_known: bool,
) -> list[Refusal]:  # fmt: skip
    """What is missing or wrong in a piece of work that is to start."""
    found = []
    if kind not in KINDS:
        found.append(refuse("projects.no_such_kind", "没有“{kind}”这类项目", "there is no kind '{kind}'", kind=kind))
    if not product_known:
        found.append(refuse("projects.no_product", "产业链里没有这个产品", "the chain has no such product"))
    if not indicators:
        text = "至少要有一项考核指标", "at least one indicator is needed"
        found.append(refuse("projects.no_indicator", *text))
    if not any(stage["point"] == "stage" for stage in stages):
        text = "至少要有一个里程碑", "at least one milestone is needed"
        found.append(refuse("projects.no_milestone", *text))
    found += _indicator_refusals(indicators) + _stage_refusals(stages, starts_on)
    most = base_fen * terms.first_payment
    if first_fen > most:
        found.append(
            refuse(
                "projects.first_payment_too_high",
                "首笔拨付 {asked} 高于上限 {most}（{base} 的 {share} %）",
                "the first payment {asked} is above {most} ({share} % of {base})",
                asked=money.shown(first_fen),
                most=money.shown(int(most)),
                base=money.shown(base_fen),
                share=float(terms.first_payment * 100),
            )
        )
    if account and not payee:
        found.append(refuse("projects.no_payee", "请指定收款账户", "name the account that is paid"))
    return found


def _indicator_refusals(indicators: Sequence[Row]) -> list[Refusal]:
    found = []
    for number, one in enumerate(indicators, start=1):
        wrong = one["comparison"] not in COMPARISONS
        if wrong or (one["comparison"] != "yes" and one["threshold"] is None) or not one["name"].strip():
            text = (
                "第 {number} 项指标缺名称、比较方式或阈值",
                "indicator {number} lacks its name, comparison or threshold",
            )
            found.append(refuse("projects.indicator_not_testable", *text, number=number))
        if not one["test_method"].strip():
            text = "第 {number} 项指标没有写检测方法", "indicator {number} has no test method"
            found.append(refuse("projects.no_test_method", *text, number=number))
    return found


def _stage_refusals(stages: Sequence[Row], starts_on: date) -> list[Refusal]:
    found = []
    days = [stage["due_on"] for stage in stages]
    if any(day < starts_on for day in days) or days != sorted(days):
        text = "里程碑须按日期先后排列，且不早于开始日 {day}", "milestones stand in order of their dates, from {day} on"
        found.append(refuse("projects.milestones_out_of_order", *text, day=starts_on.isoformat()))
    if any(stage["payment_fen"] < 0 for stage in stages):
        found.append(refuse("projects.payment_below_zero", "付款不能为负", "a payment cannot be below zero"))
    return found


def stage_refusals(standing: Standing, number: int, verb: str) -> list[Refusal]:
    """Whether a stage may be moved now: work goes on, the table allows it, and earlier stages were passed."""
    stage = standing.stage(number)
    found = _working(standing) + STAGE.refusals(stage.state, verb)
    if stage.point != "stage":
        text = "“{point}”随签约或验收结论办理", "'{point}' is decided with the signing or the acceptance"
        found.append(refuse("projects.not_a_stage", *text, point=stage.point))
    if verb == "pass":
        waiting = [
            s.number for s in standing.stages if s.point == "stage" and s.number < number and s.state != "passed"
        ]
        if waiting:
            text = "前面的里程碑（第 {numbers} 个）还没有通过", "earlier milestones ({numbers}) have not been passed"
            found.append(refuse("projects.earlier_stage_open", *text, numbers=", ".join(map(str, waiting))))
    return found


def _working(standing: Standing) -> list[Refusal]:
    if standing.state in WORKING:
        return []
    text = "项目{state}，不再办理里程碑", "the project is '{state}': milestones are no longer dealt with"
    return [refuse("projects.not_working", *text, state=DELIVERY.states[standing.state])]


def report_refusals(standing: Standing, number: int, report: str) -> list[Refusal]:
    what = Text("完成情况和交付物", "what was done and delivered")
    return stage_refusals(standing, number, "report") + said_refusals((report, what))


def check_refusals(standing: Standing, number: int, note: str, *, visit: bool) -> list[Refusal]:
    """A check on paper is always possible; visits are counted, so that nobody is inspected all the time."""
    found = stage_refusals(standing, number, "check") + said_refusals((note, Text("核查情况", "what was found")))
    if visit and standing.visits >= standing.terms.visits_max:
        text = "每个项目至多 {most} 次现场检查，请书面核查", "at most {most} visits a project: check on paper"
        found.append(refuse("projects.visits_used_up", *text, most=standing.terms.visits_max))
    return found


def decide_refusals(
    standing: Standing, number: int, *, passed: bool, released_fen: int, reason: str, evidence: str
) -> list[Refusal]:
    """A stage decision says why, on what, and how much it releases: never more than was agreed, nothing for a failure."""
    stage = standing.stage(number)
    found = stage_refusals(standing, number, "pass" if passed else "fail")
    found += said_refusals((reason, REASON), (evidence, EVIDENCE))
    return found + release_refusals(stage.payment_fen if passed else 0, released_fen)


def release_refusals(most_fen: int, released_fen: int) -> list[Refusal]:
    if 0 <= released_fen <= most_fen:
        return []
    text = "放款 {asked} 不在 0 至 {most} 之间", "releasing {asked} is not between 0 and {most}"
    return [refuse("projects.release_not_possible", *text, asked=money.shown(released_fen), most=money.shown(most_fen))]


def pay_refusals(standing: Standing, number: int, amount_fen: int, *, evidence: str, booked: bool) -> list[Refusal]:
    """Nothing is paid above what stage decisions released, and nothing after a revocation."""
    stage = standing.stage(number)
    found = []
    if stage.state != "passed":
        text = "阶段结论之前不能付款", "nothing is paid before the stage decision"
        found.append(refuse("projects.not_decided", *text))
    elif amount_fen <= 0 or amount_fen > stage.owed_fen:
        found.append(
            refuse(
                "projects.above_released",
                "阶段结论放款 {released}，已付 {paid}，还可付 {owed}，不能付 {asked}",
                "the stage decision released {released}, {paid} are paid, {owed} are left: {asked} cannot be paid",
                released=money.shown(stage.released_fen),
                paid=money.shown(stage.paid_fen),
                owed=money.shown(stage.owed_fen),
                asked=money.shown(amount_fen),
            )
        )
    if standing.outcome == "revoked":
        text = "项目已被撤销，停止付款", "the project was revoked: payments have stopped"
        found.append(refuse("projects.payments_stopped", *text))
    if not booked:
        found += said_refusals((evidence, Text("付款凭证", "the proof of payment")))
    return found


TIED = ("shareholding", "control", "same_head")  # ties by which a test body is no third party


def party_refusals(body: Any, parties: Collection[Any], ties: Collection[str] = ()) -> list[Refusal]:
    """A third-party report comes from a third party: no side of the project, nor tied to one."""
    if body not in parties and ties:
        text = (
            "检测机构与项目一方有股权、控制或同一负责人的关系，不是第三方；请换一家",
            "the test body is bound to a side of the project by shares, control or the same head: choose another",
        )
        return [refuse("projects.tied_test_body", *text, kinds=sorted(ties))]
    if body not in parties:
        return []
    text = "检测机构是项目参与方，不是第三方", "the test body takes part in the project: it is no third party"
    return [refuse("projects.not_a_third_party", *text)]


def decimal_of(value: Any) -> Decimal | None:
    """A number as given; None where there is none."""
    return None if value in (None, "") else Decimal(str(value))


def measurement_refusals(
    *, state: str, comparison: str, value: Decimal | None, fulfilled: bool | None, number: str, issued_on: date,
    today: date, starts_on: date,
) -> list[Refusal]:  # fmt: skip
    """A report has its number and day, lies inside the work, and says what was measured."""
    found = said_refusals((number, Text("报告编号", "the number of the report")))
    if state not in REPORTS_OPEN:
        text = "已有结论，不再登记检测报告", "there is an outcome: no more reports are entered"
        found.append(refuse("projects.reports_closed", *text))
    if issued_on > today or issued_on < starts_on:
        text = "报告日期须在开始日 {day} 与今天之间", "the report has to be dated between {day} and today"
        found.append(refuse("projects.report_day", *text, day=starts_on.isoformat()))
    if (comparison == "yes" and fulfilled is None) or (comparison != "yes" and value is None):
        text = "请填写检测结果", "enter what was measured"
        found.append(refuse("projects.report_says_nothing", *text))
    return found
