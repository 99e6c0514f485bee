"""What is given out comes back as it was: no table, no format changes a cell."""

import pytest

from lianban import read_chain, samples
from lianban.apps.atlas.tests import given
from lianban.apps.imports.tests import round_trip


@pytest.mark.django_db
def test_what_a_chain_is_given_out_as_brings_no_change():
    chain = given.load()
    found = round_trip.figures(chain, given.NOW, ("whole zip", "whole xlsx", "production csv", "indicators parquet"))
    assert found["files"] == 4 and found["changes"] == 0, found


@pytest.mark.evidence
@pytest.mark.django_db
@pytest.mark.parametrize("name", samples.names())
def test_every_table_of_every_sample_comes_back_unchanged(name):
    chain = given.load(read_chain(samples.path(name)))
    found = round_trip.figures(chain, given.NOW)
    print(name, found)
    assert found["changes"] == 0, found["differ"]
