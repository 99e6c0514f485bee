"""Extension, acceptance, outcome, appeal: when each is possible and what it needs."""

from datetime import date, timedelta
from typing import Any

from lianban.apps.projects.rules.stages import release_refusals
from lianban.apps.projects.rules.standing import EVIDENCE, REASON, Standing, fits, said_refusals, years_later
from lianban.apps.projects.rules.states import ACCEPTED, DELIVERY, ENDED_EARLY, FOUND, MILDER, OUTCOMES
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


def extension_refusals(standing: Standing, until: date, reason: str) -> list[Refusal]:
    """One extension (as many as the rules say), and not too long."""
    terms = standing.terms
    found = DELIVERY.refusals(standing.state, "ask_extension") + said_refusals((reason, REASON))
    if standing.granted >= terms.extension_times:
        text = "至多延期 {most} 次，已用完", "at most {most} extension(s); none is left"
        found.append(refuse("projects.extensions_used_up", *text, most=terms.extension_times))
    latest = years_later(standing.agreed_ends_on, terms.extension_max_years)
    if not standing.ends_on < until <= latest:
        text = (
            "延期后的日期须晚于 {ends_on}，不晚于 {latest}",
            "the new end has to lie after {ends_on} and not after {latest}",
        )
        days = {"ends_on": standing.ends_on.isoformat(), "latest": latest.isoformat()}
        found.append(refuse("projects.extension_too_long", *text, **days))
    return found


def decision_refusals(standing: Standing, verb: str, reason: str) -> list[Refusal]:
    """A decision that needs no more than its reason."""
    return DELIVERY.refusals(standing.state, verb) + said_refusals((reason, REASON))


def apply_until(standing: Standing) -> date:
    """Last day to apply for acceptance."""
    return standing.ends_on + timedelta(days=standing.terms.apply_days)


def ask_acceptance_refusals(standing: Standing, summary: str, today: date) -> list[Refusal]:
    """Acceptance is asked for in time, when no milestone is being dealt with and every indicator has its report."""
    found = DELIVERY.refusals(standing.state, "ask_acceptance")
    found += said_refusals((summary, Text("总结", "the summary")))
    if today > apply_until(standing):
        text = (
            "申请期限 {until} 已过，由链办启动验收",
            "the time to apply ended on {until}; the office opens the acceptance",
        )
        found.append(refuse("projects.acceptance_too_late", *text, until=apply_until(standing).isoformat()))
    if any(stage.state in ("reported", "checked") for stage in standing.stages):
        text = "还有里程碑在核查或待定结论", "a milestone is still being checked or decided"
        found.append(refuse("projects.stage_under_way", *text))
    missing = [one.number for one in standing.indicators if not one.reported]
    if missing and standing.terms.third_party_report:
        text = "指标 {numbers} 还没有第三方检测报告", "indicators {numbers} have no third-party report yet"
        found.append(refuse("projects.report_missing", *text, numbers=", ".join(map(str, missing))))
    return found


def call_acceptance_refusals(standing: Standing, reason: str, today: date) -> list[Refusal]:
    """The office opens an acceptance nobody asked for only when the time to ask is over."""
    found = decision_refusals(standing, "call_acceptance", reason)
    if today <= apply_until(standing):
        text = "申请验收的期限到 {until}，未过", "the project may ask for acceptance until {until}"
        found.append(refuse("projects.not_overdue", *text, until=apply_until(standing).isoformat()))
    return found


def judge_refusals(standing: Standing, number: int, *, accepted: bool, reason: str) -> list[Refusal]:
    """An indicator is accepted only on a report that shows it met; refusing one that is met needs a reason."""
    found = []
    if standing.state not in ("accepting", "appealed"):
        text = "验收或申诉时才判定指标", "indicators are judged during acceptance or an appeal"
        found.append(refuse("projects.not_accepting", *text))
    measured = next(one for one in standing.indicators if one.number == number)
    if accepted and not (measured.reported and measured.fulfilled):
        text = "没有显示达标的检测报告，不能判为达到", "no report shows it met: it cannot be accepted"
        found.append(refuse("projects.not_shown_met", *text))
    if not accepted:
        found += said_refusals((reason, REASON))
    if not accepted and standing.state == "appealed":  # an appeal never makes things worse
        text = "申诉中只能改判为达到", "in an appeal an indicator can only be found met"
        found.append(refuse("projects.not_milder", *text))
    return found


def conclude_refusals(
    standing: Standing, outcome: str, *, released_fen: int, reason: str, evidence: str, verb: str = "conclude"
) -> list[Refusal]:
    """An outcome agrees with what was found of every indicator, has its reason and its evidence."""
    found = DELIVERY.refusals(standing.state, verb) + said_refusals((reason, REASON), (evidence, EVIDENCE))
    open_ones = [one.number for one in standing.indicators if one.accepted is None]
    if open_ones:
        text = "指标 {numbers} 还没有判定", "indicators {numbers} have not been judged"
        found.append(refuse("projects.not_judged", *text, numbers=", ".join(map(str, open_ones))))
    if outcome not in FOUND:
        text = "验收结论没有“{outcome}”这一种", "an acceptance cannot conclude '{outcome}'"
        found.append(refuse("projects.no_such_outcome", *text, outcome=OUTCOMES.get(outcome, outcome)))
    elif not open_ones:
        found += _fit_refusals(standing, outcome)
    last = standing.point("acceptance")
    most = last.payment_fen - last.released_fen if last and outcome in ACCEPTED else 0
    return found + release_refusals(most, released_fen)


