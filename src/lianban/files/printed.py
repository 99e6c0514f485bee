"""Papers as PDF: text stays text, so it can be selected, searched and read aloud."""

import json
from pathlib import Path
from typing import Any

from lianban.files import pictures
from lianban.files.papers import Paper

TEMPLATE = Path(__file__).with_name("paper.typ")
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")
TITLES = ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC")
KAI = ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "STKaiti", "AR PL UKai CN", "Noto Serif CJK SC", "Noto Serif SC")


def pdf(paper: Paper) -> bytes:
    """Print a paper as PDF.

    Raises
    ------
    NoFont
        The paper has Chinese text and this machine no Chinese font.
    """
    import typst

    told = json.dumps(paper.as_dict(), ensure_ascii=False)
    serif, sans = pictures.known(pictures.HANS_SERIF), pictures.known(pictures.HANS_SANS)
    if pictures.needs_chinese(told) and not (serif or sans):
        raise pictures.NoFont
    latin = pictures.known(LATIN)
    either = serif or sans
    faces = {
        "text": [*latin, *either],
        "serif": [*latin, *either],
        "black": [*latin, *(sans or serif)],
        "kai": [*latin, *pictures.known(KAI), *either],
        "title": [*latin, *pictures.known(TITLES), *either],
    }
    compiled: Any = typst.compile
    options: dict[str, Any] = {
        "root": TEMPLATE.parent, "format": "pdf", "timestamp": int(paper.facts.made_at.timestamp()),
        "sys_inputs": {"paper": told, "faces": json.dumps(faces, ensure_ascii=False)},
    }  # fmt: skip
    try:
        return bytes(compiled(TEMPLATE, pdf_standards=["a-2a"], **options))  # for archives
    except typst.TypstError:  # a rare character that no face here can show: the archive standard forbids such a page
        return bytes(compiled(TEMPLATE, **options))
