"""The empty workbook (空白模板): what people fill in, with notes, drop-downs and one example row per table."""

from pathlib import Path
from typing import Any

from lianban.chain.dictionary import TABLES, Column, Table
from lianban.chain.judgements import items
from lianban.chain.workbook import header_of

ROWS = 2_000  # drop-downs reach so far down
README = "填写说明"

INTRODUCTION = (
    ("产业链数据包模板", "Template of a chain package"),
    ("每张工作表是一张数据表；不需要的表可以空着，别的工作表可以随意添加，不会被读入。",
     "Each sheet is a table; leave empty what you do not need; sheets of other names are not read."),
    ("表头不要改名；列的次序可以变，不用的列可以删。深色表头为必填。",
     "Keep the headers; columns may change places, and unused ones may go. Dark headers must be filled."),
    ("以 # 开头的行（如每张表的示例行）不会被读入。", "Rows beginning with # (such as the example rows) are not read."),
    ("份额写 0 到 1 之间的小数或百分数（35%）；金额写数，并在“金额单位”列写 元、万元 或 亿元；日期写 2024-05-31。",
     "Shares are fractions or percentages (35%); money is a number with 元, 万元 or 亿元 in its unit column; days are 2024-05-31."),
    ("每条事实写来源（“来源”表的编码）和观察日期。互相矛盾的数字可以都写，不必合并。",
     "Every fact names its source (a code of table 来源) and day. Contradicting figures may both stand."),
    ("来源地：境外写两位代码（JP、US……），不明写 XX；境内写六位区划代码。不得写入国家秘密。",
     "Origins: two letters abroad (JP, US …), XX where unknown; six digits at home. No state secrets."),
    ("填好后检查：lianban chain check 本文件.xlsx", "Check it with: lianban chain check THIS_FILE.xlsx"),
)  # fmt: skip

EXAMPLES: dict[str, dict[str, Any]] = {
    "chain": {"code": "mab", "name": "单克隆抗体", "home": "CN", "place": "320500", "data_date": "2024-06-30"},
    "segments": {"code": "consumables", "name": "产业化耗材", "stage": 3, "stream": "上游"},
    "products": {
        "code": "bag",
        "name": "一次性储液袋",
        "segment": "consumables",
        "final": "否",
        "source": "survey-2024",
    },
    "inputs": {"product": "mab", "input": "bag", "essential": "必需", "cost_share": 0.05, "source": "survey-2024"},
    "organisations": {"code": "firm-1", "name": "某某生物有限公司", "kind": "企业", "place": "320500"},
    "production": {"product": "bag", "origin": "US", "share": 0.6, "share_of": "境内供应", "source": "survey-2024"},
    "supplies": {"supplier": "firm-1", "buyer": "firm-2", "product": "bag", "value": 120, "unit": "万元"},
    "demands": {"raised_by": "firm-2", "product": "bag", "title": "储液袋第二来源", "yearly_quantity": 2000},
    "assessments": {"product": "bag", "item": "国内水平", "value": "L2", "assessor": "专家组"},
    "parameters": {"product": "bag", "item": "库存天数", "value": 30, "unit": "天"},
    "indicators": {"product": "bag", "item": "domestic_rate", "value": 0.2, "unit": "fraction", "definition": "按金额"},
    "sources": {"code": "survey-2024", "title": "2024年企业问卷", "kind": "调查", "read_on": "2024-06-30"},
}


def write_template(path: Path) -> Path:
    """Write the empty workbook; return its path."""
    from openpyxl import Workbook

    book = Workbook()
    _readme(book.active)
    for table in TABLES.values():
        _sheet(book.create_sheet(table.zh), table)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def _readme(sheet: Any) -> None:
    from openpyxl.styles import Alignment, Font

    sheet.title = README
    sheet.column_dimensions["A"].width = 16
    for letter, width in (("B", 18), ("C", 14), ("D", 10), ("E", 44), ("F", 60)):
        sheet.column_dimensions[letter].width = width
    for i, (zh, en) in enumerate(INTRODUCTION):
        for text in (zh, en):
            sheet.append([text])
            sheet.cell(sheet.max_row, 1).font = Font(bold=i == 0, size=14 if i == 0 else 11)
    sheet.append([])
    sheet.append(["数据表", "列", "代码名", "必填", "可选值", "说明"])
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for table in TABLES.values():
        for column in table:
            needed = "是" if column.is_required and not column.default else ""
            words = "、".join(column.enum_zh)
            sheet.append([table.zh, column.zh, f"{table.name}.{column.name}", needed, words, column.description])
            sheet.cell(sheet.max_row, 6).alignment = Alignment(wrap_text=True, vertical="top")


def _sheet(sheet: Any, table: Table) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    needed = PatternFill("solid", fgColor="2F5D8C")
    plain = PatternFill("solid", fgColor="DCE6F0")
    example = EXAMPLES[table.name]
    for i, column in enumerate(table, start=1):
        must = column.is_required and not column.default
        cell = sheet.cell(1, i, header_of(column))
        cell.fill, cell.font = (needed, Font(bold=True, color="FFFFFF")) if must else (plain, Font(bold=True))
        cell.comment = Comment(_note(column), "lianban", width=320, height=160)
        letter = get_column_letter(i)
        sheet.column_dimensions[letter].width = max(14, 2 * len(column.zh) + len(column.name) + 3)
        value = example.get(column.name)
        shown = sheet.cell(2, i, f"#示例 {value or ''}".strip() if i == 1 else value)
        shown.font = Font(italic=False, color="808080")
        for one in _validations(column):
            sheet.add_data_validation(one)
            one.add(f"{letter}3:{letter}{ROWS}")
        if column.type == "date":
            for row in range(3, 53):
                sheet.cell(row, i).number_format = "yyyy-mm-dd"
    sheet.freeze_panes = "B2"


def _note(column: Column) -> str:
    parts = [f"{column.zh} {column.name}"]
    if column.is_required and not column.default:
        parts.append("必填 required")
    if column.description:
        parts.append(column.description)
    if column.enum:
        pairs = zip(column.enum_zh, column.enum, strict=True)
        parts.append("可选值：" + "、".join(zh if zh == en else f"{zh} ({en})" for zh, en in pairs))
    if column.name == "value" and column.table == "assessments":
        titles = dict(zip(TABLES["assessments"]["item"].enum, TABLES["assessments"]["item"].enum_zh, strict=True))
        parts.append("；".join(f"{titles[i.name]}：{i.allowed}" for i in items().values() if i.type != "text"))
    if column.default and not column.is_key:
        parts.append(f"空着按 {column.word(column.default)} 计 (default {column.default})")
    if column.references:
        parts.append(f"写“{TABLES[column.references[0]].zh}”表的编码")
    return "\n".join(parts)


def _validations(column: Column) -> list[Any]:
    """Return the drop-down of a column: words of an enumeration, yes and no, or the codes of another sheet."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.enum or column.type == "boolean":
        words = ",".join(column.enum_zh or ("是", "否"))  # Excel takes at most 255 characters here; a test watches
        return [
            DataValidation(
                "list",
                formula1=f'"{words}"',
                allow_blank=True,
                showErrorMessage=True,
                errorTitle=column.zh,
                error="请从下拉列表中选择",
            )
        ]
    if column.references:
        sheet = TABLES[column.references[0]].zh
        return [DataValidation("list", formula1=f"'{sheet}'!$A$3:$A${ROWS}", allow_blank=True, showErrorMessage=False)]
    if column.is_share:
        return [DataValidation("decimal", operator="between", formula1="0", formula2="1", allow_blank=True)]
    return []
