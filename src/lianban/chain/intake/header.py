"""The header of a sheet (表头): which rows name the columns, and which rows below are no data."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from lianban.chain.intake.model import Cell, Header, Line, Note, Percent, Range, Sheet
from lianban.chain.intake.words import meant, plain, unit_in
from lianban.rulebook.text import Text

LOOK_AT = 40  # rows in which a header may stand
LONG = 30  # signs of a text that is no name of a column
MOST_LEVELS = 4
KNOWN = 0.75  # score of a known word; less: only its end is known
MOST_LEFT_OUT = 100_000

_TOTAL = re.compile(
    r"^[(（【]?(合计|总计|小计|共计|累计|总和|汇总|合计数|总数|(total|subtotal|sum)(?![a-z_-]))[)）】]?[:：]?(?![\u4e00-\u9fff])",
    re.I,
)  # the code sumitomo_j begins with a word for totals and is none
_NOTE = re.compile(
    r"^\s*[*※]?\s*(注|备注|说明|注释|附注|填表说明|填报说明|填写说明|填表人|填报人|制表人?|审核人?|复核人?|经办人|单位负责人|负责人|分管领导|"
    r"联系人|联系电话|填报日期|填表日期|填报时间|填报单位|报送单位|制表日期|日期|数据来源|资料来源|来源|note|source)\s*\d*\s*(签字|签章|盖章|（签字）|（盖章）)?\s*[:：.、]",
    re.I,
)
_EXAMPLE = re.compile(r"^[(（【]?(例|示例|样例|例如|填写示例|范例|举例|example)[)）】]?\s*[:：]?\s*\d*$", re.I)
_COLUMN_NUMBER = re.compile(r"^[(（]?(\d{1,3}|[甲乙丙丁戊己庚辛])[)）]?(=.*)?$|^栏次$|^列次$")
_UNIT_ROW = {"-", "—", "/", "元", "万元", "亿元", "%", "家", "个", "人", "吨", "台", "套", "件", "天", "年"}

WHY = {
    "total": Text("合计行", "a row of totals"),
    "note": Text("注释行", "a remark"),
    "again": Text("重复的表头", "the header again"),
    "number": Text("只有序号", "a number only"),
    "group": Text("分组标题行", "the title of a group"),
    "example": Text("示例行", "an example row"),
    "comment": Text("以 # 开头的行", "a row beginning with #"),
    "numbers": Text("栏次行", "a row of column numbers"),
    "units": Text("单位行", "a row of units"),
}


def find_header(sheet: Sheet, rows: tuple[int, ...] = ()) -> Header | None:
    """Find the header rows, or take those a person chose, and sort out the rows below."""
    top = list(islice(sheet.rows, LOOK_AT))
    if not top or sheet.width == 0:
        return None
    chosen = [line for line in top if line.number in rows] if rows else _header_lines(top, sheet)
    if not chosen:
        return None
    return _described(sheet, top, chosen)


def _header_lines(top: list[Line], sheet: Sheet) -> list[Line]:
    scores = [_score(line, sheet.width) for line in top]
    known = [_known(line) for line in top]
    if not scores or max(scores) <= 0:
        return []
    best = scores.index(max(scores))
    first, last = best, best
    while first > 0 and last - first < MOST_LEVELS - 1 and _above_belongs(top[first - 1], top[first], sheet):
        first -= 1
    while last + 1 < len(top) and last - first < MOST_LEVELS - 1 and _below_belongs(top, first, last, known, sheet):
        last += 1
    return top[first : last + 1]


def _texts(line: Line) -> list[tuple[int, str]]:
    return [(i, cell.strip()) for i, cell in enumerate(line.cells) if isinstance(cell, str) and cell.strip()]


def _others(line: Line) -> int:
    """Count cells that are no text, or a text that is a number: headers have none, but for years."""
    n = 0
    for cell in line.cells:
        if cell is None:
            continue
        if isinstance(cell, str):
            n += bool(re.fullmatch(r"[\d.,%\-/:\s]+", cell.strip())) and not re.fullmatch(r"\s*20\d\d\s*", cell)
        elif not (isinstance(cell, float) and 1990 <= cell <= 2100 and not isinstance(cell, Percent)):
            n += 1
    return n


def _known(line: Line) -> set[int]:
    """Return the columns whose text is a known word; 示例甲公司 ends with one and is none."""
    return {i for i, text in _texts(line) if len(text) <= LONG and (found := meant(text)) and found[0].score >= KNOWN}


def _score(line: Line, width: int) -> float:
    """Tell how much a row looks like the names of columns."""
    texts = _texts(line)
    if not texts or (len(texts) == 1 and width > 1 and not (len(texts[0][1]) <= 12 and _known(line))):
        return 0.0
    known = _known(line)
    names = {plain(text) for _, text in texts}
    short = sum(1 for name in names if 0 < len(name) <= 16)
    long = sum(1 for _, text in texts if len(text) > LONG and "\n" not in text)
    exact = sum(1 for i, text in texts if i in known and meant(text)[0].score >= 0.9)
    twice = len(texts) - len(names)
    return 2 * exact + len(known) + 0.25 * short - 1.5 * _others(line) - long - 0.5 * twice - 0.01 * line.number


def _above_belongs(above: Line, line: Line, sheet: Sheet) -> bool:
    """Tell whether the row above is an upper level: it spans columns, or names some that the row below does not."""
    texts = _texts(above)
    if len(texts) < 1 or _others(above) or any(len(text) > LONG for _, text in texts) or above.number < line.number - 2:
        return False
    if any(_NOTE.match(text) or _SAID.search(text) for _, text in texts):
        return False
    spans = [r for r in sheet.merged if r.top <= above.number <= r.bottom]
    if any(r.bottom >= line.number and r.right - r.left < sheet.width - 1 for r in spans):
        return True
    if any(0 < r.right - r.left < min(sheet.width, len(line.cells)) - 1 for r in spans if r.bottom < line.number):
        return len(texts) > 1
    named = {i for i, _ in _texts(line)}
    return len(texts) > 1 and bool(_known(above)) and any(i not in named for i, _ in texts)


_SAID = re.compile(r"单位\s*[:：]|[:：]\s*$|[:：].{0,20}(年|月|日|公司|局|办)")


def _below_belongs(top: list[Line], first: int, last: int, known: list[set[int]], sheet: Sheet) -> bool:
    """Tell whether the row below is a lower level: merged cells reach into it, or it names what stood empty."""
    main, below = top[last], top[last + 1]
    texts = _texts(below)
    if not texts or below.number > main.number + 1:
        return False
    begun = top[first].number
    reach = [r for r in sheet.merged if begun <= r.top <= main.number and r.bottom >= below.number]
    if reach and not any(r.left <= i <= r.right for r in reach for i, _ in texts):
        return True
    if _others(below) or any(len(text) > LONG for _, text in texts):
        return False
    named = {i for i, _ in _texts(main)}
    under = {i for i in range(sheet.width) if i not in named}
    for r in sheet.merged:
        if begun <= r.top <= main.number == r.bottom and r.right > r.left:
            under |= set(range(r.left, r.right + 1))
    group_starts = {i - 1 for i in under if i - 1 in named}
    inside = all(i in under or i in group_starts for i, _ in texts)
    if inside and any(i in under for i, _ in texts) and len(known[last + 1]) * 2 >= len(texts):
        return True
    again = [i for i, _ in texts if i in known[last + 1] and i in known[last]]
    return len(again) >= 3 and len(again) * 3 >= 2 * len(texts) and _same_meaning(main, below, again)


def _same_meaning(main: Line, below: Line, positions: list[int]) -> bool:
    """Tell a second language of the header from data that happen to be words of headers."""

    def columns(cell: Cell) -> set[tuple[str, str]]:
        return {(one.table, one.column) for one in meant(str(cell))}

    return sum(1 for i in positions if columns(main.cells[i]) & columns(below.cells[i])) * 3 >= 2 * len(positions)


def _described(sheet: Sheet, top: list[Line], chosen: list[Line]) -> Header:
    names = _joined(chosen, sheet)
    first = chosen[0].number
    above = [line for line in top if line.number < first]
    title = " ".join(text for line in above for _, text in _texts(line))[:500]
    units = {i: unit for i, name in enumerate(names) if name and (unit := unit_in(name))}
    sorted_out = _sort_out(sheet, chosen[-1].number, names, units)
    said = next((unit for line in above for _, text in _texts(line) if (unit := _unit_said(text))), "")
    notes = list(sorted_out.notes)
    if said:
        notes.append(Note("unit_said", Text(f"表上注明单位：{said}", f"The sheet says the unit is {said}"), sheet.name))
    rows = tuple(line.number for line in chosen)
    return Header(rows, names, sorted_out.first, sorted_out.last, title, sorted_out.left_out, units, said, tuple(notes))


def _unit_said(text: str) -> str:
    found = re.search(r"单位\s*[:：]\s*(?:人民币)?(亿元|万元|元)", text)
    return found[1] if found else ""


def _joined(chosen: Sequence[Line], sheet: Sheet) -> tuple[str, ...]:
    """Join the levels of the header: merged cells count for every column they cover."""
    width = max([sheet.width, *(len(line.cells) for line in chosen)])
    levels = []
    for depth, line in enumerate(chosen):
        texts = {i: " ".join(text.split()) for i, text in _cells(line)}
        for r in sheet.merged:
            if r.top <= line.number <= r.bottom and r.left in texts | _started(chosen, r):
                text = texts.get(r.left) or _started(chosen, r).get(r.left, "")
                for i in range(r.left, min(r.right, width - 1) + 1):
                    texts.setdefault(i, text)
        if not sheet.merged and depth + 1 < len(chosen):
            below = {i for i, _ in _cells(chosen[depth + 1])}
            for i in range(1, width):
                if i not in texts and i in below and i - 1 in texts and i - 1 in below:
                    texts[i] = texts[i - 1]
        levels.append(texts)
    names = []
    for i in range(width):
        parts: list[str] = []
        for texts in levels:
            if (text := texts.get(i, "")) and text not in parts:
                parts.append(text)
        names.append("/".join(parts))
    return tuple(names)


def _started(chosen: Sequence[Line], r: Range) -> dict[int, str]:
    """Return the text of a merged range that began in an upper header row."""
    line = next((line for line in chosen if line.number == r.top), None)
    return {i: text for i, text in _cells(line) if i == r.left} if line else {}


def _cells(line: Line) -> Iterator[tuple[int, str]]:
    for i, cell in enumerate(line.cells):
        if cell is not None:
            text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
            if text.strip():
                yield i, text.strip()


@dataclass
class _Sorted:
    first: int = 0
    last: int = 0
    left_out: dict[int, Text] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)


def _sort_out(sheet: Sheet, header_end: int, names: tuple[str, ...], units: dict[int, str]) -> _Sorted:
    """Look at every row below the header once: data, or left out and why."""
    found = _Sorted(header_end + 1, header_end)
    counts: Counter[str] = Counter()
    n_data = 0
    wide = {r.top: r for r in sheet.merged if r.top > header_end and r.right > r.left}
    numbered = [i for i, name in enumerate(names) if any(one.table == "!number" for one in meant(name))]
    for line in sheet.rows:
        if line.number <= header_end:
            continue
        why = _left_out(line, names, numbered, wide, n_data, units)
        if why and len(found.left_out) < MOST_LEFT_OUT:
            found.left_out[line.number] = WHY[why]
            counts[why] += 1
            continue
        n_data += 1
        found.first = line.number if n_data == 1 else found.first
        found.last = line.number
    for why, n in counts.items():
        text = WHY[why]
        found.notes.append(
            Note(f"left_out_{why}", Text(f"{n} 行没有读：{text.zh}", f"{n} rows not read: {text.en}"), sheet.name)
        )
    return found


def _left_out(
    line: Line, names: tuple[str, ...], numbered: list[int], wide: dict[int, Range], n_data: int, units: dict[int, str]
) -> str:
    """Return why a row is no data, or nothing."""
    filled = [(i, cell) for i, cell in enumerate(line.cells) if cell is not None]
    first = next((cell.strip() for _, cell in filled if isinstance(cell, str)), "")
    tight = "".join(first.split())
    if first.startswith(("#", "＃")):
        return "comment"
    if _TOTAL.match(tight) and all(
        not isinstance(c, str) or _TOTAL.match(re.sub(r"\s", "", c)) or len(c) < 12 for _, c in filled
    ):
        return "total"
    if (numbered or not filled) and all(i in numbered and re.fullmatch(r"[\d.\s]*", str(cell)) for i, cell in filled):
        return "number"
    if _NOTE.match(first) and len(filled) <= max(2, len(names) // 2):
        return "note"
    if len(filled) == 1 and len([name for name in names if name]) > 2 and isinstance(filled[0][1], str):
        span = wide.get(line.number)
        if (
            span
            or len(first) > LONG
            or re.match(r"[(（][一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}[、.．]", first)
        ):
            return "note" if len(first) > LONG else "group"
    if n_data == 0 and (why := _first_rows(filled, units)):
        return why
    if n_data < 3 and _EXAMPLE.match(tight):
        return "example"
    return "again" if _again(filled, names) else ""


def _again(filled: Sequence[tuple[int, Cell]], names: tuple[str, ...]) -> bool:
    """Tell the header repeated, as on printed pages; a look at the first cells is enough for most rows."""
    hits = 0
    for n, (i, cell) in enumerate(filled, start=1):
        name = names[i] if i < len(names) else ""
        hits += isinstance(cell, str) and bool(name) and cell.strip() in (name, name.rpartition("/")[2])
        if n - hits > len(filled) / 5:
            return False
    return hits >= 2


def _first_rows(filled: Sequence[tuple[int, Cell]], units: dict[int, str]) -> str:
    """Tell rows of column numbers and rows of units, which stand right below some headers."""
    texts = [str(int(c)) if isinstance(c, float) and c.is_integer() else str(c).strip() for _, c in filled]
    if len(texts) >= 3 and all(_COLUMN_NUMBER.match(text) for text in texts):
        numbers = [int(n) for text in texts if (n := text.strip("()（）").split("=")[0]).isdigit()]
        if numbers == sorted(numbers) and (not numbers or numbers[-1] - numbers[0] == len(numbers) - 1):
            return "numbers"
    if (
        len(texts) >= 2
        and all(text in _UNIT_ROW for text in texts)
        and any(text in ("万元", "亿元", "元", "%") for text in texts)
    ):
        for (i, _), text in zip(filled, texts, strict=True):
            if text in ("元", "万元", "亿元", "%"):
                units.setdefault(i, text)
        return "units"
    return ""
