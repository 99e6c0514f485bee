"""Pictures (图片): a drawing in SVG as PNG or as PDF with text that can be selected. Typst is known to this floor only."""

import re
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape

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
SVG_FACES = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
PIXELS_PER_INCH = 192.0


ElementTree.register_namespace("", "http://www.w3.org/2000/svg")


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


def with_lines(svg: bytes, lines: Sequence[str], *, size: float = 12.0) -> bytes:
    """Put lines of text below a drawing, broken to its width, and say the same to programs that read the file."""
    root = ElementTree.fromstring(svg)
    width, height = _size(root)
    broken = [part for line in lines for part in _broken(line, (width - 28) / size)]
    step = size * 1.5
    root.set("width", f"{width:g}")
    root.set("height", f"{height:g}")
    total = height + step * (len(broken) + 1)
    inner = ElementTree.tostring(root, encoding="unicode")
    written = "".join(
        f'<text x="14" y="{height + step * (i + 1):g}" font-size="{size:g}" fill="#4a5765">{escape(line)}</text>'
        for i, line in enumerate(broken)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{total:g}" viewBox="0 0 {width:g} {total:g}"'
        f' font-family="{SVG_FACES}"><desc>{escape(" ".join(lines))}</desc>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{inner}{written}</svg>'
    ).encode()


def _size(root: ElementTree.Element) -> tuple[float, float]:
    box = [float(part) for part in re.split(r"[\s,]+", root.get("viewBox", "").strip()) if part]
    if len(box) == 4:
        return box[2], box[3]
    return float(root.get("width", "300").removesuffix("px")), float(root.get("height", "150").removesuffix("px"))


def _broken(line: str, ems: float) -> list[str]:
    """Break a line after so many ems; a Chinese character is one, a Latin letter about half. Dates and words stay whole."""
    parts, used = [""], 0.0
    for word in re.findall(r"[!-~]{1,40}|.", line):
        width = sum(1.0 if ord(c) > 0x2E7F else 0.55 for c in word)
        if used + width > ems and parts[-1]:
            parts.append("")
            used = 0.0
        parts[-1] += word
        used += width
    return [part.strip() for part in parts]


def _drawn(svg: bytes, kind: str, **options: Any) -> bytes:
    import typst

    if needs_chinese(svg.decode("utf-8", "replace")) and not known((*HANS_SANS, *HANS_SERIF)):
        raise NoFont
    with tempfile.TemporaryDirectory(prefix="lianban-") as place:
        (Path(place) / "picture.svg").write_bytes(svg)
        page = Path(place) / "page.typ"
        page.write_text('#set page(width: auto, height: auto, margin: 0pt)\n#image("picture.svg")\n', encoding="utf-8")
        compiled: Any = typst.compile
        made = compiled(page, root=place, format=kind, **options)
    return bytes(made[0] if isinstance(made, list) else made)
