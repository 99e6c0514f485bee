"""Proposals: the right code stands first where words say so, nothing is proposed where nothing is alike, files are read or refused."""

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianban.chain.classify import Classification, ClassificationUnreadable, Entry, read_classification

GOODS = Classification(
    "示例",
    [
        Entry("3923", "塑料制袋及包装用品", "包括一次性储液袋"),
        Entry("8482", "滚动轴承"),
        Entry("848210", "滚珠轴承", parent="8482"),
        Entry("848220", "圆锥滚子轴承", parent="8482"),
        Entry("3002", "人血；抗血清；细胞培养物，兽用除外"),
        Entry("0101", "马，改良种用除外"),
    ],
)


@pytest.mark.parametrize(
    ("words", "code"),
    [("一次性储液袋 50 L", "3923"), ("滚珠轴承", "848210"), ("圆锥滚子轴承", "848220"), ("细胞培养", "3002")],
)
def test_the_code_whose_name_or_note_says_so_stands_first(words, code):
    first = GOODS.propose(words)[0]

    assert first.code == code and 0 < first.score <= 1
    assert all(word in f"{words}{words.lower()}".replace(" ", "") for word in first.words)


def test_nothing_like_it_is_an_answer():
    assert GOODS.propose("xyz") == GOODS.propose("") == Classification("空", []).propose("轴承") == []


def test_what_a_name_excludes_does_not_speak_for_it():
    assert GOODS.propose("改良种") == []


def test_codes_are_cut_to_the_digits_asked_for_and_named_where_the_file_names_them():
    (first, *_) = GOODS.propose("滚子轴承", digits=4)

    assert (first.code, first.name) == ("8482", "滚动轴承")
    assert len({one.code for one in GOODS.propose("轴承", digits=4)}) == len(GOODS.propose("轴承", digits=4))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.integers(1, 6), st.none() | st.integers(1, 8))
def test_candidates_are_few_distinct_and_of_the_file(text, most, digits):
    found = GOODS.propose(text, most=most, digits=digits)

    assert len(found) <= most and len({one.code for one in found}) == len(found)
    assert all(any(entry.code.startswith(one.code) for entry in GOODS.entries) for one in found)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "code,name,note\n0111,稻谷种植,\n".encode("utf-8-sig")),
        ("a.csv", "编码,名称\n0111,稻谷种植\n".encode("gb18030")),
        ("a.tsv", "商品编码\t商品名称\r\n0111\t稻谷种植\r\n".encode()),
        ("a.csv.gz", gzip.compress("hscode,description\n0111,稻谷种植\n".encode(), mtime=0)),
    ],
)
def test_files_as_offices_have_them_are_read(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)

    assert [entry.code for entry in read_classification(tmp_path / name).entries] == ["0111"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "第一行"),
        ("甲,乙\n1,2\n".encode(), "第一行"),
        (b"code,name\n1,a\n1,b\n2,\n,c\n", "第 3 行编码 1 与第 2 行重复；第 5 行没有编码"),
        (b"\xff\xfe\x00\x81", "读不出"),
    ],
)
def test_what_cannot_be_read_says_where_and_how(tmp_path, data, says):
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(ClassificationUnreadable) as refused:
        read_classification(tmp_path / "x.csv")

    assert says in refused.value.text.zh and refused.value.text.en
