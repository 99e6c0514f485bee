"""An enterprise raises a demand → an officer verifies → it stands in the list beside the computed voice → a laboratory answers 我能做."""

import re

import pytest

pytestmark = pytest.mark.browser
WORDS = {
    "zh": {"title": "过滤膜材需要境内来源（旅程）", "raised": "已提出，待核实", "listed": "已列入清单", "answered": "已有应答", "why": "实验室成果",
           "computed": "系统测算"},
    "en": {"title": "Film for bags wanted (journey)", "raised": "raised, to be verified", "listed": "listed", "answered": "answered",
           "why": "same segment", "computed": "Computed"},
}  # fmt: skip
# In Chinese the laboratory has the product itself in the laboratory, in English it makes a neighbour.
PRODUCT = {"zh": "filter-membrane", "en": "bag-film"}


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.evidence)])
def test_a_demand_from_raised_to_answered(people, language):
    words, product = WORDS[language], PRODUCT[language]

    # The enterprise raises it.
    firm = people("enterprise", language)
    page = firm.open("/demands/new/antibody/")
    page.select_option("[name=product]", product)
    page.fill("[name=title]", words["title"])
    page.fill("[name=required_indicators]", "孔径 0.1 µm ± 10 %")
    page.fill("[name=yearly_quantity]", "1200")
    page.fill("[name=quantity_unit]", "m²")
    page.fill("[name=unit_price]", "380.50")
    firm.go("main form button.main")
    assert words["raised"] in page.inner_text(".statebar")
    address = "/demands/" + re.search(r"/demands/(\d+)/", page.url)[1] + "/"

    # A stranger sees nothing of it yet.
    stranger = people("buyer", language)
    assert words["title"] not in stranger.open("/demands/").inner_text("main")

    # The officer finds it among the tasks, verifies it, puts it on the list.
    officer = people("officer", language)
    page = officer.open("/")
    officer.go(f'main a[href="{address}"]')
    page.fill("[name=basis]", "电话核实采购记录")
    officer.go(f'form[action="{address}verify/"] button.main')
    officer.go(f'form[action="{address}list/"] button.main')
    assert words["listed"] in page.inner_text(".statebar")

    # It stands in the list, the computed voice beside it.
    page = officer.open("/demands/")
    row = page.locator("tbody tr", has_text=words["title"])
    assert words["computed"] in page.inner_text("thead")
    computed = row.locator("td").nth(1).inner_text()
    if product == "bag-film":
        assert "%" in computed and "L" in computed

    # It is a fact of the chain now, with its own source.
    assert words["title"] in officer.open("/chains/antibody/demands/").inner_text("main")

    # The laboratory is told why it may serve it, and answers.
    laboratory = people("laboratory", language)
    page = laboratory.open("/")
    card = page.locator(".chances li", has_text=words["title"])
    assert words["why"] in card.inner_text()
    card.locator("a.btn.main").click()
    page.locator("#answers summary").click()
    page.fill("[name=sentence]", "可在三个月内提供样品")
    page.fill("[name=evidence]", "实验记录第 7 号")
    laboratory.go(f'form[action="{address}can-do/"] button.main')
    assert words["answered"] in page.inner_text(".statebar")

    # The answer appears on the weak point.
    page = officer.open(f"/diagnosis/antibody/points/{product}/")
    page.wait_for_selector(".cando")
    assert "可在三个月内提供样品" in page.inner_text("#answers")
