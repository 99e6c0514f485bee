"""Text tables: encodings × line ends × delimiters × quotes, and the ways in which such files are broken."""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

from tests.corpora.cases import Case, refused

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
ENDS = {"lf": "\n", "crlf": "\r\n", "cr": "\r", "mixed": "\n"}
SIGNS = {"comma": ",", "tab": "\t", "semicolon": ";", "wide": "，", "bar": "|", "widesemi": "；"}

TABLE: list[list[str | None]] = [
    ["企业名称", "所在地", "产品", "年产值（万元）", "备注"],
    ["示例甲有限公司", "江苏省苏州市", "储液袋", "１２００", "正常生产"],
    ["示例乙股份有限公司", "广东省", "层析树脂", "1300.5", None],
    ["示例丙研究院", None, "过滤膜", "35%", "搬迁中"],
    ["示例丁厂", "东京", "检测装备", "1.2亿元", "暂停"],
]


def _quoted(cell: str | None, how: str, sign: str) -> str:
    text = cell or ""
    must = sign in text or "\n" in text or '"' in text
    if how == "all" or must or (how == "some" and len(text) > 4):
        return '"' + text.replace('"', '""') + '"'
    return text


def written(rows: list[list[str | None]], sign: str, end: str, how: str = "none") -> str:
    ends = ("\n", "\r\n", "\r") if end == "mixed" else (ENDS[end],)
    lines = [sign.join(_quoted(cell, how, sign) for cell in row) for row in rows]
    return "".join(line + ends[i % len(ends)] for i, line in enumerate(lines))


