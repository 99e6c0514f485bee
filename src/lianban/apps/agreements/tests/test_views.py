"""Pages of agreements: who sees them, what they offer, the form of a clause, the Word file."""

import io
import re

import pytest
from docx import Document
from docx.oxml.ns import qn

from lianban.apps.agreements import services
from lianban.apps.agreements.models import Agreement, Version
from lianban.apps.agreements.tests.conftest import TOLD


@pytest.fixture
def base(draft):
    return f"/agreements/{draft.pk}/"


def test_who_may_open_what(draft, base, firms, sign_in):
    pages = ("", "word/", "clauses/benefit/")

    assert [sign_in("officer").get(base + page).status_code for page in pages] == [200] * 3
    assert [sign_in("enterprise", organisation=firms[1]).get(base + page).status_code for page in pages] == [200] * 3
    assert [sign_in("supervisor").get(base + page).status_code for page in pages] == [200, 200, 404]
    for stranger in ({"role": "enterprise", "name": "stranger"}, {"role": "expert"}, {"role": "visitor"}):
        client = sign_in(**stranger)
        assert client.get(base).status_code == client.get("/agreements/999/").status_code == 404
    assert sign_in("officer").get(base + "clauses/pledge/").status_code == 404


def test_the_list_counts_only_what_may_be_seen(draft, firms, sign_in):
    assert draft.title in sign_in("officer").get("/agreements/").content.decode()
    assert draft.title in sign_in("enterprise", organisation=firms[0]).get("/agreements/").content.decode()
    empty = sign_in("enterprise", name="stranger").get("/agreements/").content.decode()
    assert "0 份协议" in empty and "还没有可看的协议" in empty


def test_a_clause_is_settled_through_its_form(draft, base, firms, sign_in):
    client = sign_in("officer")
    lead, maker, lab = (firm.pk for firm in firms)
    form = {"option": "agreed_shares", f"shares-{lead}": "50", f"shares-{maker}": "30", f"shares-{lab}": "10"}

    told = client.post(base + "clauses/benefit/preview/", form).content.decode()
    assert "甲方 50%，乙方 30%，丙方 10%" in told and "还差 10" in told
    assert not draft.choices.exists()
    answer = client.post(base + "clauses/benefit/", {**form, f"shares-{lab}": "20"})

    assert answer.status_code == 302 and answer.url == base
    assert draft.choices.get().values["shares"] == {str(lead): "50", str(maker): "30", str(lab): "20"}
    again = client.post(base + "clauses/benefit/", {**form, "next": "1", f"shares-{lab}": "20"})
    assert re.fullmatch(base + r"clauses/\w+/", again.url)
    wrong = client.post(base + "clauses/benefit/", {**form, f"shares-{lab}": "many"})
    assert wrong.status_code == 422 and "请先改正" in wrong.content.decode()
    assert client.post(base + "clauses/benefit/open/").status_code == 302 and not draft.choices.exists()


def test_money_and_stages_go_through_the_form(draft, base, firms, sign_in):
    client = sign_in("officer")
    lead, maker = firms[0].pk, firms[1].pk
    client.post(base + "clauses/contributions/", {"option": "cash_only", f"cash-{lead}": "1234.56"})
    assert draft.choices.get(clause="contributions").values == {"cash": {str(lead): 123456}}
    page = client.get(base + "clauses/contributions/").content.decode()
    assert 'value="1234.56"' in page

    stages = {f"stages-{s}-{p}": "50" for s in ("research", "prototype", "trial") for p in (lead, maker)}
    client.post(base + "clauses/risk/", {"option": "by_stage", "days": "7", **stages})
    assert draft.choices.get(clause="risk").values["stages"]["trial"] == {str(lead): "50", str(maker): "50"}
    assert "33.34" in client.get(base + "clauses/risk/?option=by_stage&equal=1").content.decode()


