"""``lianban diagnose PATH``: the ranked list of weak points with reasons, as text, JSON, CSV or a report."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.diagnosis import Diagnosis
    from lianban.chain.diagnosis.product import ProductDiagnosis


def register(app: typer.Typer) -> None:
    """Add ``lianban diagnose``."""
    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    scope_option = typer.Option(
        help=t(
            "范围：nation、province、city、park，或区划代码如 441200、441200-hitech",
            "nation, province, city, park, or a code such as 441200 or 441200-hitech",
        )
    )
    rules_option = typer.Option(help=t("规则集名称，或规则文件路径", "Name of a rule set, or path of a pack"))
    day_option = typer.Option("--as-of", help=t("评价以此日为准，默认为数据日期", "Judgements hold on this day"))
    top_option = typer.Option("--top", min=1, help=t("只显示前几个", "Show only the first so many"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))
    html_option = typer.Option("--html", help=t("另存可打印的 HTML 报告", "Also write a printable HTML report"))
    file_option = typer.Option(
        "--output", help=t("写入文件，按扩展名 .json、.csv、.html", "Write to a file: .json, .csv or .html")
    )

    @app.command(help=t("诊断薄弱环节，按严重度排序并说明理由", "Find and rank weak points, with reasons"))
    def diagnose(
        path: Annotated[Path, package],
        scope: Annotated[str, scope_option] = "nation",
        rules: Annotated[str, rules_option] = "cn-core-2025",
        as_of: Annotated[str | None, day_option] = None,
        top: Annotated[int | None, top_option] = None,
        as_json: Annotated[bool, json_option] = False,
        html: Annotated[Path | None, html_option] = None,
        output_file: Annotated[Path | None, file_option] = None,
    ) -> int:
        if output_file is not None and output_file.suffix not in (".json", ".csv", ".html"):
            raise CommandError(
                output.WRONG_USE,
                f"--output 的扩展名须为 .json、.csv 或 .html，得到 {output_file.name}",
                f"--output must end in .json, .csv or .html, got {output_file.name}",
            )
        result = _run(path, scope, rules, _day(as_of))
        if html is not None:
            _write(result, html, "html", top)
        if output_file is not None:
            _write(result, output_file, output_file.suffix[1:], top)
        if as_json:
            output.data(result.to_json())
        elif output_file is None:
            output.data(render_text(result, output.language(), top))
        warnings = sum(1 for finding in result.findings if finding["severity"] == "warning")
        if warnings:
            output.say(
                t(f"数据有 {warnings} 个警告，见 lianban chain check", f"{warnings} warnings, see lianban chain check")
            )
        return output.DONE


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CommandError(
            output.WRONG_USE,
            f"--as-of 应为 2025-06-30 这样的日期，得到 {text}",
            f"--as-of must be a date such as 2025-06-30, got {text}",
        ) from None


def _run(path: Path, scope: str, rules: str, as_of: date | None) -> "Diagnosis":
    """Read the package and diagnose it; a rule set or scope that cannot be used is wrong use, told in a sentence."""
    from lianban.chain.diagnosis import ScopeError, diagnose
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain
    from lianban.rulebook import RulesError

    package = read_chain(path)
    errors = package.check().errors
    if len(errors):
        raise DataError(errors)
    try:
        return diagnose(package, scope=scope, rules=rules, as_of=as_of)
    except ScopeError as error:
        raise CommandError(output.WRONG_USE, error.text.zh, error.text.en, code="scope") from error
    except RulesError as error:
        raise CommandError(
            output.WRONG_USE,
            "\n".join(problem.zh for problem in error.problems),
            "\n".join(problem.en for problem in error.problems),
            code="rules",
            details=[{"zh": problem.zh, "en": problem.en} for problem in error.problems],
        ) from error


def _write(result: "Diagnosis", path: Path, kind: str, top: int | None) -> None:
    """Write one file; whoever reads it finds class, rule set and fingerprint inside."""
    if kind == "json":
        path.write_text(result.to_json(), encoding="utf-8")
    elif kind == "csv":
        frame = result.table(output.language())
        (frame if top is None else frame.head(top)).to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    else:
        from lianban.cli.report import render_html

        path.write_text(render_html(result, output.language(), top), encoding="utf-8")
    output.say(t(f"已写入 {path}", f"Wrote {path}"))


def render_text(result: "Diagnosis", language: str, top: int | None = None) -> str:
    """Lay the diagnosis out for a terminal: the ranked list, a reason under each line, then what is unknown."""
    en = language == "en"
    points = result.weak_points[:top]
    lines = [_headline(result, en), ""]
    if points:
        header = (
            ["#", "product", "level", "kind", "severity", "route"]
            if en
            else ["位次", "产品", "水平", "类型", "严重度", "建议路径"]
        )
        rows = [_row(result, point, language) for point in points]
        laid = output.table(header, rows, right=[0]).split("\n")
        lines += laid[:2]
        for line, point in zip(laid[2:], points, strict=True):
            lines += [line, f"      {result.reason(point.code).in_(language)}"]
    else:
        lines.append("No weak point of known severity." if en else "没有严重度已知的薄弱环节。")
    hidden = len(result.weak_points) - len(points)
    if hidden:
        lines.append(f"… {hidden} more (--top)" if en else f"……另有 {hidden} 个（--top）")
    if result.unknown:
        lines += ["", "Unknown, listed apart:" if en else "未知（另列，不参加排序）："]
        lines += [f"  {p.name.in_(language)}  {_join(p.missing, language)}" for p in result.unknown]
    if result.strengths:
        names = [point.name.in_(language) for point in result.strengths]
        lines += ["", ("Strengths: " if en else "长板：") + (", " if en else "、").join(names)]
    return "\n".join(lines)


def _headline(result: "Diagnosis", en: bool) -> str:
    info = result.facts.info
    name = (info.get("name_en") if en else None) or info.get("name") or ""
    scope = result.scope.area or result.scope.code
    level = result.network.data_level_text
    if en:
        return (
            f"{name}: weak points (scope {scope}; as of {result.facts.as_of}; rule set {result.rules.name}; "
            f"data: {level.en})"
        )
    place = "全国" if result.scope.area is None else scope
    return f"{name} · 薄弱环节（范围 {place}；截至 {result.facts.as_of}；规则集 {result.rules.name}；数据层次：{level.zh}）"


def _row(result: "Diagnosis", point: "ProductDiagnosis", language: str) -> list[Any]:
    from lianban.chain.diagnosis.kinds import NAMES
    from lianban.chain.diagnosis.routes import ROUTES

    kind = NAMES[point.kind].in_(language) if point.kind else "–"
    route = ROUTES[point.route.code].in_(language) if point.route.code else "–"
    if point.route.provisional:
        route += " (provisional)" if language == "en" else "（暂定）"
    return [
        point.rank,
        point.name.in_(language),
        point.level.used,
        kind,
        severity_words(point, language),
        route,
    ]


def severity_words(point: "ProductDiagnosis", language: str) -> str:
    """Write a severity: with judgement data only the band first, else the percentage first; 推定 where inferred."""
    from lianban.chain.diagnosis.losses import BANDS
    from lianban.chain.diagnosis.sentences import percent

    if point.severity is None or point.band is None:
        return "unknown" if language == "en" else "未知"
    band, share = BANDS[point.band].in_(language), percent(point.severity).in_(language)
    note = (", inferred" if language == "en" else "，推定") if point.loss.inferred else ""
    if point.loss.at_least:
        share = f"at least {share}" if language == "en" else f"至少 {share}"
    first, second = (band, share) if point.band_first else (share, band)
    return f"{first} ({second}{note})" if language == "en" else f"{first}（{second}{note}）"


def _join(texts: Any, language: str) -> str:
    return ("; " if language == "en" else "；").join(text.in_(language) for text in texts)
