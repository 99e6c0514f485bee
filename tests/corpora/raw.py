"""Workbooks written by hand, part by part: what no library would write, and what a hostile hand would."""

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def sheet_xml(rows: str, after: str = "") -> str:
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook_xml(names: list[str], properties: str = "", states: Mapping[int, str] | None = None) -> str:
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"'
        + (f' state="{states[i]}"' if states and i in states else "")
        + "/>"
        for i, name in enumerate(names, start=1)
    )
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{properties}<sheets>{sheets}</sheets></workbook>'


def relations_xml(n: int, kind: str = "worksheet") -> str:
    told = "".join(
        f'<Relationship Id="rId{i}" Type="{RELATIONS}/{kind}" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, n + 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{told}</Relationships>'


def parts(sheets: Mapping[str, str], **more: str) -> dict[str, str]:
    """Return the parts of a workbook with these sheets; ``more`` by short names: shared, styles, properties."""
    names = list(sheets)
    found = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": workbook_xml(names, more.get("properties", "")),
        "xl/_rels/workbook.xml.rels": relations_xml(len(names)),
    }
    found |= {f"xl/worksheets/sheet{i}.xml": xml for i, xml in enumerate(sheets.values(), start=1)}
    if "shared" in more:
        found["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}">{more["shared"]}</sst>'
    if "styles" in more:
        found["xl/styles.xml"] = f'{HEAD}<styleSheet xmlns="{MAIN}">{more["styles"]}</styleSheet>'
    return found


def write(path: Path, given: Mapping[str, str | bytes], stored: bool = False) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as book:
        for name, data in given.items():
            book.writestr(name, data)


def text(cell: str, value: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(cell: str, value: object, style: int = 0) -> str:
    return f'<c r="{cell}" s="{style}"><v>{value}</v></c>'


def row(n: int, *cells: str) -> str:
    return f'<row r="{n}">{"".join(cells)}</row>'


LIST = sheet_xml(
    row(1, text("A1", "企业名称"), text("B1", "所在地")) + row(2, text("A2", "示例甲有限公司"), text("B2", "江苏省"))
)
LIST_GRID = {1: ["企业名称", "所在地"], 2: ["示例甲有限公司", "江苏省"]}


def huge_member(
    path: Path, part: str, before: str, filler: bytes, times: int, after: str, others: Mapping[str, str]
) -> None:
    """Write a workbook one of whose parts is hundreds of megabytes, without holding it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:
        for name, data in others.items():
            if name != part:
                book.writestr(name, data)
        with book.open(part, "w", force_zip64=True) as file:
            file.write(before.encode())
            for _ in range(times):
                file.write(filler)
            file.write(after.encode())


def biff8(rows: list[list[str | float]], sheet: str = "Sheet1") -> bytes:
    """Return an old .xls workbook with one sheet of texts and numbers."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    name = sheet.encode("utf-16-le")
    bound_length = 4 + 4 + 2 + 1 + 1 + len(name)
    globals_length = len(begin) + bound_length + 4
    bound = record(0x0085, struct.pack("<IBBBB", globals_length, 0, 0, len(sheet), 1) + name)
    body = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    body += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for r, cells in enumerate(rows):
        for c, cell in enumerate(cells):
            if isinstance(cell, str):
                data = cell.encode("utf-16-le")
                body += record(0x0204, struct.pack("<HHHHB", r, c, 0, len(cell), 1) + data)
            else:
                body += record(0x0203, struct.pack("<HHHd", r, c, 0, cell))
    return ole({"Workbook": begin + bound + record(0x000A, b"") + body + record(0x000A, b"")})


def ole(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE file (the wrapping of old Office files) with these streams, each of at least 4,096 bytes."""
    sector = 512
    padded = {name: data + b"\x00" * max(0, 4096 - len(data)) for name, data in streams.items()}
    blocks = [data + b"\x00" * (-len(data) % sector) for data in padded.values()]
    directory_sectors = -(-(len(streams) + 1) * 128 // sector)
    fat = [0xFFFFFFFD]
    fat += [i + 2 for i in range(directory_sectors - 1)] + [0xFFFFFFFE]
    starts = []
    for block in blocks:
        n = len(block) // sector
        first = len(fat)
        starts.append(first)
        fat += [first + i + 1 for i in range(n - 1)] + [0xFFFFFFFE]
    assert len(fat) <= 128
    fat += [0xFFFFFFFF] * (128 - len(fat))
    header = OLE + b"\x00" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\x00" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *([0xFFFFFFFF] * 108))
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, 1)]
    for i, (name, data) in enumerate(padded.items()):
        entries.append(_entry(name, 2, starts[i], len(data), 0xFFFFFFFF, i + 2 if i + 1 < len(padded) else 0xFFFFFFFF))
    directory = b"".join(entries)
    directory += b"\x00" * (directory_sectors * sector - len(directory))
    return header + struct.pack("<128I", *fat) + directory + b"".join(blocks)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _entry(name: str, kind: int, start: int, size: int, child: int, right: int = 0xFFFFFFFF) -> bytes:
    data = name.encode("utf-16-le")[:62]
    links = struct.pack("<III", 0xFFFFFFFF, right, child if kind == 5 else 0xFFFFFFFF)
    return (
        data.ljust(64, b"\x00")
        + struct.pack("<HBB", len(data) + 2, kind, 1)
        + links
        + b"\x00" * 36
        + struct.pack("<IQ", start, size)
    )
