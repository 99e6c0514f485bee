"""However a name is typed, the index leads to it; and what it leads to is checked against the name itself."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianban.apps.search import rules
from lianban.apps.search.rules import spelling
from lianban.kit.confidentiality import CONFIDENTIALITY

CHARS = "南京精密机械重庆长安银行乐山厦门曾都绿地单县PAk6 5（）-·有限公司"
names = st.text(alphabet=CHARS, min_size=1, max_size=14).filter(spelling.cut)


def reached(typed: list[str], name: str) -> bool:
    """Whether the index answers with this name to what was typed, at any stage."""
    words = set(rules.index_text(7, "open", "o", [name]).split())

    def there(word: str) -> bool:
        return any(w.startswith(word[:-1]) for w in words) if word.endswith("*") else word in words

    return any(all(there(w) for w in rules.asked(typed, s, [(7, "open")], "o")[0]) for s in rules.STAGES)


@settings(max_examples=150, deadline=None)
@given(names, st.data())
def test_a_name_is_found_from_any_place_in_it_as_written_in_pinyin_and_by_initials(name, data):
    units = spelling.spelled(name)
    start = data.draw(st.integers(0, len(units) - 1))
    end = data.draw(st.integers(start + 1, min(len(units), start + 4)))
    way = data.draw(st.sampled_from(("text", "readings", "initials")))
    if way == "text":
        typed = "".join(unit.text for unit in units[start:end])
    else:
        typed = "".join(data.draw(st.sampled_from(getattr(unit, way))) for unit in units[start:end])

    assert spelling.fits(typed, name) is not None
    assert rules.rank([typed], [name]) is not None
    assert reached(rules.terms(typed), name)


@settings(max_examples=100, deadline=None)
@given(names, names)
def test_what_fits_is_reached_by_the_index(name, typed):
    """The index may offer too much, never too little: what is typed as it is written is not missed."""
    found = rules.terms(typed)
    if all(term in "".join(spelling.cut(name)) for term in found) and rules.rank(found, [name]) is not None:
        assert reached(found, name)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=40), st.sampled_from(CONFIDENTIALITY))
def test_words_are_letters_and_digits_whatever_is_typed_or_named(text, of_class):
    words = rules.index_text(3, of_class, "p", [text]).split(" ")
    asked = [
        w for s in rules.STAGES for one in rules.asked(rules.terms(text) or ["x"], s, [(3, of_class)], "p") for w in one
    ]

    assert all(re.fullmatch(r"\w*", word) and word == word.strip() for word in words)
    assert all(re.fullmatch(r"\w+\*?", word) for word in asked)


def test_the_words_of_one_class_are_no_beginning_of_those_of_another():
    marks = [
        rules.mark(c, k, kind, s)
        for c in (1, 12, 121)
        for k in CONFIDENTIALITY
        for kind in "opds"
        for s in rules.STAGES
    ]

    assert not [(a, b) for a in marks for b in marks if a != b and b.startswith(a)]


@pytest.mark.parametrize(
    ("typed", "name"),
    [("njjm", "南京精密机械有限公司"), ("cqca", "重庆长安汽车"), ("chongqing", "重庆长安汽车"), ("zqca", "重庆长安汽车"), ("xmyh", "厦门银行"),
     ("leshan", "乐山药业"), ("yueshan", "乐山药业"), ("zeng", "曾都机械"), ("lvdi", "绿地控股"), ("ludi", "绿地控股"), ("京精密", "南京精密"),
     ("南京jm", "南京精密"), ("pa66", "增强 PA66 树脂"), ("66", "PA66"), ("schuller", "Schüller"), ("cho-k1", "CHO K1 细胞"), ("公", "某公司")],
)  # fmt: skip
def test_ways_people_type(typed, name):
    found = rules.terms(typed)

    assert rules.rank(found, [name]) is not None and reached(found, name)


@pytest.mark.parametrize(
    ("typed", "fit"), [("袋膜", 0), ("袋", 1), ("膜", 3), ("daim", 4), ("dm", 4), ("mo", 5), ("aimo", None)]
)
def test_the_better_fit_stands_first(typed, fit):
    assert rules.rank(rules.terms(typed), ["袋膜", "Bag film"]) == fit


def test_terms_are_narrow_lower_and_few():
    assert rules.terms("  ＣＨＯ 细胞 （） ") == ["cho", "细胞"]
    assert rules.terms("") == []
    assert len(rules.terms("a " * 50)) == rules.MOST_TERMS
