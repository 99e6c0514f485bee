"""Packages go in whole or not at all, and come out as they went in."""

from datetime import date
from pathlib import Path

import pytest

from lianban import samples
from lianban.apps.atlas import compute, services
from lianban.apps.atlas.models import Chain, Demand, Input, Product
from lianban.apps.atlas.tests import given
from lianban.apps.journal.models import Entry
from lianban.apps.parties.models import Organisation
from lianban.apps.sources.models import Source
from lianban.kit.refusals import Refused


def test_what_is_loaded_comes_out_with_the_same_fingerprint(db):
    package = given.package()
    chain = given.load(package)
    assert compute.to_chain(chain).fingerprint == package.fingerprint == chain.fingerprint


def test_loading_the_same_again_changes_nothing(bags):
    again = given.load()
    assert again.stamp == bags.stamp == 1
    assert Entry.objects.filter(verb="atlas.package_loaded").count() == 1


def test_a_new_package_updates_in_place_and_takes_away_what_is_gone(bags):
    kept = Product.objects.get(code="film").pk
    tables = given.tables()
    products = [{**p, "name": "新" + p["name"]} for p in tables["products"] if p["code"] != "bag-50"]
    inputs = tables["inputs"][:2]
    package = given.package(products=products, inputs=inputs)

    chain = given.load(package)

    assert (chain.stamp, Product.objects.get(code="film").pk) == (2, kept)
    assert Product.objects.get(code="film").name == "新袋膜"
    assert not Product.objects.filter(code="bag-50").exists()
    assert Input.objects.count() == 2
    assert compute.to_chain(chain).fingerprint == package.fingerprint


def test_a_code_that_means_another_organisation_is_refused_with_all_clashes(db):
    Organisation.objects.create(code="maker", name="另一家")
    Organisation.objects.create(code="lab", name="又一家")
    with pytest.raises(Refused) as refused:
        given.load()
    assert [r.code for r in refused.value.refusals] == ["parties.code_means_another"] * 2
    assert not Chain.objects.exists()


def test_an_organisation_known_to_this_chain_only_may_be_renamed(bags):
    organisations = [{**o, "name": "改名" + o["name"]} for o in given.tables()["organisations"]]
    given.load(given.package(organisations=organisations))
    assert Organisation.objects.get(code="maker").name == "改名甲膜业有限公司"


def test_a_credit_code_held_by_another_is_refused(db):
    Organisation.objects.create(code="old", name="甲", credit_code="91320594MA1X0M6X0T")
    organisations = [{**o, "credit_code": "91320594MA1X0M6X0T" if o["code"] == "maker" else None} for o in given.tables()["organisations"]]  # fmt: skip
    with pytest.raises(Refused) as refused:
        given.load(given.package(organisations=organisations))
    assert [r.code for r in refused.value.refusals] == ["parties.credit_code_clash"]


def test_texts_that_do_not_fit_are_all_told(db):
    segments = [{**s, "name": "长" * 201} for s in given.tables()["segments"]]
    with pytest.raises(Refused) as refused:
        given.load(given.package(segments=segments))
    assert [r.code for r in refused.value.refusals] == ["atlas.text_too_long"] * 3


def test_two_chain_rows_are_refused(db):
    two = [given.tables()["chain"][0], {**given.tables()["chain"][0], "code": "other"}]
    with pytest.raises(Refused) as refused:
        given.load(given.package(chain=two))
    assert refused.value.refusals[0].code == "atlas.one_chain_only"


@pytest.mark.parametrize("role", ["enterprise", "administrator", "chief"])
def test_only_the_office_loads_packages(db, role):
    with pytest.raises(Refused) as refused:
        services.load_package(chain=given.package(), by=given.actor(role), at=given.NOW)
    assert refused.value.status == 403


def test_a_demand_entered_on_the_site_survives_a_new_package(bags):
    demand = services.enter_demand(
        chain=bags,
        code="site-1",
        raised_by=Organisation.objects.get(code="buyer"),
        source={"code": "site-demands", "title": "企业在平台提出", "kind": "survey"},
        product=Product.objects.get(code="film"),
        title="薄膜",
        observed_on=date(2026, 11, 1),
        confidentiality="chain",
        by=given.actor("officer"),
        at=given.NOW,
    )
    before = Chain.objects.get().fingerprint
    products = [{**p, "name": "新" + p["name"]} for p in given.tables()["products"]]

    given.load(given.package(products=products))

    assert Demand.objects.get(code="site-1").pk == demand.pk
    assert Source.objects.filter(code="site-demands").exists()
    assert Chain.objects.get().fingerprint != before
    assert "site-1" in set(compute.to_chain(bags).demands["code"])


def test_a_filtered_package_has_no_hidden_row_and_no_loose_end(bags):
    open_only = compute.to_chain(bags, classes=("open",))
    assert "adhesive" not in set(open_only.products["code"])
    assert "adhesive" not in set(open_only.inputs["input"])
    assert not len(open_only.supplies)
    assert "lab" not in set(open_only.production["organisation"].dropna())
    assert set(open_only.sources["title"]) == {"年报", compute.HIDDEN_TITLE}


def test_thousands_of_rows_load_in_a_few_statements(db, django_assert_max_num_queries):
    n = 1000
    products = [given.fact(code=f"p{i}", name=f"产品{i}", segment="raw") for i in range(n)]
    inputs = [given.fact(product=f"p{i}", input=f"p{(i * 7 + 1) % n}") for i in range(n)]
    package = given.package(products=products, inputs=inputs, production=[], supplies=[], demands=[], assessments=[], parameters=[], indicators=[])  # fmt: skip
    with django_assert_max_num_queries(200):
        given.load(package)
    assert Product.objects.count() == n


def test_every_sample_comes_out_with_the_fingerprint_it_went_in_with(db):
    for folder in sorted(path for path in Path(samples.__file__).parent.iterdir() if (path / "chain.csv").exists()):
        package = compute.read_package(folder)
        chain = given.load(package)
        assert (folder.name, compute.to_chain(chain).fingerprint) == (folder.name, package.fingerprint)


@pytest.mark.parametrize(
    ("item", "value", "zh", "en"),
    [("know_how", "near", "近", "near"), ("market", "not_enough", "不足", "not enough"), ("pain", "贵", "贵", "贵"), ("level", "L2", "L2", "L2")],
)  # fmt: skip
def test_judgements_are_said_in_words(item, value, zh, en):
    assert (compute.judgement(item, value).zh, compute.judgement(item, value).en) == (zh, en)
