"""``lianban figures``: counts and percentages in a text, computed again (数字核对)."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t


def register(app: typer.Typer) -> None:
    """Add ``lianban figures TEXT|FILE|-``."""
    text = typer.Argument(
        metavar="TEXT", help=t("一段文字、一个 UTF-8 文本文件，或 - 读标准输入", "Some words, a UTF-8 text file, or - for stdin")
    )  # fmt: skip
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(help=t("核对文中的家数与百分比", "Compute counts and percentages in a text again"))
    def figures(text: Annotated[str, text], as_json: Annotated[bool, json_option] = False) -> int:
        return _figures(_words(text), as_json)


def _words(given: str) -> str:
    if given == "-":
        return sys.stdin.read()
    try:
        return Path(given).read_text(encoding="utf-8-sig") if len(given) < 1000 and Path(given).is_file() else given
    except (OSError, ValueError):
        raise CommandError(output.NOT_VALID, f"“{given}”不是 UTF-8 文本", f"“{given}” is no UTF-8 text") from None


def _figures(text: str, as_json: bool) -> int:
    from lianban.chain.figures import recompute

    found = recompute(text)
    wrong = [one for one in found if one.state == "inconsistent"]
    if as_json:
        output.data_json({"figures": [one.as_dict() for one in found], "inconsistent": len(wrong)})
    else:
        words = {
            "consistent": ("一致", "agrees"),
            "inconsistent": ("不一致", "does not"),
            "unknown": ("未知", "unknown"),
        }
        for one in found:
            output.data(f"[{t(*words[one.state])}] {one.line(t('zh', 'en'))}  “{one.claim.quote}”")
        if not found:
            output.data(t("文中没有成对的个数与百分比", "No count with its percentage in this text"))
    return output.NOT_VALID if wrong else output.DONE
