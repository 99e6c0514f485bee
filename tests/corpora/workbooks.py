"""Single workbooks: what cells may hold, what programs write, what a hostile hand sends."""

import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from lianban.chain.intake import Percent
from tests.corpora import raw
from tests.corpora.cases import Case, refused
from tests.corpora.raw import LIST, LIST_GRID, number, row, sheet_xml, text

STYLES = (
    '<numFmts count="5"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
    '<numFmt numFmtId="165" formatCode="0.0%"/><numFmt numFmtId="166" formatCode="0.00&quot;万元&quot;"/>'
    '<numFmt numFmtId="167" formatCode="[h]:mm:ss"/><numFmt numFmtId="168" formatCode="[$-804]yyyy/m/d;@"/></numFmts>'
    '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>'
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 164, 165, 166, 167, 168, 22, 10, 31, 57, 20))
    + "</cellXfs>"
)


def _parts(**given: Any) -> Callable[[Path], None]:
    return lambda path: raw.write(path, given["parts"])


def one(name: str, rows: str, grid: dict[int, list[Any]], after: str = "", **more: str) -> Case:
    """Return a workbook of one sheet with these rows."""
    return Case(
        f"{name}.xlsx", _parts(parts=raw.parts({"Sheet1": sheet_xml(rows, after)}, **more)), cells={"Sheet1": grid}
    )


def cells() -> Iterator[Case]:
    """Yield what a cell may hold."""
    dates = [number("A1", 45443, 1), number("B1", 45443, 2), number("C1", 45443.5, 7), number("D1", 45443, 6), number("E1", 0.5, 11), number("F1", 45443, 9), number("G1", 45443, 10)]  # fmt: skip
    day = date(2024, 5, 31)
    yield one(
        "dates", row(1, *dates), {1: [day, day, datetime(2024, 5, 31, 12), day, time(12), day, day]}, styles=STYLES
    )
    yield one("dates-1904", row(1, number("A1", 43981, 1), number("B1", 0, 1)), {1: [day, date(1904, 1, 1)]}, styles=STYLES, properties='<workbookPr date1904="1"/>')  # fmt: skip
    yield one(
        "dates-of-1900",
        row(1, number("A1", 1, 1), number("B1", 61, 1)),
        {1: [date(1900, 1, 1), date(1900, 3, 1)]},
        styles=STYLES,
    )
    yield one("no-day", row(1, number("A1", -5, 1), number("B1", 99999999, 1)), {1: [-5.0, 99999999.0]}, styles=STYLES)
    yield one("elapsed", row(1, number("A1", 1.5, 5)), {1: [1.5]}, styles=STYLES)
    yield one(
        "percent",
        row(1, number("A1", 0.35, 3), number("B1", 0.125, 8)),
        {1: [Percent(0.35), Percent(0.125)]},
        styles=STYLES,
    )
    yield one("money-format", row(1, number("A1", 12.5, 4)), {1: [12.5]}, styles=STYLES)
    yield one("iso-dates", row(1, '<c r="A1" t="d"><v>2024-05-31</v></c><c r="B1" t="d"><v>2024-05-31T12:00:00</v></c>'), {1: [day, datetime(2024, 5, 31, 12)]})  # fmt: skip
    yield one("booleans", row(1, '<c r="A1" t="b"><v>1</v></c><c r="B1" t="b"><v>0</v></c>'), {1: [True, False]})
    yield one(
        "errors", row(1, text("A1", "a"), '<c r="B1" t="e"><v>#N/A</v></c>', text("C1", "c")), {1: ["a", None, "c"]}
    )
    yield one(
        "formulas",
        row(1, '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>"a"</f><v>甲</v></c>'),
        {1: [2.0, "甲"]},
    )
    yield one("formulas-without-value", row(1, text("A1", "a"), '<c r="B1"><f>1+1</f></c><c r="C1"><f>2</f><v></v></c><c r="D1"><f>3</f><v/></c>'), {1: ["a"]})  # fmt: skip
    yield one("numbers", row(1, number("A1", "1E3"), number("B1", "0.1"), number("C1", "-0"), number("D1", "1.7976931348623157E+308")), {1: [1000.0, 0.1, 0.0, 1.7976931348623157e308]})  # fmt: skip
    yield one(
        "odd-numbers",
        row(1, number("A1", "NaN"), number("B1", "1e999"), number("C1", "1,5")),
        {1: ["NaN", "1e999", "1,5"]},
    )
    yield one("inline-runs", row(1, '<c r="A1" t="inlineStr"><is><r><t>示例</t></r><r><t xml:space="preserve"> 甲</t></r></is></c>'), {1: ["示例 甲"]})  # fmt: skip
    shared = "<si><t>示例甲</t></si><si><r><t>乙</t></r><r><t>丙</t></r><rPh sb='0' eb='1'><t>ruby</t></rPh></si><si/><si><t>_x000D_x_x0041_</t></si>"
    told = "".join(f'<c r="{c}1" t="s"><v>{i}</v></c>' for i, c in enumerate("ABCD"))
    yield one("shared-texts", row(1, told), {1: ["示例甲", "乙丙", None, "\rxA"]}, shared=shared)
    yield one("entities", row(1, text("A1", "a&amp;b&lt;c&#x4e2d;&#10;d")), {1: ["a&b<c中\nd"]})
    yield one(
        "cdata", row(1, '<c r="A1" t="inlineStr"><is><t><![CDATA[<row r="9">]]></t></is></c>'), {1: ['<row r="9">']}
    )
    yield one(
        "no-references",
        "<row><c><v>1</v></c><c t='inlineStr'><is><t>b</t></is></c></row><row><c><v>2</v></c></row>",
        {1: [1.0, "b"], 2: [2.0]},
    )
    yield one(
        "gaps",
        row(3, number("C3", 1), number("F3", 2)) + row(100_000, number("A100000", 3)),
        {3: [None, None, 1.0, None, None, 2.0], 100_000: [3.0]},
    )
    yield one("cells-out-of-order", row(1, number("C1", 3), number("A1", 1)), {1: [1.0, None, 3.0]})
    yield one("spaces-only", row(1, text("A1", "  "), text("B1", "　"), text("C1", "x")), {1: [None, None, "x"]})
    styled = "".join(f'<c r="{c}{n}" s="1"/>' for n in (1,) for c in ("B", "XFD"))
    yield one(
        "styled-to-the-edge",
        row(1, text("A1", "x"), styled) + row(1_048_576, '<c r="XFD1048576" s="1"/>'),
        {1: ["x"]},
        styles=STYLES,
    )
    yield one(
        "merged",
        row(1, text("A1", "甲"), '<c r="B1"/>'),
        {1: ["甲"]},
        '<mergeCells count="1"><mergeCell ref="A1:C5"/></mergeCells>',
    )
    yield one("merged-wildly", row(1, text("A1", "甲")), {1: ["甲"]}, '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="x"/><mergeCell ref="B2:A1"/></mergeCells>')  # fmt: skip
    yield one(
        "thousand-columns",
        row(1, *(number(f"{raw_letters(i)}1", i) for i in range(1024))),
        {1: [float(i) for i in range(1024)]},
    )
    yield one("long-text", row(1, text("A1", "字" * 32_767)), {1: ["字" * 32_767]})


