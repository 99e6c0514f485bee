"""``lianban whatif PATH``: change one thing, see the loss of the moment and the list before and after."""

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.diagnose import _day
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.whatif import Change, Outcome, Scenario, WhatIf


def register(app: typer.Typer) -> None:
    """Add ``lianban whatif``."""
    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    stop = typer.Option(
        "--stop",
        metavar="ORG|PRODUCT",
        help=t("组织停产，或产品断供；可重复", "Stop an organisation or a product; repeatable"),
    )
    cut = typer.Option(
        "--cut-origin",
        metavar="CODE[:PRODUCT]",
        help=t("来源地断供，如 JP 或 JP:film", "Cut an origin, as JP or JP:film"),
    )
    less = typer.Option(
        "--cut-product",
        metavar="PRODUCT=LEFT",
        help=t("产品产能降至 LEFT，如 film=0.5", "Cut a product's capacity to LEFT, as film=0.5"),
    )
    add = typer.Option(
        "--add-source",
        metavar="PRODUCT=ORG[:SHARE]",
        help=t(
            "新增来源：组织或地点代码，可带份额，如 film=toray:0.3",
            "Add a source: an organisation or a place, with a share if known, as film=toray:0.3",
        ),
    )
    improve = typer.Option(
        "--improve", metavar="PRODUCT=LEVEL", help=t("国内水平提升，如 film=L3", "Set the level at home, as film=L3")
    )
    scope_option = typer.Option(help=t("范围，同 lianban diagnose", "Scope, as in lianban diagnose"))
    rules_option = typer.Option(help=t("规则集名称，或规则文件路径", "Name of a rule set, or path of a pack"))
    day_option = typer.Option("--as-of", help=t("评价以此日为准，默认为数据日期", "Judgements hold on this day"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t(
            "情景推演：当下损失，以及清单的前后对照", "What if: the loss of the moment, and the list before and after"
        )
    )
    def whatif(
        path: Annotated[Path, package],
        stop: Annotated[list[str] | None, stop] = None,
        cut_origin: Annotated[list[str] | None, cut] = None,
        cut_product: Annotated[list[str] | None, less] = None,
        add_source: Annotated[list[str] | None, add] = None,
        improve: Annotated[list[str] | None, improve] = None,
        scope: Annotated[str, scope_option] = "nation",
        rules: Annotated[str, rules_option] = "cn-core-2025",
        as_of: Annotated[str | None, day_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        chain = read_sound_chain(path)
        wishes = {"stop": stop, "cut": cut_origin, "less": cut_product, "add": add_source, "improve": improve}
        scenarios = read_scenarios(chain, {kind: texts or [] for kind, texts in wishes.items()})
        result = _run(chain, scenarios, scope, rules, _day(as_of))
        if as_json:
            output.data_json(result.to_dict())
        else:
            output.data(render_text(result, output.language()))
        return output.DONE


def read_sound_chain(path: Path) -> "Chain":
    """Read a package; one with errors ends with all of its findings."""
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain

    chain = read_chain(path)
    errors = chain.check().errors
    if len(errors):
        raise DataError(errors)
    return chain


def _run(chain: "Chain", scenarios: "list[Scenario]", scope: str, rules: str, as_of: Any) -> "WhatIf":
    """Compute; what cannot be computed is told in a sentence: unknown codes end with 4, all else with 2."""
    from lianban.chain.diagnosis import ScopeError
    from lianban.chain.whatif import ScenarioError
    from lianban.rulebook import RulesError

    try:
        return chain.what_if(*scenarios, scope=scope, rules=rules, as_of=as_of)
    except ScenarioError as error:
        code = output.NOT_FOUND if error.unknown else output.WRONG_USE
        raise CommandError(
            code, error.text.zh, error.text.en, code="unknown_code" if error.unknown else "scenario"
        ) from error
    except ScopeError as error:
        raise CommandError(output.WRONG_USE, error.text.zh, error.text.en, code="scope") from error
    except RulesError as error:
        zh, en = ("\n".join(getattr(problem, language) for problem in error.problems) for language in ("zh", "en"))
        raise CommandError(output.WRONG_USE, zh, en, code="rules") from error


def read_scenarios(chain: "Chain", wishes: dict[str, list[str]]) -> "list[Scenario]":
    """Turn the options into scenarios; all that cannot be read is told at once."""
    from lianban.chain.whatif import CutOrigin, CutProduct, ImproveLevel

    wrong: list[tuple[str, str]] = []
    found: list[Any] = []

    def read(texts: Iterable[str], make: Callable[[str], Any], pattern: str) -> None:
        for text in texts:
            try:
                found.append(make(text))
            except ValueError:
                wrong.append((f"{text} 应写成 {pattern}", f"{text} should read {pattern}"))

    read(wishes["stop"], lambda text: _stop(chain, text), "ORG|PRODUCT")
    read(wishes["cut"], lambda text: CutOrigin(*_split(text, ":", optional=True)), "CODE[:PRODUCT]")
    read(wishes["less"], lambda text: CutProduct(_pair(text)[0], _share(_pair(text)[1])), "PRODUCT=0.5")
    read(wishes["add"], lambda text: _added(chain, *_pair(text)), "PRODUCT=ORG[:0.3]")
    read(wishes["improve"], lambda text: ImproveLevel(*_pair(text)), "PRODUCT=L3")
    if wrong:
        raise CommandError(output.WRONG_USE, "；".join(zh for zh, _ in wrong), "; ".join(en for _, en in wrong))
    if not found:
        raise CommandError(
            output.WRONG_USE,
            "请给出至少一个情景：--stop、--cut-origin、--cut-product、--add-source 或 --improve",
            "Give at least one scenario: --stop, --cut-origin, --cut-product, --add-source or --improve",
        )
    return found


def _stop(chain: "Chain", text: str) -> Any:
    """An organisation or a product; ``org:`` or ``product:`` in front decides where a code is both."""
    from lianban.chain.whatif import StopOrganisations, StopProduct

    if text.startswith("org:"):
        return StopOrganisations(text.removeprefix("org:"))
    if text.startswith("product:"):
        return StopProduct(text.removeprefix("product:"))
    is_organisation, is_product = (_has(chain, table, text) for table in ("organisations", "products"))
    if is_organisation and is_product:
        raise CommandError(
            output.WRONG_USE,
            f"{text} 既是组织又是产品，请写 org:{text} 或 product:{text}",
            f"{text} is both an organisation and a product: write org:{text} or product:{text}",
        )
    if not is_organisation and not is_product:  # the nearer of the two gets to say what was meant
        is_product = _nearness(chain, "products", text) > _nearness(chain, "organisations", text)
    return StopProduct(text) if is_product else StopOrganisations(text)


def _nearness(chain: "Chain", table: str, text: str) -> float:
    codes = (SequenceMatcher(None, text, str(code)).ratio() for code in chain.tables[table]["code"])
    return max(codes, default=0.0)


def _added(chain: "Chain", product: str, text: str) -> Any:
    from lianban.chain.whatif import AddSource
    from lianban.chain.whatif.scenarios import PLACE

    if not product or not text:
        raise ValueError
    who, share = text, None
    if not _has(chain, "organisations", text) and ":" in text:
        who, _, number = text.rpartition(":")
        share = _share(number)
    if not _has(chain, "organisations", who) and PLACE.fullmatch(who):
        return AddSource(product, origin=who, share=share)
    return AddSource(product, organisation=who, share=share)


def _has(chain: "Chain", table: str, code: str) -> bool:
    return bool((chain.tables[table]["code"] == code).fillna(False).any())


def _pair(text: str) -> tuple[str, str]:
    left, right = _split(text, "=")
    return left, right


def _split(text: str, sign: str, *, optional: bool = False) -> list[str]:
    parts = text.split(sign, 1)
    if not all(parts) or (len(parts) < 2 and not optional):
        raise ValueError
    return parts


def _share(text: str) -> float:
    """A share as 0.3 or 30%."""
    number = float(text.removesuffix("%"))
    return number / 100 if text.endswith("%") else number


def render_text(result: "WhatIf", language: str) -> str:
    """Lay the comparison out for a terminal."""
    en = language == "en"
    lines = ["What if: before → after" if en else "情景推演：前 → 后", ""]
    if result.outcome is not None:
        lines += [*_outcome_lines(result.outcome, language), ""]
    shown = [one for one in result.changes if not one.rank_only]
    if shown:
        header = (
            ["rank", "product", "severity", "loss of a cut", "level"]
            if en
            else ["位次", "产品", "严重度", "断供损失", "水平"]
        )
        laid = output.table(header, [_row(one, language) for one in shown]).split("\n")
        lines += laid[:2]
        for line, change in zip(laid[2:], shown, strict=True):
            lines += [line, *(f"      {reason.in_(language)}" for reason in change.reasons)]
    else:
        lines.append("The list stays as it is." if en else "清单不变。")
    moved = len(result.changes) - len(shown)
    if moved:
        lines.append(f"{moved} more moved in rank only." if en else f"另有 {moved} 个产品只是名次移动。")
    lines += ["", "Assumptions:" if en else "假设："]
    lines += [f"  - {text.in_(language)}" for text in result.assumptions]
    return "\n".join(lines)


def _outcome_lines(outcome: "Outcome", language: str) -> list[str]:
    en = language == "en"
    if outcome.loss is None:
        return ["Loss unknown: no product is final." if en else "损失未知：没有最终产品。"]
    loss = _percent(outcome.loss, language)
    lines = [f"Output lost at once: {loss}" if en else f"当下产出损失：{loss}"]
    if outcome.loss_without is not None and abs(outcome.loss_without - outcome.loss) > 1e-9:
        bare = _percent(outcome.loss_without, language)
        lines[0] += f" (without the added sources: {bare})" if en else f"（不新增来源时 {bare}）"
    for final in outcome.by_final:
        way = " → ".join(final.path)
        lines.append(f"  {final.name.in_(language)}  {_percent(final.loss, language)}" + (f"  {way}" if way else ""))
    return lines


def _row(change: "Change", language: str) -> list[str]:
    def both(measure: str, show: Callable[[Any], str]) -> str:
        before, after = (show(values[measure]) for values in (change.before, change.after))
        return before if before == after else f"{before} → {after}"

    def share(value: float | None) -> str:
        return ("unknown" if language == "en" else "未知") if value is None else _percent(value, language)

    def plain(value: Any) -> str:
        return "–" if value is None else str(value)

    shown = [both("rank", plain), change.name.in_(language), both("severity", share), both("loss_cut", share)]
    return [*shown, both("level", plain)]


def _percent(value: float, language: str) -> str:
    from lianban.chain.diagnosis.sentences import percent

    return percent(value).in_(language)
