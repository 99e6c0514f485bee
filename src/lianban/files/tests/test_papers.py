"""Papers: official layout in Word, selectable text in PDF, and no word of them is ever read as markup."""

import io
import zipfile
from datetime import date, datetime

import pypdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from lianban.files import charts, pictures, printed, word
from lianban.files.facts import Facts
from lianban.files.papers import Grid, Heading, Paper, Picture, Words, chinese
from lianban.rulebook.text import Text

FACTS = Facts(
    Text("产业链分析报告", "Chain report"), datetime(2026, 11, 23, 9, 0), Text("链办经办", "officer"), date(2026, 10, 31), "7",
    Text("链办", "office"),
)  # fmt: skip
HOSTILE = '#set page(paper: "a5") *粗* $x$ ]] \x00\x0b =1+1 <w:t>'


def paper(language: str = "zh") -> Paper:
    chart = charts.bars([("滤膜", 0.4, "40.0 %"), ("填料 <&>", 0.2, "20.0 %")])
    blocks = [
        Heading("总体情况"), Words(HOSTILE), Heading("细目", 2), Heading("再细", 3), Heading("薄弱环节"),
        Grid("清单", ("序", "产品"), [("1", "滤膜"), ("2", HOSTILE)], (1, 4), (0,)), Picture("损失", chart, "滤膜 40.0 %"),
    ]  # fmt: skip
    return Paper(
        "单克隆抗体产业链分析报告", language, blocks, FACTS, "示例市产业链办公室", date(2026, 11, 23), "链办内部"
    )


def test_a_word_file_has_the_layout_of_official_documents():
    data = word.docx(paper())
    made = Document(io.BytesIO(data))
    section = made.sections[0]
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    measured = (section.page_width, section.top_margin, section.left_margin, width, height)
    assert [round(one / Mm(1), 1) for one in measured] == [210, 37, 28, 156, 225]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")
    spacing = made.styles["Normal"].element.rPr.find(qn("w:spacing"))
    assert 28 * (16 + int(spacing.get(qn("w:val"))) / 20) <= 156 / 25.4 * 72 < 29 * 15.75
    faces = {
        name: made.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3")
    }
    assert list(faces.values()) == ["仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]
    texts = [line.text for line in made.paragraphs]
    assert "一、总体情况" in texts and "（一）细目" in texts and "1.再细" in texts and "二、薄弱环节" in texts
    assert "2026年11月23日" in texts and "示例市产业链办公室" in texts
    told = {row.cells[0].text: row.cells[1].text for row in made.tables[-1].rows}
    assert told["数据日期"] == "2026-10-31" and told["密级"] == "链办" and "lianban" in told["程序版本"]
    assert not [
        name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "font" in name and "fontTable" not in name
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_text_of_a_pdf_can_be_selected(language):
    try:
        data = printed.pdf(paper(language))
    except pictures.NoFont as error:  # said before anything is written
        assert "字体" in error.text.zh
        return
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    text = "".join(page.extract_text() for page in pages).replace(" ", "").replace("\n", "")
    assert "单克隆抗体产业链分析报告" in text and '#setpage(paper:"a5")*粗*$x$' in text
    assert "2026-10-31" in text and "40.0%" in text and float(pages[0].mediabox.width) == pytest.approx(595.3, abs=0.2)
    assert data == printed.pdf(paper(language))


def test_numbers_are_written_as_in_official_papers():
    assert [chinese(n) for n in (1, 10, 12, 20, 35)] == ["一", "十", "十二", "二十", "三十五"]


def test_a_picture_keeps_its_words_as_svg_png_and_pdf():
    svg = pictures.with_lines(charts.stacked([charts.Part("L2", 3, "#8f5a00"), charts.Part("未知", 1, "#fff", "#000")]), ["密级：链办；数据日期：2026-10-31"])  # fmt: skip
    assert "数据日期：2026-10-31" in svg.decode()
    if not pictures.known(pictures.HANS_SANS):
        with pytest.raises(pictures.NoFont):
            pictures.png(svg)
        return
    assert pictures.png(svg).startswith(b"\x89PNG")
    assert "密级：链办" in pypdf.PdfReader(io.BytesIO(pictures.pdf(svg))).pages[0].extract_text()
