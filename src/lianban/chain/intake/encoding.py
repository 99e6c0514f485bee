"""Which encoding a text file has (编码): byte-order mark, else strict UTF-8, else UTF-16 by its zeros, else GB18030.

Nothing is guessed past doubt: a UTF-8 file with a damaged byte, or a file of another land's encoding, is refused with
the row, because a wrong guess stores wrong characters for ever.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from lianban.chain.intake.model import CannotRead
from lianban.rulebook.text import Text

PIECE = 1 << 20
SAMPLE = 1 << 16
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HANZI = re.compile("[\u4e00-\u9fff]")
ENOUGH_HANZI = 12  # so many characters let us judge whether they are everyday ones
EVERYDAY = 0.75  # part of them that GB2312 knows; Big5 or Shift-JIS read as GB18030 stay far below


def encoding_of(path: Path) -> str:
    """Return the encoding in which the whole file can be read without loss.

    Raises
    ------
    CannotRead
        In none, or not beyond doubt; the reason names the row.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _checked(path, encoding)
    if b"\x00" in head:
        return _checked(path, _without_mark(path, head))
    try:
        return _checked(path, "utf-8")
    except CannotRead as damaged:
        if _mostly_utf8(head):
            raise damaged from None
    encoding = _checked(path, "gb18030")
    _everyday(path)
    return encoding


def _without_mark(path: Path, head: bytes) -> str:
    """UTF-16 without a mark shows zeros beside plain commas, digits and line ends, all on one side."""
    pairs = head[: len(head) // 2 * 2]
    high, low = pairs[1::2].count(0), pairs[0::2].count(0)
    if max(high, low) * 10 >= len(pairs) // 2 and min(high, low) * 20 <= max(high, low):
        return "utf-16-le" if high > low else "utf-16-be"
    raise _nul(path)


def _nul(path: Path) -> CannotRead:
    before = 0
    with path.open("rb") as file:
        while data := file.read(PIECE):
            at = data.find(b"\x00")
            if at >= 0:
                before += data.count(b"\n", 0, at)
                break
            before += data.count(b"\n")
    return nul_byte(before + 1)


def nul_byte(row: int) -> CannotRead:
    """Say that a row holds a zero byte."""
    return CannotRead(
        "nul_byte",
        Text(f"第 {row} 行含空字节（NUL），文件已损坏或不是文本", f"row {row} holds a zero byte: the file is damaged or no text"),
        Text("从原系统重新导出", "Export it again from where it came"),
    )  # fmt: skip


def _checked(path: Path, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    row = 1
    for data, final in _pieces(path):
        try:
            row += decoder.decode(data, final).count("\n")
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode(encoding, "ignore")
            row += good.count("\n")
            raise CannotRead(
                "no_text",
                Text(
                    f"第 {row} 行有字节不是 {encoding.upper()} 文字，无法无损读取",
                    f"row {row} holds bytes that are no {encoding.upper()} text; it cannot be read without loss",
                ),
                Text("在表格软件里另存为“CSV UTF-8”", "Save it as “CSV UTF-8” in the spreadsheet program"),
            ) from None
    return encoding


def _pieces(path: Path) -> Iterator[tuple[bytes, bool]]:
    with path.open("rb") as file:
        data = file.read(PIECE)
        while data:
            following = file.read(PIECE)
            yield data, not following
            data = following


def _mostly_utf8(head: bytes) -> bool:
    """Tell whether a file that is no UTF-8 nearly is: many good sequences beside few bad ones."""
    text = head.decode("utf-8", "replace")
    bad = text.count("\ufffd")
    good = sum(1 for sign in text if ord(sign) > 127) - bad
    return good >= 4 and good > 4 * bad


def _everyday(path: Path) -> None:
    with path.open("rb") as file:
        text = file.read(SAMPLE).decode("gb18030", "ignore")
    signs = [sign for sign in text if ord(sign) > 127]
    hanzi = sum(1 for sign in signs if _everyday_sign(sign))
    if len(signs) >= ENOUGH_HANZI and hanzi < EVERYDAY * len(signs):
        raise CannotRead(
            "encoding_unclear",
            Text(
                "第 1 行起的文字既不是 UTF-8，也不像 GBK（GB18030）中文，可能是 Big5 等编码",
                "from row 1 on the text is neither UTF-8 nor like Chinese in GBK (GB18030); perhaps Big5 or another encoding",
            ),
            Text("在表格软件里另存为“CSV UTF-8”", "Save it as “CSV UTF-8” in the spreadsheet program"),
        )


def _everyday_sign(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
