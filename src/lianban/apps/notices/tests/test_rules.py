import pytest

from lianban.apps.notices import rules
from lianban.kit.text import Text


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere", "", "/a b", "/a\nb"]
)
def test_a_notice_leads_nowhere_else(url):
    assert not rules.local(url)


def test_a_notice_leads_to_a_page_of_the_site():
    assert rules.local("/challenges/7/?part=money#top")


def test_a_letter_holds_the_sentence_twice_and_the_address_and_no_line_break_in_its_subject():
    letter = rules.letter(Text("榜单已发布\n抄送：x", "posted"), "/challenges/7/", "https://office.example")

    assert letter.subject == "【链办】榜单已发布 抄送：x"
    assert letter.body.split("\n")[-4:] == [
        "",
        "https://office.example/challenges/7/",
        "",
        "内容请登录后查看。 Sign in to read on.",
    ]
