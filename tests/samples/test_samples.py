"""Every sample reads without errors and keeps its word on sources."""

import pytest

import lianban
from lianban import samples

FACT_TABLES = ("products", "inputs", "organisations", "production", "supplies", "demands", "assessments", "indicators")


@pytest.fixture(scope="module", params=samples.names())
def chain(request):
    return lianban.read_chain(samples.path(request.param))


def test_the_first_sample_is_the_one_the_demo_opens() -> None:
    assert samples.names()[0] == "antibody"
    with pytest.raises(KeyError, match="no sample"):
        samples.path("../secret")


def test_a_sample_has_no_errors(chain) -> None:
    assert not list(chain.check().errors)


def test_a_sample_says_that_it_is_one(chain) -> None:
    assert chain.info["sample"]


def test_every_source_was_read_and_says_what_was_found(chain) -> None:
    sources = chain.tables["sources"]
    assert sources["read_on"].notna().all()
    texts = sources[sources["kind"] != "own"]
    assert texts["phrase"].notna().all()
    assert texts["publisher"].notna().all()


def test_every_source_is_used(chain) -> None:
    used = set().union(*(chain.tables[table]["source"].dropna() for table in FACT_TABLES if table in chain.tables))
    used |= set(chain.tables["parameters"]["source"].dropna())
    assert set(chain.tables["sources"]["code"]) == used


def test_our_own_judgements_are_marked_as_such(chain) -> None:
    own = set(chain.tables["sources"].query("kind == 'own'")["code"])
    judged = chain.tables["assessments"]
    judged = judged[judged["source"].isin(own)]
    assert judged["assessor"].str.startswith("示例判断").all()


def test_no_organisation_is_made_up(chain) -> None:
    organisations = chain.tables["organisations"]
    own = set(chain.tables["sources"].query("kind == 'own'")["code"])
    real = organisations[~organisations["example"].fillna(False)]
    assert not real["source"].isin(own).any()


def test_everything_has_a_name_in_both_languages(chain) -> None:
    for table in ("products", "segments", "organisations"):
        assert chain.tables[table]["name_en"].notna().all(), table
