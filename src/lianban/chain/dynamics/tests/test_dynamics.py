"""Time and stock of a chain: days counted by hand, what is unknown, what is refused."""

import json

import pytest

from lianban.chain.dynamics import DynamicsError
from lianban.chain.dynamics.tests.conftest import FACT, PARAMETERS, build, days


def test_stops_are_survived_for_the_stocks_on_the_way(chain):
    told = chain.dynamics()
    film, cell, car, toy = (told.by_code[code] for code in ("film", "cell", "car", "toy"))
    assert (film.exposed, film.tts, film.ttr, film.noticed_days) == ("yes", 10 + 5 + 2, 30, 17 + 3)
    assert (film.loss_days, film.loss_days_without_stock, film.extra_stock_days) == (13, 30, 13)
    assert film.loss_yuan == pytest.approx(13 * 100)  # 36,500 yuan a year
    assert film.curve == ((0, 13), (4, 9), (7, 6), (10, 3), (13, 0))
    assert (cell.exposed, cell.tts, cell.ttr, cell.loss_days, cell.extra_stock_days) == ("yes", 7, 12, 5, 5)
    assert (car.exposed, car.tts, car.ttr, car.loss_days) == ("unknown", 2, None, None)
    assert [(one.item, one.product) for one in car.missing] == [("recovery_days", "car")]
    assert (toy.exposed, toy.endless, toy.tts, toy.missing) == ("no", True, None, ())
    assert toy.extra_text.en == "No final product depends on it"
    assert [one.code for one in told.products] == ["film", "cell", "car", "toy"]


def test_a_cut_origin_leaves_the_others_so_stock_lasts_longer(chain):
    cut = chain.dynamics(scenario="cut")
    cell = cut.by_code["cell"]
    # Only 0.4 of a day is missing each day: (5 + 2) / 0.4 = 17.5 days.
    assert (cell.exposed, cell.tts, cell.ttr, cell.loss_days) == ("no", 17, 12, 0)
    film = cut.by_code["film"]  # all at home: nothing is cut
    assert (film.exposed, film.endless, film.loss_days) == ("no", True, 0)
    toy = cut.by_code["toy"]  # nobody said where toys come from
    assert toy.exposed == "unknown" or toy.endless
    longer = build([*PARAMETERS[:3], days("recovery_days", "cell", 30)]).dynamics("cell", scenario="cut")
    cell = longer.by_code["cell"]
    assert cell.exposed == "yes" and cell.loss_days == pytest.approx(0.4 * 30 - 7)
    assert cell.extra_stock_days == 5


def test_spare_capacity_lessens_the_cut_and_is_missed_where_unknown(chain):
    told = chain.dynamics("cell", scenario="left").by_code["cell"]
    assert told.exposed == "unknown" and [one.item for one in told.missing] == ["spare_capacity"]
    spare = FACT | {"item": "spare_capacity", "product": "cell", "value": 0.2, "unit": "fraction"}
    left = build([*PARAMETERS, spare]).dynamics("cell", scenario="left").by_code["cell"]
    assert left.tts == 7 / 0.2  # half of the 0.4 is taken over


def test_unknown_stock_gives_bounds_that_can_acquit_but_not_convict():
    told = build([days("stock_days", "film", 10), days("recovery_days", "film", 30)]).dynamics()
    film = told.by_code["film"]
    assert (film.exposed, film.tts, film.at_least, film.loss_days) == ("unknown", 10, True, 20)
    assert [(one.item, one.product) for one in film.missing] == [("stock_days", "car"), ("stock_days", "cell")]
    assert film.extra_text.en == "at most 20 more days of stock last until recovery"
    assert any("Stock of 2 products is unknown" in text.en for text in told.assumptions)
    short = build([days("stock_days", "film", 10), days("recovery_days", "film", 9)]).dynamics("film").by_code["film"]
    assert (short.exposed, short.at_least, short.missing) == ("no", True, ())


def test_assumptions_fill_gaps_and_are_told(chain):
    told = build([days("stock_days", "cell", 5)]).dynamics(assume={"stock_days": 3, "recovery_days": 20})
    film = told.by_code["film"]
    assert (film.tts, film.ttr, film.ttr_basis, film.exposed, film.at_least) == (3 + 5 + 3, 20, "assumed", "yes", False)
    assert "Where days of stock are unknown, 3 days are assumed" in [text.en for text in told.assumptions]
    assert told.parameters["assume"] == {"recovery_days": 20.0, "stock_days": 3.0}
    assert chain.dynamics("film", assume={"stock_days": 3}).by_code["film"].tts == 17  # facts go first


