"""``lianban match``: draft the question of a team from a package, and find the best team for a question."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t
from lianban.cli.whatif import read_sound_chain


def register(app: typer.Typer) -> None:
    """Add ``lianban match``."""
    path_argument = typer.Argument(
        metavar="PATH",
        help=t("组队问题单（.json），或数据包（配合 --draft）", "A question (.json), or a package with --draft"),
    )
    product_option = typer.Option("--product", help=t("为哪个产品起草问题单", "The product to draft a question for"))
    draft_option = typer.Option(
        "--draft", metavar="FILE", help=t("写出问题单草稿（成本留空）后结束", "Write a draft without costs, and stop")
    )
    seconds_option = typer.Option(
        "--seconds", min=1, help=t("每次求解的限时（秒）", "Time limit of each search, seconds")
    )
    points_option = typer.Option("--points", min=2, max=50, help=t("曲线上的点数", "Points of the curve"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t(
            "组队：覆盖所需能力的最优团队、每项要求的代价、成本与强度曲线",
            "Match: the best team that covers the needs, the price of each wish, the cost–strength curve",
        )
    )
    def match(
        path: Annotated[Path, path_argument],
        product: Annotated[str | None, product_option] = None,
        draft: Annotated[Path | None, draft_option] = None,
        seconds: Annotated[float, seconds_option] = 60.0,
        points: Annotated[int, points_option] = 8,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        if draft is not None:
            return _draft(path, product, draft)
        found = _told(lambda: _answer(path, seconds, points))
        if as_json:
            output.data_json(found)
        else:
            output.data(render_text(found, output.language()))
        return output.DONE


def _draft(path: Path, product: str | None, file: Path) -> int:
    from lianban.chain import teams

    if product is None:
        raise CommandError(output.WRONG_USE, "请用 --product 写明产品编码", "Name a product with --product")
    chain = read_sound_chain(path)
    given = _told(lambda: teams.draft(chain, product))
    file.write_text(json.dumps(given, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    n = len(given["candidates"])
    output.say(
        t(f"已写入 {file}：{n} 个候选，请填 cost_fen（分）", f"Wrote {file}: {n} candidates; fill cost_fen (fen)")
    )
    return output.DONE


def _answer(path: Path, seconds: float, points: int) -> dict[str, Any]:
    from lianban.chain import teams

    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise CommandError(output.NOT_VALID, f"{path} 不是 JSON：{error}", f"{path} is no JSON: {error}") from error
    if not isinstance(given, dict):
        raise CommandError(output.NOT_VALID, f"{path} 不是问题单", f"{path} is no question")
    return teams.answer(given, seconds=seconds, points=points)


def _told(compute: Any) -> Any:
    from lianban.chain.teams import QuestionError

    try:
        return compute()
    except QuestionError as error:
        raise CommandError(output.NOT_VALID, error.text.zh, error.text.en, code="question") from error


def render_text(found: dict[str, Any], language: str) -> str:
    """Lay the answer out for a terminal."""
    en = language == "en"

    def say(text: dict[str, str]) -> str:
        return text["en" if en else "zh"]

    lines = [say(found["words"]), say(found["status_text"]), ""]
    if found["members"]:
        header = ["member", "kind", "cost, yuan", "covers"] if en else ["成员", "性质", "成本（元）", "能力"]
        rows = [
            [say(m["name"]), m["kind"], f"{m['cost_fen'] / 100:,.2f}",
             ", ".join(f"{say(c['name'])} {c['level']}" for c in m["covers"])]
            for m in found["members"]
        ]  # fmt: skip
        lines += [*output.table(header, rows, right=[2]).split("\n"), ""]
    for one in found["relaxations"]:
        lines.append(("Relax: " if en else "可放宽：") + "; ".join(say(rule["name"]) for rule in one["rules"]))
        lines.append(f"  → {say(one['team']['status_text'])}, {_money(one['team'], en)}")
    dear = [one for one in found["prices"] if one["price"]]
    if dear:
        header = ["wish", "costs"] if en else ["要求", "代价"]
        unit = found["objective"] == "cost"
        rows = [[say(one["name"]), f"{one['price'] / 100:,.2f}" if unit else str(one["price"])] for one in dear]
        lines += [*output.table(header, rows, right=[1]).split("\n"), ""]
    if found["curve"]:
        header = ["cost, yuan", "strength", "members"] if en else ["成本（元）", "强度（分）", "家数"]
        rows = [[f"{p['cost_fen'] / 100:,.2f}", str(p["strength"]), str(len(p["members"]))] for p in found["curve"]]
        lines += output.table(header, rows, right=[0, 1, 2]).split("\n")
    if found["left_out"]:
        names = ", ".join(say(one["name"]) for one in found["left_out"])
        lines.append((f"Left out, no cost: {names}") if en else f"未填成本、未纳入：{names}")
    return "\n".join(lines)


def _money(team: dict[str, Any], en: bool) -> str:
    if team["cost_fen"] is None:
        return "no team" if en else "无团队"
    return f"{team['cost_fen'] / 100:,.2f} {'yuan' if en else '元'}"
