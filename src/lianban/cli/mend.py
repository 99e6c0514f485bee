"""``lianban mend PATH``: candidate actions as a cost template; with costs and a budget, what to do about the weak points."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.diagnose import _day
from lianban.cli.output import CommandError, t
from lianban.cli.whatif import read_sound_chain

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.interventions import CandidateActions, PortfolioResult

PAIRS = 3  # interactions shown; all are in the JSON


def register(app: typer.Typer) -> None:
    """Add ``lianban mend``."""
    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    template_option = typer.Option(
        "--template",
        metavar="FILE",
        help=t(
            "写出候选措施（CSV，费用列留空）后结束",
            "Write the candidate actions as CSV with an empty cost column, and stop",
        ),
    )
    costs_option = typer.Option(
        "--costs", metavar="FILE", help=t("填好费用的 CSV：code、cost 两列", "CSV with costs: columns code and cost")
    )
    budget_option = typer.Option("--budget", metavar="YUAN", help=t("预算，如 500万", "Budget, as 500万 or 5000000"))
    objective_option = typer.Option(
        help=t("目标：expected 期望、worst 最坏、cvar 最坏尾部", "expected, worst or cvar (mean of the worst tail)")
    )
    scenario_option = typer.Option(
        "--scenario",
        metavar="CODE[@P]",
        help=t(
            "情景，可带概率，如 cut:JP:film@0.2、stop:ORG；可重复；默认为最弱各点的最大境外来源地断供",
            "A scenario, with its probability if known, as cut:JP:film@0.2 or stop:ORG; repeatable; default the cuts of the weakest points",
        ),
    )
    days_option = typer.Option("--days", help=t("中断天数，默认 90", "Length of a cut in days, 90 unless given"))
    top_option = typer.Option(
        "--top", min=1, help=t("为最弱的几个点提出措施", "Propose for so many of the weakest points")
    )
    scope_option = typer.Option(help=t("范围，同 lianban diagnose", "Scope, as in lianban diagnose"))
    rules_option = typer.Option(help=t("规则集名称，或规则文件路径", "Name of a rule set, or path of a pack"))
    day_option = typer.Option("--as-of", help=t("评价以此日为准，默认为数据日期", "Judgements hold on this day"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t(
            "补链：候选措施，预算内最优组合及理由",
            "Mend: candidate actions, the best portfolio under a budget, and why",
        )
    )
    def mend(
        path: Annotated[Path, package],
        template: Annotated[Path | None, template_option] = None,
        costs: Annotated[Path | None, costs_option] = None,
        budget: Annotated[str | None, budget_option] = None,
        objective: Annotated[str, objective_option] = "expected",
        scenario: Annotated[list[str] | None, scenario_option] = None,
        days: Annotated[float | None, days_option] = None,
        top: Annotated[int, top_option] = 5,
        scope: Annotated[str, scope_option] = "nation",
        rules: Annotated[str, rules_option] = "cn-core-2025",
        as_of: Annotated[str | None, day_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        if template is None and (costs is None or budget is None):
            raise CommandError(
                output.WRONG_USE,
                "先用 --template FILE 写出候选措施并填好费用，再用 --costs FILE --budget 500万；未录入费用前不作推荐",
                "First write the candidates with --template FILE and fill in the costs, then --costs FILE --budget 500万; "
                "nothing is recommended before",
            )
        chain = read_sound_chain(path)
        asked: dict[str, Any] = {"objective": objective, "shock_days": days, "top": top}
        setting = {"scope": scope, "rules": rules, "as_of": _day(as_of), "top": top}
        if template is not None:
            return _template(chain, template, setting, as_json)
        result = _run(chain, costs, budget, setting, asked, scenario or [])
        if as_json:
            output.data_json(result.to_dict())
        else:
            output.data(render_text(result, output.language()))
        return output.DONE


def _template(chain: "Chain", path: Path, setting: dict[str, Any], as_json: bool) -> int:
    actions = _told(lambda: chain.actions(**setting))
    actions.write_template(path, output.language())
    n = len(actions.candidates)
    output.say(
        t(f"已写入 {path}：{n} 项候选措施，请填 cost 列", f"Wrote {path}: {n} candidate actions; fill the column cost")
    )
    if as_json:
        output.data_json(actions.to_dict())
    return output.DONE


def _run(
    chain: "Chain",
    costs: Path | None,
    budget: str | None,
    setting: dict[str, Any],
    asked: dict[str, Any],
    codes: list[str],
) -> "PortfolioResult":
    """Compute; what cannot be used is told in a sentence: costs end with 3, unknown codes with 4, all else with 2."""
    from lianban.chain.interventions import best_portfolio

    def compute() -> "PortfolioResult":
        named, probabilities = _scenarios(codes)
        actions: CandidateActions = chain.actions(**setting).with_costs(costs)
        return best_portfolio(chain, actions, budget or 0, scenarios=named, probabilities=probabilities, **asked)

    return _told(compute)


def _told(compute: Any) -> Any:
    """Turn refusals into what the command says."""
    from lianban.chain.diagnosis import ScopeError
    from lianban.chain.interventions import CostsError, PortfolioError
    from lianban.chain.whatif import ScenarioError
    from lianban.rulebook import RulesError

    try:
        return compute()
    except CostsError as error:
        details = [
            {"row": p.row, "code": p.code, "message": {"zh": p.text.zh, "en": p.text.en}} for p in error.problems
        ]
        raise CommandError(output.NOT_VALID, error.text.zh, error.text.en, code="costs", details=details) from error
    except ScenarioError as error:
        code = output.NOT_FOUND if error.unknown else output.WRONG_USE
        raise CommandError(code, error.text.zh, error.text.en, code="scenario") from error
    except (PortfolioError, ScopeError) as error:
        raise CommandError(output.WRONG_USE, error.text.zh, error.text.en, code="question") from error
    except RulesError as error:
        zh, en = ("\n".join(getattr(problem, language) for problem in error.problems) for language in ("zh", "en"))
        raise CommandError(output.WRONG_USE, zh, en, code="rules") from error


def _scenarios(codes: list[str]) -> tuple[dict[str, Any] | None, dict[str, float] | None]:
    """Scenarios by code, and their probabilities where any is given."""
    from lianban.chain.interventions import parse_scenario

    if not codes:
        return None, None
    named: dict[str, Any] = {}
    probabilities: dict[str, float] = {}
    for text in codes:
        code, at, probability = text.partition("@")
        named[code] = parse_scenario(code)
        if at:
            try:
                probabilities[code] = float(probability)
            except ValueError:
                raise CommandError(
                    output.WRONG_USE,
                    f"{text}：概率 {probability} 不是数",
                    f"{text}: probability {probability} is no number",
                ) from None
    return named, probabilities or None


def render_text(result: "PortfolioResult", language: str) -> str:
    """Lay the answer out for a terminal: the sentence, the actions with their reasons, scenarios, curve, assumptions."""
    en = language == "en"
    lines = [result.words.in_(language), result.status_text.in_(language), ""]
    if result.chosen:
        lines += [*_chosen(result, language), ""]
    lines += [*_scenario_lines(result, language), "", *_curve(result, language)]
    pairs = result.portfolio.interactions[:PAIRS]
    if pairs:
        lines += ["", "Together against apart:" if en else "同时采取与各自之和："]
        lines += [
            f"  {result.candidates[one.first].code} + {result.candidates[one.second].code}  "
            f"{one.together:.4f} {'against' if en else '对'} {one.apart:.4f}"
            for one in pairs
        ]
    if result.left_out:
        codes = ", ".join(one.code for one in result.left_out)
        lines += ["", (f"Left out, no cost entered: {codes}" if en else f"未录入费用、未纳入：{codes}")]
    lines += ["", "Assumptions:" if en else "假设："]
    lines += [f"  - {text.in_(language)}" for text in result.assumptions]
    return "\n".join(lines)


def _chosen(result: "PortfolioResult", language: str) -> list[str]:
    from lianban.chain.interventions.verdict import money

    en = language == "en"
    header = ["action", "cost", "gain alone", "gain last"] if en else ["措施", "费用", "单独", "最后加入"]
    rows = [
        [one.what.in_(language), money(one.cost or 0.0).in_(language), f"{told.alone:.2%}", f"{told.last:.2%}"]
        for one, told in zip(result.chosen, result.explained, strict=True)
    ]
    laid = output.table(header, rows, right=[1, 2, 3]).split("\n")
    lines = laid[:2]
    for line, one, told in zip(laid[2:], result.chosen, result.explained, strict=True):
        lines += [line, f"      {one.effect.in_(language)}"]
        for way in told.ways[:1]:
            before, after = (
                " → ".join(some) or ("nothing lost" if en else "无损失") for some in (way.before, way.after)
            )
            lines.append(f"      {way.scenario}: {before}  ⇒  {after}")
        ages = [fact.age_days for fact in told.facts if fact.age_days is not None]
        if ages:
            n = len(told.facts)
            oldest = max(ages)
            lines.append(
                f"      facts: {n}, the oldest {oldest} days old" if en else f"      依据 {n} 条，最旧的已 {oldest} 天"
            )
    return lines


def _scenario_lines(result: "PortfolioResult", language: str) -> list[str]:
    header = ["scenario", "probability", "before", "after"] if language == "en" else ["情景", "概率", "之前", "之后"]
    found = result.portfolio
    rows = [
        [one.name.in_(language), f"{p:.3g}", f"{before:.1%}", f"{after:.1%}"]
        for one, p, before, after in zip(
            result.scenarios, result.problem.probabilities, found.losses_before, found.losses_after, strict=True
        )
    ]
    return output.table(header, rows, right=[1, 2, 3]).split("\n")


def _curve(result: "PortfolioResult", language: str) -> list[str]:
    from lianban.chain.interventions.verdict import OBJECTIVES, money

    what = OBJECTIVES[result.problem.objective].in_(language)
    header = ["cost", what] if language == "en" else ["费用", what]
    rows = [[money(one.cost).in_(language), f"{one.value:.2%}"] for one in result.portfolio.curve]
    return output.table(header, rows, right=[0, 1]).split("\n")
