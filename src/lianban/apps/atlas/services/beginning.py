"""Beginning a chain with nothing in it but its name: lists are brought into it afterwards."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from lianban.apps.atlas import compute, rules
from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.services import changing, writing
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refused, refuse_if_any


@transaction.atomic
def begin_chain(
    *, code: str, name: str, data_date: date, confidentiality: str, by: Actor, at: datetime, name_en: str = "", place: str = "",
    place_name: str = "", description: str = "",
) -> Chain:  # fmt: skip
    """新建产业链: an empty chain that answers to whoever began it; its first change set says who and when."""
    parties.require(by, "atlas.begin_chain", code)
    there = Chain.objects.filter(code__iexact=code).exists()
    refuse_if_any(rules.begin_refusals(code, there=there, place=place, confidentiality=confidentiality))
    values = {
        "code": code, "name": name.strip(), "name_en": name_en.strip(), "home": "CN", "place": place, "place_name": place_name.strip(),
        "data_date": data_date, "description": description.strip(),
    }  # fmt: skip
    refuse_if_any(writing.too_long({"chain": [values]}))
    try:
        with transaction.atomic():
            row = Chain.objects.create(**values, confidentiality=confidentiality)
    except IntegrityError:
        raise Refused(rules.begin_refusals(code, there=True, place="", confidentiality=confidentiality)) from None
    after = {**compute.told(values), "confidentiality": confidentiality}
    fingerprint = compute.to_chain(row).fingerprint
    changing.commit(row, {"chain": {code: (None, after)}}, fingerprint, kind="begin", by=by, at=at, whole=True)
    return row
