"""``lianban intervals PATH``: every loss with its interval where facts are missing, and the fact worth finding out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.intervals import Fact, Interval, Intervals

SHOWN = 15


def register(app: typer.Typer) -> None:
    """Add ``lianban intervals``."""
    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    draws_option = typer.Option("--draws", help=t("抽样次数，至少 20", "Number of draws, at least 20"))
    seed_option = typer.Option("--seed", help=t("随机种子；同样输入同样结果", "Seed; same input, same result"))
    rules_option = typer.Option(help=t("规则集名称，或规则文件路径", "Name of a rule set, or path of a pack"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))
    output_option = typer.Option("--output", "-o", metavar="FILE", help=t("写入 JSON 文件", "Write JSON to a file"))

    @app.command(
        help=t(
            "不确定区间：数据不全时各项损失的区间，以及最值得查明的一条事实",
            "Intervals: every loss with its interval where facts are missing, and the fact worth finding out",
        )
    )
    def intervals(
        path: Annotated[Path, package],
        draws: Annotated[int, draws_option] = 200,
        seed: Annotated[int, seed_option] = 1,
        rules: Annotated[str, rules_option] = "cn-core-2025",
        as_json: Annotated[bool, json_option] = False,
        to: Annotated[Path | None, output_option] = None,
    ) -> int:
        result = _run(path, draws, seed, rules)
        if to is not None:
            to.write_text(
                json.dumps(result.to_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
            )
            output.say(t(f"已写入 {to}", f"Written to {to}"))
        if as_json:
            output.data_json(result.to_dict())
        elif to is None:
            output.data(render_text(result, output.language()))
        return output.DONE


def _run(path: Path, draws: int, seed: int, rules: str) -> "Intervals":
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain
    from lianban.rulebook import RulesError

    chain = read_chain(path)
    errors = chain.check().errors
    if len(errors):
        raise DataError(errors)
    if draws < 20:
        raise CommandError(output.WRONG_USE, f"抽样 {draws} 次太少，至少 20", f"{draws} draws are too few: at least 20")
    told = {"at": 0}

    def progress(done: int, total: int) -> None:
        if done * 10 // total > told["at"]:
            told["at"] = done * 10 // total
            output.say(f"{done}/{total}")

    try:
        return chain.intervals(n=draws, seed=seed, rules=rules, progress=progress)
    except RulesError as error:
        zh, en = ("\n".join(getattr(problem, language) for problem in error.problems) for language in ("zh", "en"))
        raise CommandError(output.WRONG_USE, zh, en, code="rules") from error


def render_text(result: "Intervals", language: str) -> str:
    """Lay the intervals out for a terminal."""
    en = language == "en"
    head = (
        ["product", "severity", "90%", "ranks", "loss of a cut", "90%"]
        if en
        else ["产品", "严重度", "90% 区间", "位次", "断供损失", "90% 区间"]
    )
    rows = [
        [
            one.name.in_(language) + ((" *" if en else "＊") if one.prior_only else ""),
            *_cells(one.severity, language),
            _ranks(one.severity),
            *_cells(one.loss_cut, language),
        ]
        for one in result.products[:SHOWN]
    ]
    title = f"{result.n} draws, seed {result.seed}" if en else f"抽样 {result.n} 次，种子 {result.seed}"
    lines = [title, "", output.table(head, rows, right=(1, 2, 3, 4, 5))]
    if any(one.prior_only for one in result.products[:SHOWN]):
        lines.append("* nothing tells its foreign share" if en else "＊ 境外份额毫无依据，区间只反映先验")
    lines += ["", "Worth finding out:" if en else "最值得查明："]
    lines += _facts(result.facts[:5], language) or ["  –"]
    lines += ["", "Assumptions:" if en else "假设："]
    lines += [f"  - {text.in_(language)}" for text in result.assumptions]
    return "\n".join(lines)


def _facts(facts: "tuple[Fact, ...]", language: str) -> list[str]:
    return [f"  {place}. {one.text.in_(language)}" for place, one in enumerate(facts, start=1)]


def _cells(interval: "Interval | None", language: str) -> list[str]:
    if interval is None:
        return [t("未知", "unknown"), ""]
    low, high = interval.band(0.9)
    return [_percent(interval.median, language), f"{_percent(low, language)} – {_percent(high, language)}"]


def _ranks(interval: "Interval | None") -> str:
    if interval is None:
        return ""
    best, worst = next((best, worst) for level, best, worst in interval.ranks if level == 0.9)
    return f"{best:.0f} – {worst:.0f}"


def _percent(value: float, language: str) -> Any:
    from lianban.chain.diagnosis.sentences import percent

    return percent(value).in_(language)
