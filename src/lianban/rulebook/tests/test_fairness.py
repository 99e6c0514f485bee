"""The fair-competition check finds what needs a basis, leaves alone what does not, and points at the right place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.rulebook import fairness

FLAGGED = [
    ("申报单位须在本市注册并纳税", "local_registration"),
    ("注册地应在我市", "local_registration"),
    ("中榜后三个月内将注册地迁入本市", "local_registration"),
    ("仅限本市企业揭榜", "local_registration"),
    ("获奖企业须设立子公司", "local_registration"),
    ("十年内不得外迁", "local_registration"),
    ("本地配套率不低于30%", "local_matching"),
    ("优先采购本地企业产品", "local_matching"),
    ("须列入地方产品目录", "local_matching"),
    ("指定供应商为甲方子公司", "named_supplier"),
    ("填料必须采用思拓凡公司的产品", "named_supplier"),
    ("固定资产投资须计入本市", "forced_investment"),
    ("承诺在本市产业化", "forced_investment"),
    ("不接受外省单位申报", "shut_out"),
    ("本地企业优先", "shut_out"),
    ("按纳税贡献给予奖励", "selective_favour"),
    ("揭榜单位须为国有企业", "ownership_scale"),
    ("注册资本不低于1000万元", "ownership_scale"),
    ("成员之间统一价格", "price_talk"),
    ("Applicants must be registered in the city", "local_registration_en"),
    ("a local content of 40 %", "local_matching"),
]
CLEAR = [
    "载量不低于80 mg/mL，批间差异不超过5%",
    "揭榜方须具有独立法人资格，近三年无严重失信记录",
    "由具有CMA资质的第三方机构检测",
    "支持跨区域组建团队，不限地域",
    "发榜方提供应用验证场景",
    "The resin shall reach a dynamic binding capacity of 80 mg/mL.",
    "",
]


@pytest.mark.parametrize(("text", "key"), FLAGGED)
def test_a_condition_that_needs_a_basis_is_flagged(text, key):
    assert key in {flag.key for flag in fairness.check(text)}


@pytest.mark.parametrize("text", CLEAR)
def test_a_plain_condition_raises_no_question(text):
    assert fairness.check(text) == []


@pytest.mark.parametrize("text", ["须在 本 市\n注册", "须在本\u200b市注册", "本地　注册"])
def test_spaces_hide_nothing(text):
    assert [flag.key for flag in fairness.check(text)] == ["local_registration"]


@given(st.lists(st.sampled_from([text for text, _ in FLAGGED] + CLEAR), max_size=4), st.text(max_size=20))
def test_a_flag_points_at_its_words_and_groups_are_known(parts, noise):
    text = f"。{noise}。".join(parts)

    for flag in fairness.check(text):
        assert text[flag.start : flag.end] == flag.word
        assert flag.group in fairness.list_groups() and flag.why.zh and flag.why.en


def test_two_patterns_over_one_passage_are_one_question():
    flags = [flag for flag in fairness.check("须在本市注册登记，本地注册优先") if flag.key == "local_registration"]

    assert [flag.start for flag in flags] == sorted({flag.start for flag in flags})
