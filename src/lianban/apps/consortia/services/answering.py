"""Road (c): a filed consortium answers a list as one solver. Nothing of it is written here: see decision 0094."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Challenge
from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium
from lianban.apps.consortia.services.moving import acts_for, lead_of, lead_only
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.sealing import services as sealing
from lianban.apps.sealing.rules import Receipt
from lianban.kit.refusals import refuse_if_any


def answer_challenge(
    *, consortium_id: int, challenge_id: int, content: Mapping[str, Any], by: Actor, at: datetime,
    partners: Sequence[Organisation] = (), files: Sequence[tuple[str, bytes]] = (),
) -> Receipt:  # fmt: skip
    """以联合体揭榜: the lead hands in the sealed answer for itself and the members it names.

    The box keeps which consortium it came from; until it opens no row, motion or journal entry here tells that it answered.
    """
    consortium = Consortium.objects.select_related("chain").get(pk=consortium_id)
    box = Challenge.objects.values_list("box", flat=True).get(pk=challenge_id)
    lead = lead_of(consortium).organisation
    with sealing.within(box or 0):
        parties.require(by, "consortia.lead", consortium.chain.code)
        inside = set(queries.active_organisations(consortium))
        refuse_if_any(
            [
                *lead_only(acts_for(by, lead)),
                *rules.answering_refusals(consortium.state, strangers=sum(one.pk not in inside for one in partners)),
            ]
        )
        return challenges.answer(
            challenge_id=challenge_id, solver=lead, content=content, by=by, at=at, partners=partners, files=files,
            via_consortium=consortium.reference, filed_consortium=True,
        )  # fmt: skip