def test_from_proposal_to_signature_by_page(whole, firms, sign_in):
    base, client = f"/agreements/{whole.pk}/", sign_in("officer")
    page = client.get(base).content.decode()
    assert "没有缺口" in page and "disabled" not in page.split("定稿，送各方签署")[0][-200:]
    client.post(base + "background/", {"organisation": firms[1].pk, "kind": "patent", "title": "示例专利"})
    line = whole.background.get()
    client.post(f"{base}background/{line.pk}/strike/")
    assert not whole.background.exists()
    assert client.post(base + "background/", {"organisation": "x"}).status_code == 422

    client.post(base + "issue/")
    assert client.post(f"{base}sign/{firms[0].pk}/").status_code == 403
    for firm in firms:
        own = sign_in("enterprise", name=firm.code, organisation=firm)
        assert "签名签在这一版的校验码上" in own.get(base).content.decode()
        assert own.post(f"{base}sign/{firm.pk}/").status_code == 302
    assert Agreement.objects.get().state == "in_force"
    version = sign_in("officer").get(base + "versions/1/").content.decode()
    assert "校验码与内容相符" in version and version.count("已签署 20") == 3
    assert client.get(base + "versions/2/").status_code == 404 == client.get(base + "versions/2/word/").status_code
    client.post(base + "revise/")
    assert "第 1 版" in client.get(base).content.decode()
    services.choose(agreement_id=whole.pk, clause="confidentiality", option="years", values={"years": 9}, **TOLD)
    client.post(base + "issue/")
    assert client.get(base + "versions/2/").content.decode().count("较上一版有改动") == 1
    assert client.post(base + "end/", {}).status_code == 422
    client.post(base + "end/", {"end-reason": "任务完成"})
    assert "终止理由：任务完成" in client.get(base).content.decode()


def test_a_draft_with_gaps_says_why_it_cannot_be_issued(draft, base, sign_in):
    client = sign_in("officer")
    page = client.get(base).content.decode()

    assert "还有 18 处须改正" in page and "disabled" in page
    assert client.post(base + "issue/").status_code == 409
    client.post(base + "propose/")
    assert draft.choices.count() == 18


def test_pages_cost_few_statements(whole, sign_in, django_assert_max_num_queries):
    client = sign_in("officer")
    with django_assert_max_num_queries(35):
        client.get(f"/agreements/{whole.pk}/")
    with django_assert_max_num_queries(30):
        client.get(f"/agreements/{whole.pk}/clauses/benefit/")


def test_the_word_file_names_chinese_fonts_and_says_what_it_is(whole, firms, sign_in):
    client = sign_in("officer")
    services.list_background(
        agreement_id=whole.pk, organisation_id=firms[1].pk, kind="patent", title="示例专利", **TOLD
    )
    services.issue_version(agreement_id=whole.pk, **TOLD)

    made = Document(io.BytesIO(client.get(f"/agreements/{whole.pk}/versions/1/word/").content))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    digest = Version.objects.get().digest
    assert "第十条　优先采购" in text and "第 1 版" in text and "甲方（盖章）：示例链主企业" in text
    assert made.tables[0].cell(1, 2).text == "示例专利"
    assert any(digest in p.text for section in made.sections for p in section.footer.paragraphs)
    for style in ("Normal", "Title", "Heading 1", "Heading 2"):
        fonts = made.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体") and fonts.get(qn("w:eastAsiaTheme")) is None
    client.post(f"/agreements/{whole.pk}/revise/")
    draft = Document(io.BytesIO(client.get(f"/agreements/{whole.pk}/word/").content))
    assert "草稿，未定稿，不得签署" in "\n".join(paragraph.text for paragraph in draft.paragraphs)


def test_english_is_whole(whole, sign_in):
    client = sign_in("officer")
    client.post("/language/", {"code": "en", "next": "/"})
    for page in ("", "clauses/dispute/"):
        body = re.sub(r"<header.*?</header>", "", client.get(f"/agreements/{whole.pk}/{page}").content.decode(), flags=re.S)  # fmt: skip
        assert "What the law says when silent" in body and ("Civil Code" in body or "Arbitration Law" in body)
