import pytest
from django.db import DatabaseError, connection, transaction

from lianban.apps.journal import queries as journal
from lianban.apps.ledger import queries, services
from lianban.apps.ledger.models import Account, EntrySet, Movement
from lianban.kit.refusals import Refused
from lianban.kit.text import Text

pytestmark = pytest.mark.django_db


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return [refusal.code for refusal in caught.value.refusals]


def test_money_goes_from_one_account_to_another_and_is_sealed(filled, post):
    made = post("pay", ("pot", "a", 30_000), ("pot", "b", 1), memo="首付")

    assert queries.balances(["outside", "pot", "a", "b"]) == {"outside": -100_000, "pot": 69_999, "a": 30_000, "b": 1}
    assert (made.number, made.kind_name.zh) == (2, "出资")
    assert queries.first_broken() is None and journal.first_broken() is None


def test_the_same_key_moves_the_money_once_and_other_content_is_refused(filled, post):
    first = post("pay", ("pot", "a", 100), ("pot", "b", 5))

    assert post("pay", ("pot", "b", 5), ("pot", "a", 100), memo="再按一次") == first
    assert refused(post, "pay", ("pot", "a", 101)) == ["ledger.key_reused"]
    assert queries.balance_fen("a") == 100


def test_no_account_but_the_outside_goes_below_zero(filled, post):
    assert refused(post, "much", ("pot", "a", 100_001)) == ["ledger.not_enough"]
    assert EntrySet.objects.count() == 1
    post("through", ("a", "b", 500), ("pot", "a", 500))  # what comes in with the same set counts
    assert queries.balances(["a", "b"]) == {"a": 0, "b": 500}


def test_things_are_never_spent_as_money(filled, post):
    post("kind", ("things", "stock", 7_000), kind="in_kind")

    assert refused(post, "x", ("stock", "a", 1)) == ["ledger.things_are_not_money"]


def test_the_same_code_is_the_same_account_and_never_another(books, told):
    again = {"code": "pot", "name": Text("别名", "other name"), "kind": "pot", "chain": "mab", **told}

    assert services.open_account(**again) == books["pot"]
    assert refused(services.open_account, **{**again, "chain": "other"}) == ["ledger.account_differs"]


def test_what_is_held_stays_and_cannot_be_spent(filled, post, told):
    held = services.hold(key="h", account="pot", amount_fen=60_000, purpose="tests.step:1", **told)

    assert (queries.balance_fen("pot"), queries.held_fen("pot"), queries.free_fen("pot")) == (100_000, 60_000, 40_000)
    assert refused(post, "x", ("pot", "a", 40_001)) == ["ledger.not_enough"]
    assert services.hold(key="h", account="pot", amount_fen=60_000, purpose="tests.step:1", **told) == held
    other = {"key": "h", "account": "pot", "amount_fen": 1, "purpose": "tests.step:1", **told}
    assert refused(services.hold, **other) == ["ledger.key_reused"]


def test_a_hold_is_settled_in_parts_and_what_is_left_released(filled, told):
    held = services.hold(key="h", account="pot", amount_fen=60_000, purpose="tests.step:1", **told)

    first = services.settle(hold_id=held.pk, target="a", amount_fen=25_000, key="s1", **told)
    assert services.settle(hold_id=held.pk, target="a", amount_fen=25_000, key="s1", **told) == first
    assert first.subject == "tests.step:1"
    assert refused(services.settle, hold_id=held.pk, target="a", amount_fen=35_001, key="s2", **told) == [
        "ledger.more_than_held"
    ]
    step = services.release(hold_id=held.pk, key="r", **told)
    assert services.release(hold_id=held.pk, key="r", **told) == step

    (shown,) = queries.holds(purpose="tests.step:1")
    assert (shown.state, shown.settled_fen, shown.released_fen, shown.left_fen) == ("released", 25_000, 35_000, 0)
    assert (queries.balance_fen("pot"), queries.held_fen("pot"), queries.balance_fen("a")) == (75_000, 0, 25_000)
    assert refused(services.settle, hold_id=held.pk, target="a", key="s3", **told) == ["ledger.hold_ended"]
    assert refused(services.release, hold_id=held.pk, key="r2", **told) == ["ledger.hold_ended"]
    assert queries.first_broken() is None


def test_without_an_amount_all_that_is_left_is_settled_and_again_is_the_same(filled, told):
    held = services.hold(key="h", account="pot", amount_fen=600, purpose="p", **told)

    first = services.settle(hold_id=held.pk, target="b", key="s", **told)

    assert services.settle(hold_id=held.pk, target="b", key="s", **told) == first
    assert refused(services.settle, hold_id=held.pk, target="a", key="s", **told) == ["ledger.key_reused"]
    assert queries.holds(key="h")[0].state == "settled"
    assert queries.balance_fen("b") == 600


def test_a_statement_tells_every_line_and_the_balance_after_it(filled, post):
    post("pay", ("pot", "a", 100), subject="tests.thing:2")
    post("back", ("a", "pot", 30), kind="return", subject="tests.thing:2")

    assert [(x.change_fen, x.balance_fen) for x in queries.statement(account="a")] == [(100, 100), (-30, 70)]
    assert [x.amount_fen for x in queries.statement(subject="tests.thing:2")] == [100, 30]
    assert [x.number for x in queries.statement(subjects=["tests.thing:1", "tests.thing:2"])] == [1, 2, 3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_movement SET amount_fen = 1",
        "DELETE FROM ledger_movement",
        "UPDATE ledger_entryset SET subject = 'x'",
        "DELETE FROM ledger_entryset",
        "UPDATE ledger_account SET may_be_negative = (1 = 1)",
        "UPDATE ledger_hold SET amount_fen = 1",
        "DELETE FROM ledger_holdstep",
    ],
)
def test_the_database_refuses_to_change_what_stands_in_the_ledger(filled, told, statement):
    held = services.hold(key="h", account="pot", amount_fen=600, purpose="p", **told)
    services.release(hold_id=held.pk, key="r", **told)

    with pytest.raises(DatabaseError, match="append only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_a_movement_of_nothing_or_to_itself(filled, books):
    one = EntrySet.objects.get()
    pot, a = books["pot"], books["a"]

    for source, target, amount in ((pot, a, 0), (pot, a, -5), (pot, pot, 5)):
        with pytest.raises(DatabaseError), transaction.atomic():
            Movement.objects.create(entry_set=one, source=source, target=target, amount_fen=amount)
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.create(code="z", name="z", kind="pot", may_be_negative=True, opened_by="x", opened_at=one.at)


def test_a_movement_slipped_in_behind_the_ledgers_back_is_found(filled, post, books):
    post("pay", ("pot", "a", 100))
    Movement.objects.create(
        entry_set=EntrySet.objects.get(number=1), source=books["outside"], target=books["a"], amount_fen=9
    )

    assert queries.first_broken() == 1


def test_posting_costs_the_same_in_a_full_ledger_as_in_an_empty_one(filled, post, django_assert_num_queries):
    for n in range(5):
        post(f"more{n}", ("pot", "a", 1))

    with django_assert_num_queries(17):
        post("one", ("pot", "a", 1))
