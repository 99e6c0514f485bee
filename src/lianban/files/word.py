"""Papers as Word files (.docx): the faces of official documents named where Word looks for Chinese ones, none shipped."""

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lianban.files import pictures
from lianban.files.papers import Grid, Heading, Paper, Picture, Words
from lianban.files.plain import clean

LATIN = "Times New Roman"
TITLE, TEXT, FIRST, SECOND, PAGE = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LINE = 28.95  # points: 22 lines on 225 mm
# style, face, size in points (size 2 is 22, size 3 is 16), bold
FACES = (
    ("Normal", TEXT, 16, False), ("Title", TITLE, 22, False), ("Heading 1", FIRST, 16, False), ("Heading 2", SECOND, 16, False),
    ("Heading 3", TEXT, 16, True), ("Caption", FIRST, 12, False),
)  # fmt: skip
CENTRE, RIGHT, LEFT, BOTH = (
    WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY,
)  # fmt: skip


def docx(paper: Paper) -> bytes:
    """Write a paper as a Word file. Pictures are drawn where the machine can; else their caption says what they show."""
    made: Any = Document()
    made.core_properties.title, made.core_properties.author = clean(paper.title), paper.facts.author.in_(paper.language)
    made.core_properties.comments = paper.facts.sentence(paper.language)[:255]
    made.core_properties.created = made.core_properties.modified = paper.facts.made_at.replace(tzinfo=None)
    _page(made, paper)
    if paper.classified:
        _line(made, paper.classified, face=FIRST)
    for _ in range(2 - bool(paper.classified)):  # the title stands two lines below the top of the type area
        _line(made, "")
    title = made.add_paragraph(clean(paper.title), style="Title")
    title.alignment = CENTRE
    _line(made, "")
    for block in paper.numbered():
        _block(made, block)
    _ending(made, paper)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _page(made: Any, paper: Paper) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = (
        Mm(37),
        Mm(35),
        Mm(28),
        Mm(26),
    )
    section.footer_distance = Mm(35 - 7 - 6)  # the number stands 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    for name, value in (("type", "lines"), ("linePitch", "579")):
        grid.set(qn(f"w:{name}"), value)
    for name, face, size, bold in FACES:
        head = name.startswith(("Title", "Heading"))  # their faces differ from the text in Chinese only
        _dress(made.styles[name], face, size, bold or (head and paper.english))
    _close_up(made.styles["Normal"])
    normal = made.styles["Normal"].paragraph_format
    normal.line_spacing_rule, normal.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
    normal.space_before = normal.space_after = Pt(0)
    language = made.styles.element.find(f".//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")
    made.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        _page_number(footer.paragraphs[0], side)


def _dress(style: Any, face: str, size: float, bold: bool) -> None:
    """Give a style its faces; a theme or a colour of the template would win over them."""
    style.font.name, style.font.size, style.font.bold, style.font.italic = LATIN, Pt(size), bold, False
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:hAnsi"), LATIN)
    for name in ("w:color", "w:kern", "w:spacing"):
        if (found := style.element.rPr.find(qn(name))) is not None:
            style.element.rPr.remove(found)
    if (border := style.element.find(f".//{qn('w:pBdr')}")) is not None:
        border.getparent().remove(border)
    format = style.paragraph_format
    format.space_before = format.space_after = Pt(0)
    if style.name == "Title":
        format.line_spacing_rule, format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(32)
    if style.name.startswith("Heading"):
        format.line_spacing_rule, format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(LINE)
        _indent(style.element.get_or_add_pPr())


