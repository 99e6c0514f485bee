"""Pictures (图片): a drawing in SVG as PNG or as PDF with text that can be selected. Typst is known to this floor only."""

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from lianban.rulebook.text import Text

# Faces tried in this order; commercial ones are named, none is shipped.
HANS_SERIF = (
    "FangSong_GB2312", "FangSong", "STFangsong", "仿宋_GB2312", "仿宋", "FandolFang R", "Noto Serif CJK SC", "Noto Serif SC",
    "Source Han Serif SC", "SimSun", "Songti SC",
)  # fmt: skip
HANS_SANS = (
    "SimHei", "黑体", "STHeiti", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi Micro Hei",
)  # fmt: skip
PIXELS_PER_INCH = 192.0


class NoFont(Exception):
    """This machine has no Chinese font, so Chinese text would be empty boxes (本机没有中文字体)."""

    text = Text(
        "本机没有中文字体，无法生成 PDF 或 PNG；请管理员安装思源宋体（Noto Serif CJK SC）和思源黑体（Noto Sans CJK SC）",
        "This machine has no Chinese font, so no PDF or PNG can be made; have Noto Serif CJK SC and Noto Sans CJK SC installed",
    )

    def __init__(self) -> None:
        super().__init__(self.text.en)


@cache
def families() -> frozenset[str]:
    """Names of the fonts on this machine."""
    import typst

    return frozenset(typst.Fonts().families())


def known(faces: Sequence[str]) -> list[str]:
    """Those of some faces that this machine has, in their order."""
    there = {family.casefold(): family for family in families()}
    return [there[face.casefold()] for face in faces if face.casefold() in there]


def needs_chinese(text: str) -> bool:
    return any("\u2e80" <= c <= "\uffef" for c in text)


def png(svg: bytes, *, ppi: float = PIXELS_PER_INCH) -> bytes:
    """Draw an SVG as PNG."""
    return _drawn(svg, "png", ppi=ppi)


def pdf(svg: bytes) -> bytes:
    """Put an SVG on a PDF page of its size; lines stay lines and text stays text."""
    return _drawn(svg, "pdf")


def _drawn(svg: bytes, kind: str, **options: Any) -> bytes:
    import typst

    if needs_chinese(svg.decode("utf-8", "replace")) and not known((*HANS_SANS, *HANS_SERIF)):
        raise NoFont
    with tempfile.TemporaryDirectory(prefix="lianban-") as place:
        (Path(place) / "picture.svg").write_bytes(svg)
        page = Path(place) / "page.typ"
        page.write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg")\n', encoding="utf-8")
        made = typst.compile(page, root=place, format=kind, **options)
    return bytes(made[0] if isinstance(made, list) else made)
