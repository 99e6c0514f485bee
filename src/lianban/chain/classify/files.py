"""Reading an office's classification: a table of codes and names, with notes and the code above where it has them."""

import csv
import gzip
import io
from pathlib import Path

from lianban.chain.classify.proposing import Classification, Entry
from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

# Names of columns as offices, customs and the statistics bureau write them, lower case.
COLUMNS = {
    "code": ("code", "编码", "代码", "商品编码", "商品编号", "税则号列", "行业代码", "hs", "hs8", "hs6", "hscode", "hs编码"),
    "name": ("name", "名称", "商品名称", "货品名称", "类别名称", "行业名称", "description", "中文名称"),
    "note": ("note", "说明", "注释", "范围", "备注", "含义"),
    "parent": ("parent", "上级", "上级编码", "上级代码"),
}  # fmt: skip
LARGEST = 50_000_000  # bytes, unpacked
MOST = 200_000  # rows


class ClassificationUnreadable(LianbanError):
    """A file is no classification that can be asked; ``text`` says what is wrong with which rows."""

    def __init__(self, text: Text):
        super().__init__(text.zh)
        self.text = text


def read_classification(path: str | Path, *, name: str = "") -> Classification:
    """Read a CSV or TSV file (also .gz; UTF-8 or GB18030) whose heading names a column of codes and one of names.

    Raises
    ------
    ClassificationUnreadable
        The file cannot be read, has no such columns, is too large, or a row has no code or a code that was there before: each
        with its row.
    """
    path = Path(path)
    if path.suffix.lower() in (".xlsx", ".xls", ".zip"):
        raise _error(f"{path.name} 请另存为 CSV（UTF-8）再读", f"save {path.name} as CSV (UTF-8) first")
    try:
        rows = _rows(path)
    except (OSError, EOFError, ValueError, csv.Error) as error:
        raise _error(
            f"读不出分类文件 {path.name}：{error}", f"cannot read the classification {path.name}: {error}"
        ) from error
    if not rows or (columns := _columns(rows[0])) is None:
        raise _error(
            f"{path.name} 的第一行要有“编码”列和“名称”列（或 code、name）",
            f"the first row of {path.name} must name a column of codes and one of names (code, name)",
        )
    return Classification(name or path.name.split(".")[0], _entries(path.name, rows[1:], columns))


def _error(zh: str, en: str) -> ClassificationUnreadable:
    return ClassificationUnreadable(Text(zh, en))


def _rows(path: Path) -> list[list[str]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise ValueError(f"> {LARGEST // 1_000_000} MB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    first = text.split("\n", 1)[0]
    return list(csv.reader(io.StringIO(text), delimiter="\t" if first.count("\t") > first.count(",") else ","))


def _columns(heading: list[str]) -> dict[str, int] | None:
    known = [cell.strip().lower() for cell in heading]
    found = {what: known.index(name) for what, names in COLUMNS.items() for name in names[::-1] if name in known}
    return found if "code" in found and "name" in found else None


def _entries(file: str, rows: list[list[str]], columns: dict[str, int]) -> list[Entry]:
    if len(rows) > MOST:
        raise _error(f"{file} 有 {len(rows)} 行，最多 {MOST} 行", f"{file} has {len(rows)} rows, at most {MOST}")
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    wrong: list[tuple[int, str, str]] = []
    for number, row in enumerate(rows, start=2):
        cells = {what: row[at].strip() if at < len(row) else "" for what, at in columns.items()}
        if not cells["name"]:  # nothing can be proposed from a code alone; official lists have such rows
            continue
        if not cells["code"]:
            wrong.append((number, "没有编码", "has no code"))
        elif cells["code"] in seen:
            wrong.append((number, f"编码 {cells['code']} 与第 {seen[cells['code']]} 行重复", f"repeats code {cells['code']} of row {seen[cells['code']]}"))  # fmt: skip
        else:
            seen[cells["code"]] = number
            entries.append(Entry(cells["code"], cells["name"], cells.get("note", ""), cells.get("parent", "")))
    if wrong:
        told = wrong[:20]
        raise _error(
            f"{file}："
            + "；".join(f"第 {n} 行{zh}" for n, zh, _ in told)
            + (f"；共 {len(wrong)} 处" if len(wrong) > 20 else ""),
            f"{file}: "
            + "; ".join(f"row {n} {en}" for n, _, en in told)
            + (f"; {len(wrong)} in all" if len(wrong) > 20 else ""),
        )
    return entries
