"""Road (c): a filed consortium answers a list as one solver, and nothing outside the box tells that it did."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.forms.models import model_to_dict

from lianban.apps.challenges.tests.conftest import CLOSES, PLAN, TODAY, WORD, chain, person, scene  # noqa: F401
from lianban.apps.consortia import services
from lianban.apps.consortia.models import Consortium, Member
from lianban.apps.journal.models import Entry
from lianban.apps.rulesets import queries as rulesets
from lianban.apps.sealing import services as sealing
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def consortium(scene):  # noqa: F811
    """Filed: alpha leads, beta is a member."""
    frozen = rulesets.freeze(scene.chain.code, TODAY, "consortium", "project", "agreement")
    made = Consortium.objects.create(
        chain=scene.chain, name="层析介质联合体（示例）", purpose="介质", model="market_driven", form="agreement",
        rules=frozen.as_dict(), proposed_by="user:1", proposed_at=scene.now, state="operating", filed_on=TODAY,
    )  # fmt: skip
    for code, role in (("alpha", "lead"), ("beta", "builder")):
        Member.objects.create(
            consortium=made, organisation=scene.firms[code], role=role, state="acceded", invited_at=scene.now
        )
    return made


def answer(scene, consortium, challenge, by="alpha", partners=("beta",)):  # noqa: F811
    return services.answer_challenge(
        consortium_id=consortium.pk, challenge_id=challenge.pk, content=PLAN, by=scene.people[by], at=scene.now,
        partners=[scene.firms[code] for code in partners],
    )  # fmt: skip


def test_an_answer_of_a_consortium_shows_when_the_box_opens_and_not_before(scene, consortium):  # noqa: F811
    challenge = scene.posted()
    entries, before = Entry.objects.count(), model_to_dict(consortium)

    receipt = answer(scene, consortium, challenge)

    assert receipt.number and Entry.objects.count() == entries
    assert model_to_dict(Consortium.objects.get(pk=consortium.pk)) == before
    opened = _open(scene, challenge)
    (row,) = opened.answers.all()
    assert row.via_consortium == consortium.reference and row.organisation == scene.firms["alpha"]
    assert list(row.partners.values_list("code", flat=True)) == [scene.firms["beta"].code]


def _open(scene, challenge):  # noqa: F811
    scene.at(CLOSES + timedelta(minutes=1))
    for who in ("office_head", "notary"):
        sealing.give_share(box_id=challenge.box, passphrase=WORD, by=scene.people[who], at=scene.now)
    scene.act("open_answers", challenge, "officer")
    challenge.refresh_from_db()
    return challenge


def test_only_a_filed_consortium_and_its_members_answer_and_the_refusal_stays_in_the_box(scene, consortium):  # noqa: F811
    challenge = scene.posted()
    Consortium.objects.filter(pk=consortium.pk).update(state="signed")
    with pytest.raises(Refused) as refused:
        answer(scene, consortium, challenge, partners=("beta", "gamma"))
    assert [r.code for r in refused.value.refusals] == ["consortia.not_filed_yet", "consortia.partner_no_member"]
    assert refused.value.sealed_in == challenge.box
    with pytest.raises(Refused) as refused:
        answer(scene, consortium, challenge, by="beta")
    assert refused.value.refusals[0].code == "consortia.lead_only.not_permitted"


def test_the_page_is_there_for_the_lead_alone_and_leaves_nothing_in_the_journal(scene, consortium, client):  # noqa: F811
    challenge = scene.posted()
    address = f"/consortia/{consortium.pk}/lists/{challenge.pk}/"
    entries = Entry.objects.count()
    for name, status in (("beta", 404), ("officer", 404), ("alpha", 200)):
        client.force_login(get_user_model().objects.get(pk=scene.people[name].user_id))
        assert client.get(address).status_code == status
        assert client.get(f"/consortia/{consortium.pk}/lists/").status_code == status
    response = client.post(address, {"title": "", "solver": scene.firms["alpha"].pk})
    assert response.status_code == 422 and Entry.objects.count() == entries
