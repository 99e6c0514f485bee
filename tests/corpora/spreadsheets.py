"""Spreadsheets as offices send them: five kinds of list, eight ways to head them, five ways to end them.

Each combination is written with the cells that people really type (units, full-width digits, 是/√, months, percent),
and each knows the rows that must come of it. Names are 示例 and belong to nobody.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from tests.corpora.cases import Case

CODES = ("91320500MA1000011J", "91440101MA5XXXXX0N", "91110108MA0000123A")


def credit_code(seventeen: str) -> str:
    """Return a code with its right check digit."""
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    total = sum(signs.index(s) * w for s, w in zip(seventeen, weights, strict=True))
    return seventeen + signs[(31 - total % 31) % 31]


@dataclass(frozen=True)
class Column:
    """A column of a list: header levels, the cells typed, and what must come of each."""

    header: tuple[str, ...]  # one or two levels
    cells: Sequence[Any]
    field: str = ""
    values: Sequence[Any] = ()
    number_format: str = ""


@dataclass(frozen=True)
class List_:
    table: str
    title: str
    columns: tuple[Column, ...]

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for i in range(len(self.columns[0].cells)):
            row: dict[str, Any] = {}
            for column in self.columns:
                if column.field and column.values[i] is not None:
                    row[column.field] = column.values[i]
            found.append(row)
        return found


FIRMS = ("示例甲材料有限公司", "示例乙装备股份有限公司", "示例丙研究院")
_CODE = [credit_code(s) for s in ("91320500MA1000011", "91440101MA5000022", "12110108400000033")]

ORGANISATIONS = List_(
    "organisations",
    "某某区重点产业链企业名录",
    (
        Column(("企业名称",), FIRMS, "name", FIRMS),
        Column(("统一社会信用代码",), (_CODE[0], _CODE[1].lower(), f" {_CODE[2]} "), "credit_code", _CODE),
        Column(("所在地",), ("江苏省", "440300", "北京"), "place", ("320000", "440300", "110000")),
        Column(("联系人", "姓名"), ("甲某", "乙某", "丙某")),
        Column(("联系人", "手机"), ("138", "139", "137")),
        Column(("是否链主",), ("是", "否", "√"), "anchor", (True, False, True)),
        Column(("产值（万元）",), (1200, "１，３００", None)),
        Column(("备注",), ("", "搬迁中", None), "note", (None, "搬迁中", None)),
    ),
)
DEMANDS = List_(
    "demands",
    "某某区企业技术需求汇总表",
    (
        Column(("需求企业",), FIRMS, "raised_by", FIRMS),
        Column(("需求名称",), ("储液袋第二来源", "高纯树脂", "检测装备"), "title", ("储液袋第二来源", "高纯树脂", "检测装备")),
        Column(("规格型号",), ("200L", "A-1", None), "grade", ("200L", "A-1", None)),
        Column(("采购情况", "年需求量"), ("２０００", "1,500", 30), "yearly_quantity", (2000.0, 1500.0, 30.0)),
        Column(("采购情况", "单价（万元）"), ("0.35", 1.2, None), "unit_price", (0.35, 1.2, None)),
        Column(("最迟时间",), ("2025年底", date(2025, 6, 30), "2025.9"), "latest_on", ("2025-12-31", "2025-06-30", "2025-09-30")),
        Column(("现供方",), ("某外企", None, "—"), "present_supplier", ("某外企", None, None)),
        Column(("联系电话",), ("0512-1", "0512-2", "0512-3")),
    ),
)  # fmt: skip
PRODUCTS = List_(
    "products",
    "某某产业链产品目录",
    (
        Column(("产品名称",), ("储液袋", "层析树脂", "过滤膜"), "name", ("储液袋", "层析树脂", "过滤膜")),
        Column(("所属环节",), ("耗材", "耗材", "耗材"), "segment", ("耗材", "耗材", "耗材")),
        Column(("规格",), ("200L", None, "0.2μm"), "grade", ("200L", None, "0.2μm")),
        Column(("产业化", "年产值（亿元）"), (1.5, "2.5亿元", "3000万元"), "value", (1.5, 2.5, 0.3)),
        Column(("产业化", "是否最终产品"), ("否", "否", "是"), "final", (False, False, True)),
        Column(("用途",), ("储液", "纯化", "过滤"), "application", ("储液", "纯化", "过滤")),
    ),
)
SUPPLIES = List_(
    "supplies",
    "链主企业采购情况表",
    (
        Column(("供应商名称",), ("示例丁公司", "示例戊公司", "示例己公司"), "supplier", ("示例丁公司", "示例戊公司", "示例己公司")),
        Column(("采购方",), FIRMS, "buyer", FIRMS),
        Column(("采购物料",), ("储液袋", "层析树脂", "过滤膜"), "product", ("储液袋", "层析树脂", "过滤膜")),
        Column(("采购情况", "年采购额（万元）"), (120, "80.5", None), "value", (120.0, 80.5, None)),
        Column(("采购情况", "采购量"), (10, 20, "３０"), "quantity", (10.0, 20.0, 30.0)),
        Column(("合作时间",), ("2021年", "2022.5", date(2023, 5, 1)), "since", ("2021", "2022-05", "2023-05-01")),
    ),
)  # fmt: skip
PRODUCTION = List_(
    "production",
    "主要产品产能布局",
    (
        Column(("生产企业",), FIRMS, "organisation", FIRMS),
        Column(("主要产品",), ("储液袋", "层析树脂", "过滤膜"), "product", ("储液袋", "层析树脂", "过滤膜")),
        Column(("产能情况", "年产能"), ("1000", "２，０００", 30.5), "capacity", (1000.0, 2000.0, 30.5)),
        Column(("产能情况", "产能单位"), ("只/年", "L/年", "㎡/年"), "capacity_unit", ("只/年", "L/年", "㎡/年")),
        Column(("市场份额（%）",), (12.5, "30", "8％"), "share", (0.125, 0.3, 0.08)),
        Column(("投产时间",), ("2021年5月", "2022", "二〇二三年"), "since", ("2021-05", "2022", "2023")),
    ),
)
LISTS = (ORGANISATIONS, DEMANDS, PRODUCTS, SUPPLIES, PRODUCTION)

UNIT = {"demands": "万元", "products": "亿元", "supplies": "万元"}


def expected(one: List_) -> list[dict[str, Any]]:
    """Return the rows of a list with the unit that its header names, where a row has an amount."""
    money = {"demands": "unit_price", "products": "value", "supplies": "value"}.get(one.table)
    return [{**row, "unit": UNIT[one.table]} if money in row else row for row in one.rows()]


def _flat(header: tuple[str, ...]) -> str:
    return header[-1] if len(header) == 1 else f"{header[0]}{header[1]}" if header[1] in ("姓名", "手机") else header[1]


def one_line(sheet: Any, one: List_, columns: list[Column]) -> None:
    sheet.append([_flat(c.header) for c in columns])


def titled(sheet: Any, one: List_, columns: list[Column]) -> None:
    sheet.append([f"{one.title}（2024年）"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    one_line(sheet, one, columns)


def with_remarks(sheet: Any, one: List_, columns: list[Column]) -> None:
    sheet.append([one.title])
    sheet.append(["填报单位：某某区工信局", None, None, "填报日期：2024年5月31日"])
    sheet.append([])
    one_line(sheet, one, columns)


def two_levels(sheet: Any, one: List_, columns: list[Column]) -> None:
    _levels(sheet, columns, merged=True)


def titled_two_levels(sheet: Any, one: List_, columns: list[Column]) -> None:
    sheet.append([one.title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(columns))
    _levels(sheet, columns, merged=True)


def levels_without_merging(sheet: Any, one: List_, columns: list[Column]) -> None:
    _levels(sheet, columns, merged=False)


def numbered(sheet: Any, one: List_, columns: list[Column]) -> None:
    one_line(sheet, one, columns)
    sheet.append(list(range(1, len(columns) + 1)))


def starred(sheet: Any, one: List_, columns: list[Column]) -> None:
    sheet.append(["填报说明：带*为必填项，请勿修改表头，金额不含税，日期写到日；有疑问请致电某某区工信局产业科。"])
    sheet.append([f"*{_flat(c.header)}\n（必填）" if i < 2 else f" {_flat(c.header)} " for i, c in enumerate(columns)])


def _levels(sheet: Any, columns: list[Column], merged: bool) -> None:
    top = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value else 1
    first, second = [], []
    for i, column in enumerate(columns):
        same = i and len(column.header) == 2 and columns[i - 1].header[0] == column.header[0]
        first.append(None if same else column.header[0])
        second.append(column.header[1] if len(column.header) == 2 else None)
    for i, (a, b) in enumerate(zip(first, second, strict=True), start=1):
        sheet.cell(top, i, a)
        sheet.cell(top + 1, i, b)
    if merged:
        for i, column in enumerate(columns, start=1):
            if len(column.header) == 1:
                sheet.merge_cells(start_row=top, end_row=top + 1, start_column=i, end_column=i)
            elif first[i - 1] is not None:
                n = sum(1 for c in columns if c.header[0] == column.header[0])
                sheet.merge_cells(start_row=top, end_row=top, start_column=i, end_column=i + n - 1)


HEADS = (one_line, titled, with_remarks, two_levels, titled_two_levels, levels_without_merging, numbered, starred)


def plain_end(sheet: Any, width: int) -> None: ...


def with_total(sheet: Any, width: int) -> None:
    sheet.append(["合　计", *([None] * (width - 2)), 99])


def with_signatures(sheet: Any, width: int) -> None:
    sheet.append([])
    sheet.append(["注：1.数据截至2024年底；2.金额为不含税金额，由企业自行填报，未经审计。"])
    sheet.append(["填表人：", None, "审核人："])


def with_empty_lines(sheet: Any, width: int) -> None:
    for _ in range(3):
        sheet.append([None, " ", "　"])


def with_far_style(sheet: Any, width: int) -> None:
    from openpyxl.styles import Font

    sheet.cell(1_048_576, width + 3).font = Font(bold=True)


ENDS: tuple[Callable[[Any, int], None], ...] = (
    plain_end,
    with_total,
    with_signatures,
    with_empty_lines,
    with_far_style,
)


def _write(path: Path, one: List_, head: Callable[..., None], end: Callable[..., None], number: bool) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Sheet1"
    columns = list(one.columns)
    if number:
        columns.insert(0, Column(("序号",), tuple(range(1, len(columns[0].cells) + 1))))
    head(sheet, one, columns)
    start = sheet.max_row + 1
    for r in range(len(columns[0].cells)):
        for i, column in enumerate(columns, start=1):
            value = column.cells[r]
            if value not in (None, ""):
                sheet.cell(start + r, i, value)
    end(sheet, len(columns))
    book.save(path)


def cases() -> Iterator[Case]:
    """Yield every list under every head with every end: 5 × 8 × 5 workbooks."""
    for one in LISTS:
        for n, head in enumerate(HEADS):
            for m, end in enumerate(ENDS):

                def make(
                    path: Path, one: List_ = one, head: Any = head, end: Any = end, number: bool = (n + m) % 2 == 0
                ) -> None:
                    _write(path, one, head, end, number)

                yield Case(
                    f"{one.table}-{head.__name__}-{end.__name__}.xlsx", make, rows=expected(one), table=one.table
                )
