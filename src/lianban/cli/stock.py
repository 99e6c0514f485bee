"""``lianban stock PATH``: how long the chain lasts without each product, and what stock would help."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.diagnose import _day
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.dynamics import ChainDynamics, ProductSafety


def register(app: typer.Typer) -> None:
    """Add ``lianban stock``."""
    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    product_option = typer.Option(
        "--product",
        metavar="CODE",
        help=t("只看这些产品，并列出库存曲线；可重复", "Look at these products only, with their curves; repeatable"),
    )
    scenario_option = typer.Option(
        help=t(
            "stop 全部来源断供；cut 最大境外来源断供；left 同 cut，但其他来源动用备用产能",
            "stop: every source; cut: the largest foreign origin; left: the same, the others use spare capacity",
        )
    )
    assume_option = typer.Option(
        "--assume",
        metavar="ITEM=DAYS",
        help=t(
            "参数表未填处的假设：stock_days、recovery_days、lead_days，如 stock_days=30；可重复",
            "Where the parameters are silent: stock_days, recovery_days, lead_days, as stock_days=30; repeatable",
        ),
    )
    days_option = typer.Option(
        "--days", metavar="DAYS", help=t("最多看多少天，1 到 36500", "Days looked ahead, 1 to 36500")
    )
    extra_option = typer.Option(
        "--extra",
        metavar="DAYS",
        help=t("库存曲线上增加的天数；可重复", "Days of stock added in the curve; repeatable"),
    )
    at_option = typer.Option(
        "--at",
        metavar="ORG|final",
        help=t(
            "库存加在哪个组织，或 final 最终使用方；默认所有使用方",
            "Add the stock at this organisation, or at final use",
        ),
    )
    channel_option = typer.Option(
        help=t(
            "supply 采购量照旧；both 订单随生产和补库变化",
            "supply: orders as usual; both: orders follow production and refill stocks",
        )
    )
    rules_option = typer.Option(help=t("规则集名称，或规则文件路径", "Name of a rule set, or path of a pack"))
    day_option = typer.Option("--as-of", help=t("评价以此日为准，默认为数据日期", "Judgements hold on this day"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t(
            "时间与库存：断供后能撑几天，恢复要几天，多备多少库存可以补上",
            "Time and stock: days survived against days to recover, and the stock that closes the gap",
        )
    )
    def stock(
        path: Annotated[Path, package],
        product: Annotated[list[str] | None, product_option] = None,
        scenario: Annotated[str, scenario_option] = "stop",
        assume: Annotated[list[str] | None, assume_option] = None,
        days: Annotated[int, days_option] = 365,
        extra: Annotated[list[float] | None, extra_option] = None,
        at: Annotated[str | None, at_option] = None,
        channel: Annotated[str, channel_option] = "supply",
        rules: Annotated[str, rules_option] = "cn-core-2025",
        as_of: Annotated[str | None, day_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        result = _run(
            path, product or None, scenario=scenario, assume=read_assumptions(assume or []), days=days,
            extra_days=extra or None, at=at, channel=channel, rules=rules, as_of=_day(as_of),
        )  # fmt: skip
        if as_json:
            output.data_json(result.to_dict())
        else:
            output.data(render_text(result, output.language(), curves=bool(product)))
        return output.DONE


def read_assumptions(texts: Iterable[str]) -> dict[str, float]:
    """Turn ITEM=DAYS into numbers; all that cannot be read is told at once."""
    found: dict[str, float] = {}
    wrong: list[str] = []
    for text in texts:
        item, _, days = text.partition("=")
        try:
            found[item.strip()] = float(days)
        except ValueError:
            wrong.append(text)
    if wrong:
        shown_zh, shown_en = "、".join(wrong), ", ".join(wrong)
        raise CommandError(
            output.WRONG_USE,
            f"--assume 应写成 stock_days=30 这样，得到 {shown_zh}",
            f"--assume should read stock_days=30, got {shown_en}",
        )
    return found


def _run(path: Path, products: list[str] | None, **options: Any) -> "ChainDynamics":
    """Read the package and compute; what cannot be computed is told in a sentence: unknown codes end with 4, all else with 2."""
    from lianban.chain.dynamics import DynamicsError
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain
    from lianban.rulebook import RulesError

    chain = read_chain(path)
    errors = chain.check().errors
    if len(errors):
        raise DataError(errors)
    try:
        return chain.dynamics(products, **options)
    except DynamicsError as error:
        code = output.NOT_FOUND if error.unknown else output.WRONG_USE
        raise CommandError(
            code, error.text.zh, error.text.en, code="unknown_code" if error.unknown else "wrong_use"
        ) from error
    except RulesError as error:
        zh, en = ("\n".join(getattr(problem, language) for problem in error.problems) for language in ("zh", "en"))
        raise CommandError(output.WRONG_USE, zh, en, code="rules") from error


def render_text(result: "ChainDynamics", language: str, *, curves: bool) -> str:
    """Lay the answer out for a terminal: products, under each what would help or what is missing; then the assumptions."""
    from lianban.chain.dynamics.words import SCENARIOS

    en = language == "en"
    scenario = SCENARIOS[result.scenario].in_(language)
    exposed, unknown, n = len(result.exposed), len(result.unknown), len(result.products)
    lines = [
        f"Time and stock ({scenario}): {n} products, {exposed} exposed, {unknown} unknown"
        if en
        else f"时间与库存（{scenario}）：{n} 个产品，{exposed} 个有风险，{unknown} 个未知",
        "",
    ]
    header = (
        ["product", "", "survives", "to recover", "in stock", "output lost", "without stock"]
        if en
        else ["产品", "", "可支撑", "恢复需", "库存", "损失", "无库存时损失"]
    )
    laid = output.table(header, [_row(one, result, language) for one in result.products], right=range(2, 7)).split("\n")
    lines += laid[:2]
    for line, one in zip(laid[2:], result.products, strict=True):
        lines += [line, *_under(one, language, curve=curves)]
    lines += [
        "",
        "Days; output lost is in days of the chain's whole output." if en else "单位：天；损失按全链产出天数计。",
    ]
    lines += ["", "Assumptions:" if en else "假设："]
    lines += [f"  - {text.in_(language)}" for text in result.assumptions]
    if result.notes:
        lines += ["", "Notes:" if en else "说明："]
        lines += [f"  - {text.in_(language)}" for text in result.notes]
    return "\n".join(lines)


def _row(one: "ProductSafety", result: "ChainDynamics", language: str) -> list[str]:
    en = language == "en"
    marks = {
        "yes": "exposed" if en else "有风险",
        "no": "lasts" if en else "撑得到",
        "unknown": "unknown" if en else "未知",
    }
    unknown = "unknown" if en else "未知"

    def days(value: float | None) -> str:
        return unknown if value is None else f"{value:.4g}"

    survives = f"> {result.parameters['days']}" if one.endless else days(one.tts)
    lost, bare = days(one.loss_days), days(one.loss_days_without_stock)
    if one.at_least and one.tts is not None:
        survives = f"≥ {survives}"
    if one.at_least and one.loss_days:
        lost = f"≤ {lost}"
    recover = days(one.ttr)
    if one.ttr_basis == "assumed":
        recover += " (assumed)" if en else "（假设）"
    return [one.name.in_(language), marks[one.exposed], survives, recover, days(one.stock_days), lost, bare]


def _under(one: "ProductSafety", language: str, *, curve: bool) -> list[str]:
    """Lines under a product: what stock would help, what is missing, the curve if asked for."""
    from lianban.chain.dynamics.result import missing_text

    en = language == "en"
    lines = []
    if one.exposed != "no" and one.extra_text is not None:
        lines.append(one.extra_text.in_(language))
    if one.missing:
        lines.append(("Missing: " if en else "缺少：") + missing_text(one.missing).in_(language))
    if curve and one.curve:
        pairs = [f"+{extra:g} → {lost:.4g}" for extra, lost in one.curve]
        lines.append(
            ("Stock added → output lost: " if en else "增加库存 → 损失：") + (", " if en else "，").join(pairs)
        )
    return [f"      {line}" for line in lines]
