"""``lianban classify``: codes of a classification that a product's words point to (分类建议)."""

from pathlib import Path
from typing import Annotated

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t


def register(app: typer.Typer) -> None:
    """Add ``lianban classify WORDS --with FILE``."""
    words = typer.Argument(metavar="WORDS", help=t("产品名称或一段说明", "A product's name, or what it is"))
    file = typer.Option("--with", metavar="FILE", help=t("分类文件：CSV，第一行有“编码”和“名称”列", "The classification: CSV with columns code and name"))  # fmt: skip
    digits = typer.Option("--digits", min=1, help=t("编码取前几位（HS 品目为 4）", "Cut codes to so many digits (4 = HS headings)"))  # fmt: skip
    most = typer.Option("--most", min=1, max=50, help=t("最多几条", "At most so many"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t("分类建议：产品最可能对应的 GB/T 4754、HS 等编码", "Propose codes (GB/T 4754, HS …) for a product")
    )
    def classify(
        words: Annotated[str, words],
        file: Annotated[Path, file],
        digits: Annotated[int | None, digits] = None,
        most: Annotated[int, most] = 5,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        return _classify(words, file, digits, most, as_json)


def _classify(words: str, file: Path, digits: int | None, most: int, as_json: bool) -> int:
    from dataclasses import asdict

    from lianban.chain.classify import ClassificationUnreadable, read_classification

    try:
        known = read_classification(file)
    except ClassificationUnreadable as error:
        raise CommandError(output.NOT_VALID, error.text.zh, error.text.en) from None
    found = known.propose(words, most=most, digits=digits)
    if as_json:
        output.data_json({"classification": known.name, "candidates": [asdict(one) for one in found]})
        return output.DONE
    for one in found:
        shared = t("、", ", ").join(one.words)
        output.data(f"{one.code}\t{one.name}\t{one.score:.2f}\t{shared}")
    if not found:
        output.data(
            t(
                "没有相近的类目；请换个说法，或人工查表",
                "Nothing is like it; put it in other words, or look it up by hand",
            )
        )
    return output.DONE