def raw_letters(i: int) -> str:
    letters = ""
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def programs() -> Iterator[Case]:
    """Yield what other programs and people make of workbooks."""
    several = raw.parts({"Sheet1": LIST, "隐藏": LIST, "空": sheet_xml("")})
    hidden = several | {
        "xl/workbook.xml": raw.workbook_xml(["Sheet1", "隐藏", "空"], states={2: "hidden", 3: "veryHidden"})
    }
    yield Case("hidden-sheets.xlsx", _parts(parts=hidden), cells={"Sheet1": LIST_GRID, "隐藏": LIST_GRID, "空": {}})
    plain = raw.parts({"Sheet1": LIST})
    good = {"Sheet1": LIST_GRID}
    yield Case("plain.xlsx", _parts(parts=plain), cells=good)
    yield Case("wrong-name.csv", _parts(parts=plain), cells=good)
    yield Case("named-xls.xls", _parts(parts=plain), cells=good)
    yield Case("stored.xlsx", lambda path: raw.write(path, plain, stored=True), cells=good)
    yield Case("with-macros.xlsm", _parts(parts=plain | {"xl/vbaProject.bin": b"\xd0\xcf macro"}), cells=good)
    yield Case(
        "with-links.xlsx", _parts(parts=plain | {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}), cells=good
    )
    yield Case("with-picture.xlsx", _parts(parts=plain | {"xl/media/image1.png": b"\x89PNG" + bytes(5000)}), cells=good)
    yield Case("thousand-parts.xlsx", _parts(parts=plain | {f"xl/x{i}.xml": "<x/>" for i in range(1500)}), cells=good)
    prefixed = (
        LIST.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?xml", "<?xml").replace("xmlns=", "xmlns:x=")
    )
    yield Case("prefixed.xlsx", _parts(parts=plain | {"xl/worksheets/sheet1.xml": prefixed}), cells=good)
    strict = {k: v.replace(raw.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(raw.RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships") for k, v in plain.items()}  # fmt: skip
    yield Case("strict.xlsx", _parts(parts=strict), cells=good)
    absolute = plain | {"xl/_rels/workbook.xml.rels": raw.relations_xml(1).replace('"worksheets', '"/xl/worksheets')}
    yield Case("absolute-targets.xlsx", _parts(parts=absolute), cells=good)
    utf16 = plain | {"xl/worksheets/sheet1.xml": LIST.replace("UTF-8", "UTF-16").encode("utf-16")}
    yield Case("utf16-part.xlsx", _parts(parts=utf16), cells=good)
    chart = raw.parts({"Sheet1": LIST, "图": "<chartsheet/>"})
    chart["xl/_rels/workbook.xml.rels"] = chart["xl/_rels/workbook.xml.rels"].replace(
        'worksheet" Target="worksheets/sheet2', 'chartsheet" Target="worksheets/sheet2'
    )
    yield Case("chart-sheet.xlsx", _parts(parts=chart), cells=good)
    many = raw.parts({f"表{i}": LIST for i in range(200)})
    yield Case("two-hundred-sheets.xlsx", _parts(parts=many), cells={f"表{i}": LIST_GRID for i in range(200)})
    external = plain["xl/_rels/workbook.xml.rels"].replace("</Relationships>", '<Relationship Id="rId9" Type="x/hyperlink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>')  # fmt: skip
    yield Case("link-outside.xlsx", _parts(parts=plain | {"xl/_rels/workbook.xml.rels": external}), cells=good)
    yield Case("old.xls", lambda path: path.write_bytes(raw.biff8([["企业名称", "产值"], ["示例甲", 3.5]])) and None, cells={"Sheet1": {1: ["企业名称", "产值"], 2: ["示例甲", 3.5]}})  # fmt: skip
    wide: list[list[str | float]] = [["a", *(float(i) for i in range(200))] for _ in range(20)]
    yield Case(
        "old-wide.xls",
        lambda path: path.write_bytes(raw.biff8(wide[:10])) and None,
        cells={"Sheet1": dict.fromkeys(range(1, 11), wide[0])},
    )


TABLE_HTML = "<table border=1><tr><th rowspan=2>企业名称</th><th colspan=2>联系人</th></tr><tr><td>姓名</td><td>手机</td></tr><tr><td>示例甲<br>公司</td><td>&nbsp;甲&amp;</td><td>138</td></tr></table>"
HTML_GRID = {1: ["企业名称", "联系人"], 2: [None, "姓名", "手机"], 3: ["示例甲\n公司", "甲&", "138"]}


def markup() -> Iterator[Case]:
    """Yield web pages and XML named .xls."""
    for encoding in ("utf-8", "gb2312", "gbk", "gb18030", "utf-8-sig", "utf-16"):
        head = f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="{encoding}"><style>td {{x}}</style></head><body>'
        page = f"{head}{TABLE_HTML}</body></html>"
        yield Case(f"html-{encoding}.xls", lambda path, page=page, encoding=encoding: path.write_bytes(page.encode(encoding)) and None, cells={"表1": HTML_GRID})  # fmt: skip
    yield Case("html-bare.xls", lambda path: path.write_text(TABLE_HTML, "gb18030") and None, cells={"表1": HTML_GRID})
    yield Case("html-unclosed.xls", lambda path: path.write_text("<html><table><tr><td>a<td>b<tr><td>c", "utf-8") and None, cells={"表1": {1: ["a", "b"], 2: ["c"]}})  # fmt: skip
    yield Case("html-two-tables.xls", lambda path: path.write_text("<html><table><tr><td>a</table><p>x<table><tr><td>b<table><tr><td>in</table></table>", "utf-8") and None, cells={"表1": {1: ["a"]}, "表2": {1: ["in"]}, "表3": {1: ["b"]}})  # fmt: skip
    yield refused(
        "html-no-table.xls",
        lambda path: path.write_text("<html><body>登录已过期</body></html>", "utf-8") and None,
        "no_table",
    )
    yield refused(
        "html-spans.xls",
        lambda path: path.write_text("<table><tr>" + "<td colspan=2000>x</td>" * 9 + "</table>", "utf-8") and None,
        "too_far_out",
    )
    yield refused(
        "html-deep.xls", lambda path: path.write_text("<html>" + "<table>" * 50_000, "utf-8") and None, "too_deep"
    )
    yield refused(
        "mht.xls",
        lambda path: path.write_text("MIME-Version: 1.0\nContent-Type: multipart/related", "utf-8") and None,
        "wrong_kind",
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    xml = (
        f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="名录">'
        '<Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">联系人</Data></Cell><Cell><Data ss:Type="String">值</Data></Cell></Row>'
        '<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="Number">3.5</Data></Cell><Cell><Data ss:Type="DateTime">2024-05-31T00:00:00.000</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    )
    yield Case("xml-2003.xls", lambda path: path.write_text(xml, "utf-8") and None, cells={"名录": {1: ["联系人", None, "值"], 4: [None, 3.5, date(2024, 5, 31)]}})  # fmt: skip
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    yield refused(
        "xml-2003-bomb.xls",
        lambda path: path.write_text(xml.replace("<Workbook", bomb + "<Workbook"), "utf-8") and None,
        "entities",
    )
    yield refused("xml-2003-cut.xls", lambda path: path.write_text(xml[:300], "utf-8") and None, "damaged")
    yield refused(
        "other.xml", lambda path: path.write_text("<?xml version='1.0'?><a/>", "utf-8") and None, "wrong_kind"
    )


def wrong_kinds() -> Iterator[Case]:
    """Yield files that are no tables, whatever they are called."""
    for ending, head in {
        "pdf": b"%PDF-1.7\n", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff\xe0", "rar": b"Rar!\x1a\x07\x00", "7z": b"7z\xbc\xaf\x27\x1c",
        "gz": b"\x1f\x8b\x08\x00", "exe": b"MZ\x90\x00", "elf": b"\x7fELF\x02", "rtf": b"{\\rtf1", "db": b"SQLite format 3\x00", "json": b'{"a": 1}',
    }.items():  # fmt: skip
        yield refused(
            f"{ending}-named.xlsx",
            lambda path, head=head: path.write_bytes(head + bytes(range(256)) * 8) and None,
            "wrong_kind",
        )
    for ending, folder in {"docx": "word/document.xml", "pptx": "ppt/presentation.xml"}.items():
        yield refused(
            f"{ending}-named.xlsx", _parts(parts={"[Content_Types].xml": "<Types/>", folder: "<x/>"}), "wrong_kind"
        )
    yield refused("zip-of-text.xlsx", _parts(parts={"readme.txt": "x"}), "wrong_kind")
    yield refused("empty.xlsx", lambda path: path.write_bytes(b"") and None, "empty")
    yield refused("spaces.xlsx", lambda path: path.write_bytes(b" \r\n" * 99) and None, "empty")
    wrapped = {"EncryptedPackage": b"\x01" * 5000, "EncryptionInfo": b"\x02" * 5000}
    yield refused("password.xlsx", lambda path: path.write_bytes(raw.ole(wrapped)) and None, "protected")
    yield refused(
        "word.xls", lambda path: path.write_bytes(raw.ole({"WordDocument": b"\x01" * 5000})) and None, "wrong_kind"
    )
    yield refused(
        "ole-of-nothing.xls", lambda path: path.write_bytes(raw.ole({"Other": b"\x01" * 5000})) and None, "damaged"
    )
    old = raw.biff8([["a", 1.0]] * 5)
    for part in (0.05, 0.2, 0.5):
        yield refused(
            f"old-cut-{part}.xls",
            lambda path, part=part: path.write_bytes(old[: int(len(old) * part)]) and None,
            "damaged",
            "nul_byte",
            "reader_broke",
        )


def damaged() -> Iterator[Case]:
    """Yield workbooks that are cut, or of which bytes or parts are wrong."""
    plain = raw.parts({"Sheet1": LIST, "Sheet2": LIST}, shared="<si><t>x</t></si>", styles=STYLES)
    good = {"Sheet1": LIST_GRID, "Sheet2": LIST_GRID}

    def cut(path: Path, part: float) -> None:
        raw.write(path, plain)
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * part)])

    for part in (0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99):
        yield refused(f"cut-{part}.xlsx", lambda path, part=part: cut(path, part), "damaged", "wrong_kind")

    def flipped(path: Path, seed: int) -> None:
        raw.write(path, plain)
        data = bytearray(path.read_bytes())
        dice = random.Random(seed)
        for _ in range(3):
            data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        path.write_bytes(data)

    every = frozenset(
        {"damaged", "nul_byte", "protected", "sheet_missing", "wrong_kind", "zip_bomb", "too_large", "part_too_large"}
    )
    for seed in range(25):
        yield Case(f"flipped-{seed}.xlsx", lambda path, seed=seed: flipped(path, seed), cells=good, codes=every)
    for missing in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"):
        yield refused(
            f"without-{missing.replace('/', '-')}.xlsx",
            _parts(parts={k: v for k, v in plain.items() if k != missing}),
            "damaged",
            "sheet_missing",
        )
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        yield refused(
            f"half-{part.replace('/', '-')}.xlsx",
            _parts(parts=plain | {part: plain[part][: len(plain[part]) // 2]}),
            "damaged",
        )
        yield refused(
            f"binary-{part.replace('/', '-')}.xlsx", _parts(parts=plain | {part: b"\x00\x01\x02" * 99}), "damaged"
        )
    yield refused(
        "missing-text.xlsx",
        _parts(parts=raw.parts({"Sheet1": sheet_xml(row(1, '<c r="A1" t="s"><v>7</v></c>'))})),
        "damaged",
    )
    yield refused(
        "rows-again.xlsx",
        _parts(parts=raw.parts({"Sheet1": sheet_xml(row(2, number("A2", 1)) + row(2, number("A2", 2)))})),
        "rows_out_of_order",
    )
    yield refused(
        "rows-backwards.xlsx",
        _parts(parts=raw.parts({"Sheet1": sheet_xml(row(2, number("A2", 1)) + row(1, number("A1", 2)))})),
        "rows_out_of_order",
    )


def hostile() -> Iterator[Case]:
    """Yield files made to hurt."""
    plain = raw.parts({"Sheet1": LIST}, shared="<si><t>x</t></si>", styles=STYLES)
    bomb = (
        '<!DOCTYPE x [<!ENTITY a "'
        + "a" * 1000
        + '">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    for part in (
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
    ):
        for kind, declared in (("bomb", bomb), ("outside", outside)):
            hurt = plain[part].replace(raw.HEAD, raw.HEAD + declared)
            yield refused(
                f"entity-{kind}-{part.replace('/', '-')}.xlsx", _parts(parts=plain | {part: hurt}), "entities"
            )
    corner = sheet_xml(row(1, number("A1", 1)) + row(1_048_576, number("XFD1048576", 1)))
    yield refused("far-corner.xlsx", _parts(parts=raw.parts({"Sheet1": corner})), "too_far_out")
    yield refused(
        "beyond-the-corner.xlsx",
        _parts(parts=raw.parts({"Sheet1": sheet_xml(row(1_048_577, number("A1048577", 1)))})),
        "too_far_out",
    )
    yield refused(
        "column-zzz.xlsx", _parts(parts=raw.parts({"Sheet1": sheet_xml(row(1, number("ZZZ1", 1)))})), "too_far_out"
    )
    all_columns = sheet_xml(row(1, *(number(f"{raw_letters(i)}1", i) for i in range(16_384))))
    yield refused("all-columns.xlsx", _parts(parts=raw.parts({"Sheet1": all_columns})), "too_far_out")
    yield refused(
        "ten-thousand-sheets.xlsx",
        _parts(parts=raw.parts({f"s{i}": LIST for i in range(10_000)})),
        "too_many_members",
        heavy=True,
    )
    yield refused(
        "two-thousand-sheets.xlsx", _parts(parts=raw.parts({f"s{i}": LIST for i in range(1_500)})), "too_many_sheets"
    )
    yield refused(
        "long-cell.xlsx",
        _parts(parts=raw.parts({"Sheet1": sheet_xml(row(1, text("A1", "x" * 200_000)))})),
        "cell_too_long",
    )
    yield refused(
        "long-shared-text.xlsx",
        _parts(parts=raw.parts({"Sheet1": LIST}, shared=f"<si><t>{'x' * 200_000}</t></si>")),
        "cell_too_long",
    )
    yield refused(
        "long-number.xlsx",
        _parts(parts=raw.parts({"Sheet1": sheet_xml(row(1, number("A1", "1" * 200_000)))})),
        "cell_too_long",
    )
    yield refused("many-members.xlsx", _parts(parts=plain | {f"x/{i}": "" for i in range(2_500)}), "too_many_members")
    yield Case("ten-million-merges.xlsx", _parts(parts=raw.parts({"Sheet1": sheet_xml(row(1, number("A1", 1)), "<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 250_000 + "</mergeCells>")})), codes=frozenset({"too_many_merged"}))  # fmt: skip

    def nested(path: Path) -> None:
        raw.write(path, plain | {"xl/worksheets/sheet1.xml": "<a>" * 200_000})

    yield refused("deep-xml.xlsx", nested, "damaged")

    def encrypted(path: Path) -> None:
        raw.write(path, plain)
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\x01\x02")
        data[at + 8] |= 1
        path.write_bytes(data)

    yield refused("encrypted-member.xlsx", encrypted, "protected")

    def huge(path: Path, part: str, before: str, after: str, filler: bytes, times: int) -> None:
        raw.huge_member(path, part, before, filler, times, after, plain)

    before, after = LIST.split("示例甲有限公司")
    mb = b"x" * (1 << 20)
    for name, filler, times in (("zip-bomb-cell", mb, 600), ("zip-bomb-spaces", b" " * (1 << 20), 300)):
        yield refused(
            f"{name}.xlsx",
            lambda path, f=filler, t=times: huge(path, "xl/worksheets/sheet1.xml", before, after, f, t),
            "zip_bomb",
            heavy=True,
        )
    noise = random.Random(7).randbytes(1 << 19).hex().encode()
    yield refused("600-mb-cell.xlsx", lambda path: huge(path, "xl/worksheets/sheet1.xml", before, after, noise, 600), "zip_bomb", "file_too_large", "cell_too_long", heavy=True)  # fmt: skip
    yield refused(
        "130-mb-cell.xlsx",
        lambda path: huge(path, "xl/worksheets/sheet1.xml", before, after, noise, 130),
        "cell_too_long",
        heavy=True,
    )
    yield refused("130-mb-text.xlsx", lambda path: huge(path, "xl/sharedStrings.xml", raw.HEAD + f'<sst xmlns="{raw.MAIN}"><si><t>', "</t></si></sst>", noise, 130), "cell_too_long", heavy=True)  # fmt: skip
    texts = b"".join(b"<si><t>%s</t></si>" % noise[i * 64 : i * 64 + 64] for i in range(16_384))
    yield Case("hundred-mb-of-texts.xlsx", lambda path: huge(path, "xl/sharedStrings.xml", raw.HEAD + f'<sst xmlns="{raw.MAIN}">', "</sst>", texts, 60), cells={"Sheet1": LIST_GRID}, codes=frozenset({"too_large"}), heavy=True)  # fmt: skip
    repeated = sheet_xml(
        "".join(row(n, *(f'<c r="{c}{n}" t="s"><v>0</v></c>' for c in "ABCDEFGHIJ")) for n in range(1, 5_001))
    )
    yield refused("one-text-fifty-thousand-times.xlsx", _parts(parts=raw.parts({"Sheet1": repeated}, shared=f"<si><t>{'字' * 30_000}</t></si>")), "too_large", heavy=True)  # fmt: skip

    def lying(path: Path) -> None:
        raw.write(path, plain)
        data = bytearray(path.read_bytes())
        at = data.rfind(b"PK\x01\x02")
        data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # claims to be ten bytes when unpacked
        path.write_bytes(data)

    yield Case("lying-directory.xlsx", lying, cells={"Sheet1": LIST_GRID}, codes=frozenset({"damaged"}))

    def twice(path: Path) -> None:
        with zipfile.ZipFile(path, "w") as book:
            for part, data in plain.items():
                book.writestr(part, data)
        data = path.read_bytes()
        path.write_bytes(data + data)

    yield Case("zip-after-zip.xlsx", twice, cells={"Sheet1": LIST_GRID}, codes=frozenset({"damaged"}))


def cases() -> Iterator[Case]:
    for group in (cells, programs, markup, wrong_kinds, damaged, hostile):
        yield from group()
