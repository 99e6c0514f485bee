"""Text tables (文本表格), in the limited child process: CSV, Tab and their kin, streamed row by row."""

import csv
import io
import re
import sys
from collections import Counter
from pathlib import Path

from lianban.chain.intake.encoding import encoding_of, nul_byte
from lianban.chain.intake.model import CannotRead, Limits
from lianban.chain.intake.sheets import Out, too_long
from lianban.rulebook.text import Text

DELIMITERS = (",", "\t", ";", "|", "，", "；")
LOOK_AT = 60  # lines by which the delimiter is judged
_SEP = re.compile(r'"?sep=(.)"?\s*$', re.I)


def read(path: Path, out: Out, name: str) -> None:
    """Read one text table.

    Raises
    ------
    CannotRead
        Not text in a known encoding, a zero byte, a quote that is never closed, or a cell too long; with the row.
    """
    encoding = encoding_of(path)
    if encoding == "gb18030":
        out.note("gb18030", Text("按 GBK（GB18030）编码读取", "Read as GBK (GB18030)"))
    with path.open(encoding=encoding, newline="") as file:
        head = file.read(1 << 16)
    delimiter = delimiter_of(head)
    size = path.stat().st_size or 1
    sheet = out.sheet(name)
    limits = out.limits
    csv.field_size_limit(min(limits.signs, sys.maxsize))
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
        if _SEP.match(head.split("\n", 1)[0].strip()):
            file.readline()
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                if "\x00" in "".join(cells):
                    raise nul_byte(number)
                sheet.row(number, [cell if cell.strip() else None for cell in cells])
                if not number % 5_000:
                    out.progress(min(raw.tell() / size, 1.0))
        except csv.Error as error:
            raise _refused(error, number + 1, limits) from None


def _refused(error: csv.Error, row: int, limits: Limits) -> CannotRead:
    if "field limit" in str(error) or "field larger" in str(error):
        return too_long(f"第 {row} 行", limits)
    return CannotRead(
        "open_quote",
        Text(f"第 {row} 行的双引号不成对", f"row {row} has a double quote without its partner"),
        Text("补上或删去这一行的双引号；单元格里的双引号要写两个", "Add or remove the quote; a quote inside a cell is written twice"),
    )  # fmt: skip


def delimiter_of(text: str) -> str:
    """Return the sign that parts the cells: the one that stands equally often in most of the first lines.

    Titles and notes above and below the table have none or others, so the commonest number of a sign counts, and
    only rows outside quotes. A plain comma or a Tab wins over signs that also stand in sentences.
    """
    first = text.split("\n", 1)[0].strip()
    if found := _SEP.match(first):
        return found[1]
    lines = ["".join(line.split('"')[::2]) for line in re.split(r"\r\n|\r|\n", _unquoted(text))]
    lines = [line for line in lines if line.strip(" \u3000")][:LOOK_AT]
    best, best_score = ",", (0.0, 0)
    for sign in DELIMITERS:
        counts = Counter(n for line in lines if (n := line.count(sign)))
        if not counts:
            continue
        often, lines_with = max(counts.items(), key=lambda one: (one[1], one[0]))
        sure = 0.5 if sign in "，；|;" and lines_with < 2 and len(lines) > 1 else 1.0
        score = (sure * lines_with / max(len(lines), 1), often)
        if score > best_score and not (best in ",\t" and best_score[0] > 0.5 and sign in "；，;|"):
            best, best_score = sign, score
    return best


def _unquoted(text: str) -> str:
    """Take out what stands between quotes, line ends too."""
    return re.sub(r'"[^"]*"', '""', text)
