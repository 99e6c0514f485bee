"""The Word file of an agreement: Chinese fonts set where Word looks for them, A4, annex and places to sign."""

import io
from collections.abc import Mapping
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lianban.kit.text import Text, say

# Named, never shipped: Word, WPS and LibreOffice take their own face where one of these is missing.
BODY, HEAD, TITLE, LATIN = "宋体", "黑体", "宋体", "Times New Roman"


def write(content: Mapping[str, Any], language: str, *, digest: str = "") -> bytes:
    """Write an agreement in one language; without a digest it says that it is a draft."""
    made = Document()
    _page(made)

    def said(pair: Any) -> str:
        return say(pair, language)

    title = made.add_paragraph(said(content["title"]), style="Title")
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    note = Text(f"第 {content['version']} 版", f"Version {content['version']}") if digest else Text("草稿，未定稿，不得签署", "Draft, not issued, not to be signed")  # fmt: skip
    made.add_paragraph(said(note)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _parties(made, content, said)
    for article in content["articles"]:
        number = Text(f"第{_zh(article['number'])}条　", f"Article {article['number']}  ")
        made.add_paragraph(said(number) + said(article["title"]), style="Heading 2")
        made.add_paragraph(said(article["text"])).paragraph_format.first_line_indent = Pt(24)
    if content["background"]:
        _annex(made, content, said)
    _signatures(made, content, said)
    _footer(made, digest, said)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any) -> None:
    """A4 with the margins of official papers; fonts for Latin and for Chinese in every style used."""
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)  # fmt: skip
    for name, face, size in (("Normal", BODY, 12), ("Title", TITLE, 22), ("Heading 1", HEAD, 15), ("Heading 2", HEAD, 12)):  # fmt: skip
        style = made.styles[name]
        style.font.name, style.font.size, style.font.italic = LATIN, Pt(size), False
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)  # a theme would win over the face named here
        fonts.set(qn("w:eastAsia"), face)
        fonts.set(qn("w:hAnsi"), LATIN)
        style.font.color.rgb = None
        if style.element.rPr.find(qn("w:color")) is not None:
            style.element.rPr.remove(style.element.rPr.find(qn("w:color")))
    normal = made.styles["Normal"].paragraph_format
    normal.line_spacing, normal.space_after = 1.5, Pt(0)
    if (border := made.styles["Title"].element.find(f".//{qn('w:pBdr')}")) is not None:
        border.getparent().remove(border)


def _parties(made: Any, content: Mapping[str, Any], said: Any) -> None:
    for party in content["parties"]:
        name = said({"zh": party["name"], "en": party["name_en"] or party["name"]})
        code = (
            said(Text("统一社会信用代码", "credit code")) + f"：{party['credit_code']}" if party["credit_code"] else ""
        )
        line = f"{said(party['label'])}：{name}"
        role = f"（{said(party['role_name'])}）" if party["role"] != "party" else ""
        made.add_paragraph(line + role)
        if code:
            made.add_paragraph(code).paragraph_format.left_indent = Pt(24)


def _annex(made: Any, content: Mapping[str, Any], said: Any) -> None:
    made.add_paragraph(said(Text("附件一　背景知识产权清单", "Annex 1  Background IP")), style="Heading 1")
    labels = {party["id"]: said(party["label"]) for party in content["parties"]}
    heads = [Text("权利人", "Owner"), Text("类别", "Kind"), Text("名称", "Name"), Text("编号", "Number"), Text("允许的用途", "Permitted use")]  # fmt: skip
    table = made.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.text = said(head)
    for line in content["background"]:
        words = (labels.get(line["owner"], ""), said(line["kind_name"]), line["title"], line["number"], line["scope"])
        for cell, word in zip(table.add_row().cells, words, strict=True):
            cell.text = word


def _signatures(made: Any, content: Mapping[str, Any], said: Any) -> None:
    made.add_section(WD_SECTION.NEW_PAGE)
    made.add_paragraph(said(Text("签署页", "Signatures")), style="Heading 1")
    for party in content["parties"]:
        name = said({"zh": party["name"], "en": party["name_en"] or party["name"]})
        made.add_paragraph(f"{said(party['label'])}（{said(Text('盖章', 'seal'))}）：{name}").paragraph_format.space_before = Pt(18)  # fmt: skip
        made.add_paragraph(
            said(Text("法定代表人或授权代表（签字）：", "Legal or authorised representative (signature):"))
        )
        made.add_paragraph(said(Text("日期：　　　　年　　月　　日", "Date:")))


def _footer(made: Any, digest: str, said: Any) -> None:
    """Page number, and the digest that the site's signatures stand on."""
    for section in made.sections:
        section.footer.is_linked_to_previous = False
        line = section.footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if digest:
            line.add_run(f"{said(Text('校验码', 'Digest'))} SHA-256 {digest}").font.size = Pt(7)
            line.add_run().add_break()
        for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            line.add_run()._r.append(element)


def _zh(number: int) -> str:
    """An article's number as Chinese contracts write it: 第十二条."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
