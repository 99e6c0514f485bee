import csv
import io
from datetime import date

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.journal.models import Entry
from lianban.apps.ledger import services
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.apps.parties.rules import ROLES

pytestmark = pytest.mark.django_db
READERS = {"officer", "office_head", "chief", "lead_department", "science_bureau", "supervisor"}


@pytest.fixture
def sign_in(client, db):
    def enter(role, *, chain="", organisation=None):
        user = get_user_model().objects.create(username=f"{role}{chain}")
        RoleGrant.objects.create(
            user=user, role=role, chain=chain, organisation=organisation, starts_on=date(2026, 1, 1)
        )
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def paid(filled, post, told):
    """A pot with 1,000 yuan, of which 300 were paid to a and 100 are held."""
    post("pay", ("pot", "a", 30_000), memo="首付款", subject="tests.project:1")
    services.hold(key="h", account="pot", amount_fen=10_000, purpose="tests.step:2", **told)


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_books_are_for_their_readers(paid, sign_in, role):
    client = sign_in(role)

    pages = ["/ledger/", "/ledger/accounts/pot/", "/ledger/of/tests.project:1/"]
    assert [client.get(page).status_code for page in pages] == [200 if role in READERS else 404] * 3


def test_visitors_sign_in_first_and_other_chains_stay_closed(paid, client, sign_in):
    assert client.get("/ledger/").status_code == 302
    client = sign_in("officer", chain="other")
    assert client.get("/ledger/accounts/pot/").status_code == 404
    assert client.get("/ledger/").context["rows"] == []


def test_an_organisation_reads_its_own_account_and_no_other(paid, sign_in):
    client = sign_in("enterprise", organisation=Organisation.objects.get(code="firm"))

    assert [row.account.code for row in client.get("/ledger/").context["rows"]] == ["a"]
    assert client.get("/ledger/accounts/a/").status_code == 200
    assert client.get("/ledger/accounts/pot/").status_code == 404
    assert client.get("/ledger/of/tests.project:1/").status_code == 200
    assert client.get("/ledger/of/tests.thing:1/").status_code == 404  # the filling of the pot is not theirs


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_an_account_tells_balance_held_and_free(paid, sign_in, client, language):
    client.cookies["lianban_language"] = language
    content = sign_in("officer").get("/ledger/accounts/pot/").content.decode().replace("\u2009", " ")

    assert all(amount in content for amount in (("700 元", "100 元", "600 元") if language != "en" else ("700 yuan",)))
    assert "首付款" in content


def test_lists_go_out_as_files_and_the_journal_says_so(paid, sign_in):
    client = sign_in("supervisor")

    told = client.get("/ledger/accounts/pot/", {"format": "csv"}).content.decode("utf-8-sig")
    lines = [line for line in csv.reader(io.StringIO(told)) if line and line[0] in ("1", "2")]
    assert [line[-1] for line in lines] == ["1000.0", "700.0"]
    assert client.get("/ledger/", {"format": "xlsx"}).status_code == 200
    assert client.get("/ledger/of/tests.project:1/", {"format": "csv"}).status_code == 200
    assert Entry.objects.filter(verb="exported").count() == 3


def test_the_supervisor_has_the_whole_ledger_checked(paid, sign_in):
    assert "一致" in sign_in("supervisor").get("/ledger/?verify=1").content.decode()
    assert sign_in("chief").get("/ledger/?verify=1").context["verified"] is False


def test_the_list_costs_the_same_for_few_and_for_many_accounts(paid, sign_in, told, django_assert_max_num_queries):
    from lianban.kit.text import Text

    client = sign_in("officer")
    client.get("/ledger/")
    for n in range(20):
        services.open_account(code=f"more{n}", name=Text("户", "a"), kind="pot", chain="mab", **told)

    with django_assert_max_num_queries(12):
        client.get("/ledger/")