def grid(rows: list[list[str | None]]) -> dict[int, list[Any]]:
    found = {}
    for number, row in enumerate(rows, start=1):
        cells = [cell if cell and cell.strip() else None for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        if cells:
            found[number] = cells
    return found


def _bytes(data: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(data) and None


def _case(name: str, data: bytes, rows: list[list[str | None]]) -> Case:
    return Case(name, _bytes(data), cells={name.rpartition(".")[0]: grid(rows)})


def plain() -> Iterator[Case]:
    """Every encoding with every line end, delimiter and way of quoting."""
    inside = [*TABLE, ["示例戊“甲”公司", 'a "b" c', "一,二;三|四，五；六\t七", "第一行\n第二行", " 空格 "]]
    for encoding, end, (sign_name, sign), how in product(ENCODINGS, ENDS, SIGNS.items(), ("none", "all")):
        rows = inside if how == "all" else TABLE
        name = f"{encoding}-{end}-{sign_name}-{how}.csv"
        yield _case(name, written(rows, sign, end, how).encode(encoding), rows)


def odd() -> Iterator[Case]:
    """Files that are whole, but not as one would think."""
    text = written(TABLE, ",", "crlf")
    ragged = [row[: 5 - i % 3] for i, row in enumerate(TABLE)]
    yield _case("ragged.csv", written(ragged, ",", "lf").encode(), ragged)
    yield _case("trailing-empty.csv", written([[*r, None, None, None] for r in TABLE], ",", "lf").encode(), TABLE)
    blank: list[list[str | None]] = [[], TABLE[0], [], [], *TABLE[1:], [], []]
    yield _case("blank-lines.csv", written(blank, ",", "crlf").encode("gb18030"), blank)
    yield _case("no-last-end.csv", text.rstrip().encode(), TABLE)
    yield _case("sep-line.csv", b"sep=;\r\n" + written(TABLE, ";", "crlf").encode(), TABLE)
    yield _case(
        "one-column.csv",
        "企业名称\n示例甲有限公司\n示例乙有限公司\n".encode(),
        [["企业名称"], ["示例甲有限公司"], ["示例乙有限公司"]],
    )
    sentences: list[list[str | None]] = [
        ["名称", "说明"],
        ["甲", "一，二，三，四"],
        ["乙", "五，六；七，八"],
        ["丙", "九"],
    ]
    yield _case("commas-in-sentences.csv", written(sentences, ",", "lf").encode("gb18030"), sentences)
    yield _case(
        "tabs-with-commas.csv",
        written([["a", "1,200"], ["b", "1,300,000"]], "\t", "lf").encode(),
        [["a", "1,200"], ["b", "1,300,000"]],
    )
    titled: list[list[str | None]] = [["某某区重点企业名录，2024年，内部资料"], *TABLE]
    yield _case("title-with-wide-commas.csv", written(titled, ",", "crlf").encode("gb18030"), titled)
    yield _case(
        "rare-hanzi.csv",
        written([["姓名", "地名"], ["㙟", "𠮷野"], ["镕", "喆"]], ",", "lf").encode("gb18030"),
        [["姓名", "地名"], ["㙟", "𠮷野"], ["镕", "喆"]],
    )
    yield _case("no-hanzi.csv", b"a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]])
    yield _case("ideographic-space.csv", "名称,值\n甲,　\n　,2\n".encode(), [["名称", "值"], ["甲", None], [None, "2"]])
    yield _case("formula-text.csv", b'a,b\n="001",=1+1\n', [["a", "b"], ['="001"', "=1+1"]])
    yield _case("quotes-inside.csv", 'a,b\n5" 管,x\n'.encode(), [["a", "b"], ['5" 管', "x"]])
    yield _case("empty-quotes.csv", b'a,b\n"",x\n', [["a", "b"], [None, "x"]])
    yield _case(
        "unicode-line-ends.csv", "a,b\n一\u2028二,三\x0b四\n".encode(), [["a", "b"], ["一\u2028二", "三\x0b四"]]
    )
    yield _case("one-cell.csv", "名称".encode(), [["名称"]])
    long = "字" * 100_000
    yield _case("long-cell.csv", f"a,b\n{long},1\n".encode(), [["a", "b"], [long, "1"]])
    wide: list[list[str | None]] = [[f"c{i}" for i in range(1024)], [str(i) for i in range(1024)]]
    yield _case("a-thousand-columns.csv", written(wide, ",", "lf").encode(), wide)
    many: list[list[str | None]] = [["n", "m"], *([str(i), "示例"] for i in range(20_000))]
    yield _case("twenty-thousand-rows.csv", written(many, ",", "lf").encode("gb18030"), many)


def broken() -> Iterator[Case]:
    """Files that must be refused, with the row where there is one."""
    text = written(TABLE, ",", "lf")
    lines = text.split("\n")
    for row in (1, 2, 3, 5):
        hurt = [line if i != row - 1 else line[:3] + "\x00" + line[3:] for i, line in enumerate(lines)]
        yield refused(f"nul-row-{row}.csv", _bytes("\n".join(hurt).encode()), "nul_byte", row=row)
        yield refused(f"nul-gbk-row-{row}.csv", _bytes("\n".join(hurt).encode("gb18030")), "nul_byte", row=row)
        quote = [line if i != row - 1 else '"' + line for i, line in enumerate(lines)]
        yield refused(f"open-quote-row-{row}.csv", _bytes("\n".join(quote).encode()), "open_quote", row=row)
        after = [line if i != row - 1 else f'"x"y,{line}' for i, line in enumerate(lines)]
        yield refused(
            f"text-after-quote-row-{row}.csv", _bytes("\n".join(after).encode("utf-16")), "open_quote", row=row
        )
        data = [line.encode() for line in lines]
        data[row - 1] = data[row - 1][:4] + b"\xff\xfe\xff" + data[row - 1][4:]
        yield refused(f"damaged-byte-row-{row}.csv", _bytes(b"\n".join(data)), "no_text", row=row)
        data = [line.encode("gb18030") for line in lines]
        data[row - 1] += b"\xff\xff"
        yield refused(f"damaged-gbk-row-{row}.csv", _bytes(b"\n".join(data)), "no_text", row=row)
    cut = (text * 3).encode()
    for n in (1, 2):
        at = len(cut) - 1
        while cut[at] < 0x80 or cut[at] & 0xC0 == 0x80:
            at -= 1
        yield refused(f"cut-utf8-{n}.csv", _bytes(cut[: at + n]), "no_text")
    yield refused("cut-utf16.csv", _bytes(text.encode("utf-16")[:-1]), "no_text")
    yield refused("surrogate-utf16.csv", _bytes(text.encode("utf-16") + b"\x00\xd8a\x00"), "no_text")
    traditional = (
        "企業名稱,所在地,產品,備註\n示例甲股份有限公司,臺灣,儲液袋與層析樹脂,廠區搬遷\n示例乙電機,廣東,過濾膜,檢測裝備\n"
        * 3
    )
    yield refused("big5.csv", _bytes(traditional.encode("big5")), "encoding_unclear", "no_text")
    japanese = "会社名,所在地,製品\n例の株式会社,東京都,カラムの樹脂とフィルターのカートリッジ\n" * 5
    yield refused("shift-jis.csv", _bytes(japanese.encode("shift-jis")), "encoding_unclear", "no_text")
    yield refused(
        "euc-jp.csv",
        _bytes("名,値\n\u305f\u3060のカタカナ\u3067\u3059,ゑヰ仝々〆\n".encode("euc-jp") + b"\x8f\xb0\xa1"),
        "encoding_unclear",
        "no_text",
    )
    yield refused(
        "latin1.csv",
        _bytes("société,prix\nété,5\nñandú,6\nÅngström,7\n".encode("latin-1") * 4),
        "encoding_unclear",
        "no_text",
    )
    yield refused(
        "windows-1251.csv",
        _bytes("имя,цена\nпродукция завода,5\nхимический реактор,6\n".encode("cp1251") * 3),
        "encoding_unclear",
        "no_text",
    )
    yield refused(
        "random.csv",
        _bytes(bytes((i * 7919 + i * i * 31) % 255 + 1 for i in range(5_000))),
        "encoding_unclear",
        "no_text",
        "open_quote",
    )
    yield refused("empty.csv", _bytes(b""), "empty")
    yield refused("only-bom.csv", _bytes(b"\xef\xbb\xbf"), "empty")
    yield refused("only-nul.csv", _bytes(b"\x00" * 5_000), "empty", "nul_byte")
    yield refused("too-long-cell.csv", _bytes(("a,b\n" + "字" * 140_000 + ",1\n").encode()), "cell_too_long", row=2)
    yield refused("too-long-quoted.csv", _bytes(('a,b\n"' + "字\n" * 140_000).encode()), "cell_too_long", row=2)
    yield refused("too-wide.csv", _bytes(b"," * 1023 + b",x"), "too_far_out")
    yield refused("line-of-10-mb.csv", _bytes(b"a,b\n" + b"x" * 10_000_000 + b",1\n"), "cell_too_long", row=2)
    yield refused("line-of-10-mb-cells.csv", _bytes(b"a,b\n" + b"x," * 5_000_000 + b"1\n"), "too_far_out")
    yield refused("ten-mb-of-quotes.csv", _bytes(b'a,b\n"' + b'""' * 5_000_000), "cell_too_long", "open_quote", row=2)
    yield refused(
        "hundred-mb.csv", lambda path: path.write_bytes(b"a,b\n" * (26 << 20)) and None, "file_too_large", heavy=True
    )


def cases() -> Iterator[Case]:
    yield from plain()
    yield from odd()
    yield from broken()