def _fit_refusals(standing: Standing, outcome: str) -> list[Refusal]:
    if fits(outcome, (bool(one.accepted) for one in standing.indicators)):
        return []
    text = (
        "{met}/{all} 项指标达到，与结论“{outcome}”不符",
        "{met} of {all} indicators were met: that is not '{outcome}'",
    )
    facts: dict[str, Any] = {"met": standing.n_accepted, "all": len(standing.indicators), "outcome": OUTCOMES[outcome]}
    return [refuse("projects.outcome_disagrees", *text, **facts)]


def end_refusals(standing: Standing, verb: str, reason: str, evidence: str) -> list[Refusal]:
    """Ending early: a termination for objective causes, a revocation for a breach; both with reason and evidence."""
    return DELIVERY.refusals(standing.state, verb) + said_refusals((reason, REASON), (evidence, EVIDENCE))


def appeal_refusals(standing: Standing, reason: str, today: date) -> list[Refusal]:
    found = DELIVERY.refusals(standing.state, "appeal") + said_refusals((reason, REASON))
    if standing.appeal_until is not None and today > standing.appeal_until:
        text = "申诉期到 {until}，已过", "the appeal window ended on {until}"
        found.append(refuse("projects.appeal_too_late", *text, until=standing.appeal_until.isoformat()))
    return found


def answer_refusals(
    standing: Standing, verb: str, outcome: str, *, same_person: bool, reason: str, evidence: str, released_fen: int = 0
) -> list[Refusal]:
    """An appeal is answered by another person, with a reason, and never makes things worse."""
    found = DELIVERY.refusals(standing.state, verb) + said_refusals((reason, REASON))
    if same_person:
        text = "作出结论的人不能处理对它的申诉", "whoever concluded may not answer the appeal against it"
        found.append(refuse("projects.same_person", *text))
    if verb == "reinstate" and standing.outcome not in ENDED_EARLY:
        text = "只有终止或撤销才能恢复实施", "only a termination or a revocation can be set aside"
        found.append(refuse("projects.nothing_to_reinstate", *text))
    if verb == "uphold" and standing.outcome in FOUND:
        found += _fit_refusals(standing, standing.outcome)
    if verb == "change" and outcome not in MILDER.get(standing.outcome, ()):
        text = "申诉不能把“{before}”变更为“{after}”", "an appeal cannot change '{before}' into '{after}'"
        names: dict[str, Any] = {"before": OUTCOMES.get(standing.outcome, ""), "after": OUTCOMES.get(outcome, outcome)}
        found.append(refuse("projects.not_milder", *text, **names))
    elif verb == "change" and outcome in FOUND:
        found += conclude_refusals(
            standing, outcome, released_fen=released_fen, reason=reason, evidence=evidence, verb=verb
        )
    elif verb == "change":
        found += said_refusals((evidence, EVIDENCE)) + release_refusals(0, released_fen)
    return _once(found)


def race_refusals(kind: str, *, by_race: bool) -> list[Refusal]:
    """A team that is out of a race comes back by the race, which gives it its lane again."""
    if kind != "lane" or by_race:
        return []
    text = "赛马队的项目由榜单页“放回赛马”恢复", "a team of a race is put back on the page of its challenge"
    return [refuse("projects.put_back_by_race", *text)]


def _once(found: list[Refusal]) -> list[Refusal]:
    """Each reason once: two rules may ask for the same thing."""
    return list({(one.code, one.message.zh): one for one in found}.values())


def effect_refusals(standing: Standing, today: date) -> list[Refusal]:
    """An outcome takes effect by itself only when the appeal window is over."""
    found = DELIVERY.refusals(standing.state, "take_effect")
    if standing.appeal_until is not None and today <= standing.appeal_until:
        text = "申诉期到 {until}，未过", "the appeal window runs until {until}"
        found.append(refuse("projects.appeal_open", *text, until=standing.appeal_until.isoformat()))
    return found


def followed_until(standing: Standing) -> date | None:
    """Last day of the follow-up; None where nothing was accepted that could be followed."""
    if standing.outcome not in ACCEPTED or standing.effective_on is None:
        return None
    return years_later(standing.effective_on, standing.terms.followup_years)


def archive_refusals(standing: Standing, today: date) -> list[Refusal]:
    """A result is followed for its years; owed money is paid first."""
    found = DELIVERY.refusals(standing.state, "archive")
    until = followed_until(standing)
    if until is not None and today <= until:
        text = "跟踪期到 {until}，未满", "the follow-up runs until {until}"
        found.append(refuse("projects.follow_up_open", *text, until=until.isoformat()))
    if standing.outcome != "revoked" and any(stage.owed_fen > 0 for stage in standing.stages):
        text = "还有应付未付的款项", "money that was released is not paid yet"
        found.append(refuse("projects.money_owed", *text))
    return found
