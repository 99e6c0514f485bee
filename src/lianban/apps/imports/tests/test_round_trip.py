"""What is given out comes back as it was: no table, no format changes a cell."""

import pytest

from lianban import read_chain, samples
from lianban.apps.atlas import compute, services
from lianban.apps.atlas.tests import given
from lianban.apps.imports import services as imports
from lianban.apps.imports.tests import round_trip
from lianban.apps.jobs import services as jobs
from lianban.apps.parties.services import SYSTEM
from lianban.chain.exporting import file_of


@pytest.mark.django_db
def test_what_a_chain_is_given_out_as_brings_no_change():
    chain = given.load()
    found = round_trip.figures(chain, given.NOW, ("whole zip", "whole xlsx", "production csv", "indicators parquet"))
    assert found["files"] == 4 and found["changes"] == 0, found


@pytest.mark.django_db
def test_a_package_brought_into_an_empty_chain_is_that_package():
    package = given.package(products=list(reversed(given.tables()["products"])))  # a part stands before its whole
    chain = services.begin_chain(
        code="fresh", name="新链", data_date=given.NOW.date(), confidentiality="office", by=SYSTEM, at=given.NOW
    )
    made = round_trip.brought_back(chain, "bags.xlsx", file_of(package, "xlsx")[0], given.NOW)
    assert set(made.counts) == {"new"}, [line.reasons for line in made.lines.exclude(verdict="new")]
    imports.ask_to_apply(number=made.pk, by=SYSTEM, at=given.NOW)
    jobs.work_off()
    chain.refresh_from_db()
    there, wanted = compute.rows(chain), compute.from_package(package)
    assert chain.stamp == 2 and all(
        there[table] == {row["code"]: compute.told(row) for row in rows}
        for table, rows in wanted.items()
        if table != "chain"
    )


@pytest.mark.evidence
@pytest.mark.django_db
@pytest.mark.parametrize("name", samples.names())
def test_every_table_of_every_sample_comes_back_unchanged(name):
    chain = given.load(read_chain(samples.path(name)))
    found = round_trip.figures(chain, given.NOW)
    print(name, found)
    assert found["changes"] == 0, found["differ"]
