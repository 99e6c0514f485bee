"""The journey of the demo on a shipped weak point: cut its origin, then add a second source."""

import pytest

import lianban
from lianban import samples
from lianban.chain.whatif import AddSource, CutOrigin


@pytest.fixture(scope="module")
def antibody():
    return lianban.read_chain(samples.path("antibody"))


@pytest.mark.parametrize(
    ("product", "maker"), [("virus-filter", "duoning"), ("bag", "gusu-lab"), ("protein-a", "duoning")]
)
def test_a_second_source_at_home_lowers_the_loss(antibody, product: str, maker: str) -> None:
    change = antibody.what_if(AddSource(product, organisation=maker)).change(product)
    assert change.after["loss_cut"] < 0.75 * change.before["loss_cut"]
    assert change.after["severity"] < change.before["severity"]


def test_a_cut_of_the_largest_origin_stops_less_once_there_is_a_second_source(antibody) -> None:
    cut = CutOrigin("JP", products="virus-filter")
    alone = antibody.what_if(cut).outcome
    together = antibody.what_if(AddSource("virus-filter", organisation="duoning"), cut).outcome
    assert together.loss < alone.loss
    assert together.loss_without == pytest.approx(alone.loss, rel=1e-9)
