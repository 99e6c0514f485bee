"""What a file is (文件类型): told by its first bytes and its zip directory, never by its name."""

import re
import zipfile
from pathlib import Path, PurePosixPath

from lianban.chain.intake.model import CannotRead, Limits
from lianban.chain.intake.other import protected
from lianban.rulebook.text import Text

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_RATIO = 200  # unpacked to packed, asked of members above ...
RATIO_FROM = 10 << 20

_FOREIGN = (
    (b"%PDF", "PDF 文件", "a PDF file"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "gzip 压缩包", "a gzip archive"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"II*\x00", "图片", "a picture"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"MZ", "程序", "a program"),
    (b"\x7fELF", "程序", "a program"),
    (b"SQLite format 3", "数据库文件", "a database file"),
)
_WORD_PARTS = (("word/", "Word 文档", "a Word document"), ("ppt/", "演示文稿", "a presentation"))


def kind_of(path: Path, limits: Limits) -> str:
    """Return xlsx, xlsb, xls, ods, html, xml, parquet, package or csv.

    Raises
    ------
    CannotRead
        Empty, too large, protected, a zip bomb, or a kind that holds no table.
    """
    size = path.stat().st_size
    if size > limits.file_bytes:
        most = limits.file_bytes >> 20
        raise CannotRead(
            "file_too_large",
            Text(f"文件大于 {most} MB", f"the file is larger than {most} MB"),
            Text("分成几个文件", "Split it into several files"),
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise CannotRead("empty", Text("文件是空的", "the file is empty"), Text("选择有内容的文件", "Choose a file that holds something"))  # fmt: skip
    if head.startswith(b"PK"):
        return _in_zip(path, limits)
    if head.startswith(OLE):
        return _ole(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    for mark, zh, en in _FOREIGN:
        if head.startswith(mark):
            raise foreign(zh, en)
    return _text_kind(head)


def foreign(zh: str, en: str) -> CannotRead:
    """Say that a file is of a kind that is not read."""
    return CannotRead(
        "wrong_kind",
        Text(f"这是{zh}，不是表格", f"it is {en} and no table"),
        Text("给出 Excel 工作簿、CSV 或数据包", "Give an Excel workbook, a CSV file or a data package"),
    )


def _text_kind(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\x00", b"").lower()
    if start.startswith(b"mime-version"):
        raise foreign("单个文件网页（MHT）", "a web archive (MHT)")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start and not re.match(rb"<(!doctype html|html)", start):
        return "xml"
    if re.match(
        rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype html|html|head|meta|table|body|div|style)", start, re.S
    ):
        return "html"
    if start.startswith((b"<?xml", b"<!doctype", b"<!entity")):
        if b"<!entity" in start or b"<!doctype" in start:
            raise CannotRead("entities", Text("含有实体声明，可能有害", "it declares XML entities and may be harmful"))
        raise foreign("别种 XML 文件", "another kind of XML file")
    if start.startswith((b"{", b"[{", b"[\n")):
        raise foreign("JSON 文件", "a JSON file")
    return "csv"


def _ole(path: Path) -> str:
    """Tell old workbooks from protected new ones and from other files of the same wrapping."""
    with path.open("rb") as file:
        data = file.read()
    for name in ("EncryptedPackage", "EncryptionInfo", "DataSpaces"):
        if name.encode("utf-16-le") in data:
            raise protected()
    for name, zh, en in (("WordDocument", "Word 文档", "a Word document"), ("PowerPoint Document", "演示文稿", "a presentation")):  # fmt: skip
        if name.encode("utf-16-le") in data:
            raise foreign(zh, en)
    return "xls"


def _in_zip(path: Path, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _harmless(members, limits)
            if "mimetype" in names and b"opendocument.spreadsheet" in archive.read("mimetype")[:100]:
                return "ods"
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError, OSError):
        raise CannotRead("damaged", Text("文件不完整或已损坏", "the file is incomplete or damaged")) from None
    if any(name.endswith("xl/workbook.bin") for name in names):
        return "xlsb"
    if "[Content_Types].xml" in names or "xl/workbook.xml" in names:
        for part, zh, en in _WORD_PARTS:
            if any(name.startswith(part) for name in names):
                raise foreign(zh, en)
        return "xlsx"
    suffixes = {PurePosixPath(name).suffix.lower() for name in names}
    if "datapackage.json" in {PurePosixPath(name).name for name in names} or suffixes & {".csv", ".parquet", ".tsv"}:
        return "package"
    raise CannotRead(
        "wrong_kind",
        Text("压缩包里没有数据包", "the archive holds no data package"),
        Text("解压后给出里面的表格文件", "Unpack it and give the table inside"),
    )


def _harmless(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        most = limits.members
        raise CannotRead(
            "too_many_members",
            Text(f"文件里的部件（工作表等）多于 {most:,} 个", f"the file has more than {most:,} parts (sheets and others)"),
            Text("把要导入的工作表另存为一个文件", "Save the sheet that matters as a file of its own"),
        )  # fmt: skip
    if any(member.flag_bits & 1 for member in members):
        raise protected()
    large = any(
        member.file_size > RATIO_FROM and member.file_size > MOST_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if large or sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise CannotRead(
            "zip_bomb",
            Text("解压后过大，可能是压缩炸弹", "it is too large when unpacked and may be a zip bomb"),
            Text("删去无用的格式和空行后另存，或分成几个文件", "Remove needless formats and empty rows, or split it"),
        )
