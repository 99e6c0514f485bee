"""Text tables (文本表格): CSV and Tab files in the encodings that offices really send."""

import csv
import io
from collections.abc import Iterator

ENCODINGS = ("utf-8", "gb18030")


class Unreadable(Exception):
    """A file cannot be read at all: a reason and a remedy, each as a Text."""

    def __init__(self, reason, remedy) -> None:
        self.reason, self.remedy = reason, remedy
        super().__init__(str(reason))


def decode(data: bytes) -> str:
    """Decode by byte-order mark, else strict UTF-8, else GB18030."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) of a text table."""
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    for cells in reader:
        yield line, cells
        line = reader.line_num + 1
