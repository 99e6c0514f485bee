"""Lists as an office has them (示例清单): a messy 名录, a 需求表 of an anchor firm, a scoring sheet of experts.

Two short ones that the office writes itself, with the anchor firm at the table, say what the products are and what
goes into what.

All organisations in them are made up and say so in their names (示例).
"""

from pathlib import Path
from typing import Any

DIRECTORY = "某某区生物药产业链企业名录.xlsx"
NEEDS = "链主企业配套需求表.csv"
SCORES = "专家评分表.xlsx"
PRODUCTS = "产品目录.csv"
INPUTS = "物料清单.csv"


def write_examples(folder: Path) -> list[Path]:
    """Write the files; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PRODUCTS).write_text(
        "产品名称,所属环节,是否最终产品\n单克隆抗体（示例）,药物生产,是\n一次性储液袋,产业化耗材,否\n"
        "亲和层析介质,产业化耗材,否\n除病毒过滤膜,产业化耗材,否\n",
        encoding="utf-8-sig",
    )
    (folder / INPUTS).write_text(
        "产成品,投入品,是否必需,成本占比（%）\n单克隆抗体（示例）,一次性储液袋,必需,5\n"
        "单克隆抗体（示例）,亲和层析介质,必需,12\n单克隆抗体（示例）,除病毒过滤膜,必需,6\n",
        encoding="utf-8-sig",
    )
    own = [folder / PRODUCTS, folder / INPUTS]
    return [_directory(folder / DIRECTORY), _needs(folder / NEEDS), _scores(folder / SCORES), *own]


def _directory(path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet.append(["某某区生物药产业链企业名录（示例）"])
    sheet.merge_cells("A1:I1")
    sheet.append(["填报单位：某某区链办", None, None, None, None, "填报日期：2024年6月", None, "单位：万元"])
    sheet.append(["序号", "企业名称", "统一社会信用代码", "所在地", "联系人", None, "是否链主", "产值", "备注"])
    sheet.append([None, None, None, None, "姓名", "手机"])
    for letter in "ABCDGHI":
        sheet.merge_cells(f"{letter}3:{letter}4")
    sheet.merge_cells("E3:F3")
    rows: list[list[Any]] = [
        [1, "示例一生物药业股份有限公司", "91320500MA1ABCDE14", "320500", "甲", "138", "是", "１２００００", None],
        [2, "示例二医用耗材有限公司", " 91320500ma1abcde27", "江苏省", "乙", "139", "否", 8600, "2023年搬迁"],
        [3, "示例三层析介质有限责任公司", None, "上海", "丙", "137", None, "1.1亿元", None],
        [4, "示例四生物工程研究院", None, "江苏省", "丁", "136", "×", None, None],
        [5],
    ]
    for row in rows:
        sheet.append(row)
    sheet.append(["合　计", None, None, None, None, None, None, 139600])
    sheet.append(["注：产值由企业自行填报，未经审计。"])
    book.save(path)
    return path


def _needs(path: Path) -> Path:
    rows = [
        ["需求企业", "产品名称", "需求内容", "规格型号", "年需求量（只）", "单价（元）", "最迟时间", "现供方", "国别", "联系电话"],
        ["示例一生物药业股份有限公司", "一次性储液袋", "储液袋第二来源", "200L", "２０００", "3,500", "2025年底", "某外企", "美国", "138"],
        ["示例一生物药业股份有限公司", "亲和层析介质", "亲和层析介质国内来源", "50L装", "30", "12万", "2025.6", "某外企", "瑞典", "138"],
        ["示例一生物药业股份有限公司", "除病毒过滤膜", "除病毒过滤膜验证", "20nm", "", "", "2026年上半年", "某外企", "日本", "138"],
    ]  # fmt: skip
    path.write_bytes("".join("\t".join(row) + "\r\n" for row in rows).encode("gb18030"))
    return path


def _scores(path: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "评分"
    sheet.append(["专家评分表（示例判断，不是事实）"])
    sheet.merge_cells("A1:I1")
    sheet.append(["产品名称", "国内水平（L0-L5）", "境内空白", "卡点评分（0-4）", None, None, None, None, "评分理由"])
    sheet.append([None, None, None, "价值", "差距", "垄断", "替代时间", "断供可能"])
    for letter in "ABCI":
        sheet.merge_cells(f"{letter}2:{letter}3")
    sheet.merge_cells("D2:H2")
    sheet.append(["一次性储液袋", "L3", "否", 2, 2, 2, 1, 2, "国内已小批量"])
    sheet.append(["亲和层析介质", "ｌ１", "否", 4, 3, 3, 4, 3, "载量与寿命有差距"])
    sheet.append(["除病毒过滤膜", "L1", "是", 4, 4, 4, 3, 3, "国内没有量产"])
    book.save(path)
    return path