def _close_up(style: Any) -> None:
    """Set 28 characters of size 3 on a line of 156 mm: each a quarter of a point closer.

    A grid of characters says the same, but where its cells are narrower than a character some programs give each character
    two of them.
    """
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), "-5")  # twentieths of a point
    style.element.get_or_add_rPr().insert_element_before(spacing, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")


def _off_the_grid(line: Any, points: float) -> None:
    """Lines of a table are closer than those of the page."""
    line.paragraph_format.line_spacing_rule, line.paragraph_format.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(points)
    snap = OxmlElement("w:snapToGrid")
    snap.set(qn("w:val"), "0")
    line._p.get_or_add_pPr().insert_element_before(snap, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _indent(properties: Any, characters: int = 2) -> None:
    """Indent the first line by characters, which holds whatever the size."""
    found = properties.find(qn("w:ind"))
    if found is None:
        found = OxmlElement("w:ind")
        properties.append(found)
    found.set(qn("w:firstLineChars"), str(characters * 100))
    found.set(qn("w:firstLine"), str(characters * 320))


def _line(made: Any, text: str, *, align: Any = LEFT, face: str = "", right: int = 0) -> Any:
    line = made.add_paragraph()
    line.alignment = align
    run = line.add_run(clean(text))
    if face:
        run.font.name = LATIN
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if right:
        line.paragraph_format.right_indent = Pt(16 * right)
    return line


def _block(made: Any, block: Any) -> None:
    if isinstance(block, Heading):
        made.add_paragraph(clean(block.text), style=f"Heading {block.level}")
    elif isinstance(block, Words):
        line = _line(made, block.text, align=BOTH)
        _indent(line._p.get_or_add_pPr())
    elif isinstance(block, Grid):
        _grid(made, block)
    elif isinstance(block, Picture):
        _picture(made, block)


def _picture(made: Any, block: Picture) -> None:
    try:
        drawn = pictures.png(block.svg)
    except (pictures.NoFont, ImportError):
        _line(made, f"{block.caption}：{block.shows}", align=CENTRE)
        return
    line = made.add_paragraph()
    line.alignment = CENTRE
    line.paragraph_format.line_spacing_rule, line.paragraph_format.keep_with_next = WD_LINE_SPACING.SINGLE, True
    shape = line.add_run().add_picture(io.BytesIO(drawn), width=Mm(154))
    shape._inline.docPr.set("descr", clean(block.shows))
    made.add_paragraph(clean(block.caption), style="Caption").alignment = CENTRE


def _grid(made: Any, block: Grid) -> None:
    caption = made.add_paragraph(clean(block.caption), style="Caption")
    caption.alignment, caption.paragraph_format.keep_with_next = CENTRE, True
    table = made.add_table(rows=1, cols=len(block.head), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    head = OxmlElement("w:tblHeader")
    head.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(head)  # repeated on every page
    widths = [Mm(156 * part / sum(block.widths)) for part in block.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width  # some programs look here, others at the cells
    for n, cells in enumerate((block.head, *block.rows)):
        row = table.rows[0] if n == 0 else table.add_row()
        keep = OxmlElement("w:cantSplit")
        row._tr.get_or_add_trPr().append(keep)
        for i, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = widths[i]
            line = cell.paragraphs[0]
            _off_the_grid(line, 15)
            line.alignment = CENTRE if n == 0 else RIGHT if i in block.numeric else LEFT
            run = line.add_run(clean(text))
            run.font.size, run.font.name = Pt(10.5), LATIN
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FIRST if n == 0 else TEXT)
    _line(made, "")


def _ending(made: Any, paper: Paper) -> None:
    """Who issues it and when, then what the file says of itself."""
    for note in paper.notes:
        _indent(_line(made, note, align=BOTH)._p.get_or_add_pPr())
    if paper.issued_by or paper.day:
        _line(made, "")
        _line(made, paper.issued_by, align=RIGHT, right=2)
        _line(made, paper.date_line(), align=RIGHT, right=4)
    _line(made, "")
    table = made.add_table(rows=0, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (Mm(44), Mm(112)), strict=True):
        column.width = width
    for label, value in paper.said_of_itself():
        row = table.add_row()
        for cell, text, width in zip(row.cells, (label, value), (Mm(44), Mm(112)), strict=True):
            cell.width = width
            line = cell.paragraphs[0]
            _off_the_grid(line, 18)
            line.paragraph_format.keep_with_next = True  # on one page
            line.add_run(clean(text)).font.size = Pt(10.5)
    _rule_above(table)


def _rule_above(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    table._tbl.tblPr.append(borders)


def _page_number(line: Any, side: Any) -> None:
    """— 1 —, in size 4, outside: right on odd pages, left on even ones, one character in."""
    line.alignment = side
    if side == RIGHT:
        line.paragraph_format.right_indent = Pt(14)
    else:
        line.paragraph_format.left_indent = Pt(14)
    for part in ("— ", "begin", "PAGE", "end", " —"):
        run = line.add_run(part if "—" in part else "")
        run.font.size, run.font.name = Pt(14), PAGE
        run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), PAGE)
        if part in ("begin", "end"):
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), part)
            run._r.append(mark)
        elif part == "PAGE":
            code = OxmlElement("w:instrText")
            code.text = part
            run._r.append(code)