def test_rows_of_organisations_go_first_and_units_are_read():
    rows = [
        days("stock_days", "cell", 1, "周", organisation="kaiche"),
        days("stock_days", "cell", 5),
        days("stock_days", "film", 1, "月", organisation="dianxin"),
        days("stock_days", "film", 10),
        days("stock_days", "car", 0),
        days("recovery_days", None, 40, organisation="geli"),
        days("stock_days", "film", 99, organisation="geli"),  # its own product: not used
        days("stock_days", "cell", 7, "箱"),
        days("stock_days", None, 7),
    ]
    told = build(rows).dynamics()
    film = told.by_code["film"]
    assert (film.stock_days, film.users, film.users_unknown, film.ttr) == (10, 2, 0, 40)
    # 10 days at the Korean maker last first: then the car maker gets 0.6 a day and uses 7 days up at 0.4 a day.
    assert film.tts == 10 + 17
    notes = [text.en for text in told.notes]
    assert any(note.startswith("1 rows of days of stock were not used: their unit") for note in notes)
    assert "1 rows of days of stock were not used: they name neither product nor organisation" in notes
    assert "1 rows of days of stock were not used: the organisation does not use the product" in notes


def test_days_of_delivery_wait_or_are_on_the_way():
    rows = [*PARAMETERS, days("lead_days", "cell", 20)]
    waits, travels = (build(rows).dynamics("cell", lead=lead).by_code["cell"] for lead in ("orders", "way"))
    assert (waits.tts, waits.noticed_days) == (7, 7 + 2)
    assert (travels.tts, travels.noticed_days) == (7, 7 + 2 + 20)  # the gap comes later, and is as long
    assert waits.loss_days == travels.loss_days == 5


def test_both_channels_refill_stocks_and_agree_on_a_simple_chain(chain):
    film = chain.dynamics("film", channel="both").by_code["film"]
    assert film.tts == 17 and film.loss_days == pytest.approx(13, abs=0.01)


def test_stock_can_be_added_at_one_place():
    def extra(at, product="cell", **options):
        return build(**options).dynamics(product, at=at).by_code[product]

    assert extra("kaiche").extra_stock_days == 5
    film = extra(
        "dianxin", "film"
    )  # in Korea it lasts 10 days; then 0.4 of the cells are missing for 20, and 7 are bridged
    assert film.extra_stock_days is None and film.curve[-1] == (30, 1) and "1 days of output" in film.extra_text.en
    assert extra("geli").extra_text.en == "It is not used there: stock of it would not help"
    assert extra("final", "car", parameters=[*PARAMETERS, days("recovery_days", "car", 9)]).extra_stock_days == 7


def test_other_stock_than_its_own_may_be_what_is_short():
    # Without film no cells: more cells in stock help, more stock of cars' seats (none) would not.
    told = build([*PARAMETERS, days("recovery_days", "car", 10)]).dynamics("car").by_code["car"]
    assert (told.tts, told.extra_stock_days, told.users) == (2, 8, 1)  # at final use


def test_without_a_final_product_nothing_is_known():
    told = build(finals=()).dynamics("film").by_code["film"]
    assert (told.exposed, told.tts, told.loss_days) == ("unknown", None, None)
    assert "final" in [one.item for one in told.missing]


def test_results_can_be_tabled_and_written(chain):
    told = chain.dynamics(extra_days=[5, 20])
    table = told.table("en")
    assert table["code"].tolist() == ["film", "cell", "car", "toy"] and table["tts"].tolist()[:3] == [17, 7, 2]
    assert table.loc[2, "missing"] == "days to recover (parameters: recovery_days): 整车"
    curves = told.curves()
    assert curves[curves["code"] == "film"]["avoided_days"].tolist() == [0, 5, 13]
    text = json.dumps(told.to_dict(), ensure_ascii=False, allow_nan=False)
    assert json.loads(text)["schema"] == "lianban/dynamics/1" and '"zh": "隔膜"' in text
    assert chain.dynamics(extra_days=[5, 20]).to_dict() == told.to_dict()


def test_secret_days_make_a_secret_answer():
    rows = [*PARAMETERS, days("stock_days", "cell", 5, organisation="kaiche", confidentiality="private")]
    assert build(rows).dynamics("film").confidentiality == "private"
    assert build().dynamics("film").confidentiality == "open"


def test_what_makes_no_sense_is_refused_at_once(chain):
    with pytest.raises(DynamicsError) as told:
        chain.dynamics(
            scenario="flood", channel="up", lead="late", days=0, extra_days=[-1], assume={"stock": 3, "lead_days": -1}
        )
    for word in (
        "scenario=flood",
        "channel=up",
        "lead=late",
        "days=0",
        "extra_days",
        "cannot assume stock",
        "lead_days=-1",
    ):
        assert word in told.value.text.en
    assert not told.value.unknown
    with pytest.raises(DynamicsError) as told:
        chain.dynamics(["fil", "nobody"])
    assert told.value.unknown and "did you mean film" in told.value.text.en and "nobody" in told.value.text.en
    with pytest.raises(DynamicsError, match="max_work"):
        chain.dynamics(max_work=10)
    with pytest.raises(DynamicsError, match="kaich"):
        chain.dynamics("film", at="kaich")
