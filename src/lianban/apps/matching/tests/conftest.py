"""The stage of matching: the small chain of the diagnosis, with its people."""

import pytest

from lianban.apps.diagnosis.tests.conftest import NOW, TODAY, cast, firm, load, sign_in  # noqa: F401
from lianban.apps.matching import services
from lianban.apps.parties.models import Organisation


@pytest.fixture
def chain(load):  # noqa: F811
    return load()


@pytest.fixture
def asked(chain, cast):  # noqa: F811
    """A drafted question about the film."""
    return services.draft(chain=chain, product="film", by=cast("officer"), at=NOW)


@pytest.fixture
def costed(asked, cast):  # noqa: F811
    """The question with two needs and three candidates who have a cost."""
    by = cast("officer")
    needs = [{"code": c, "name": {"zh": c, "en": c}, "least": 2, "copies": 1, "weight": 1} for c in ("film", "test")]
    services.change(question_id=asked.pk, title="膜材联合攻关", capabilities=needs, rule_values={"objective": "cost", "size_max": 2, "budget_fen": None}, by=by, at=NOW)  # fmt: skip
    for code, kind, cost, levels in (("x", "firm", 300, {"film": 4}), ("y", "university", 200, {"test": 3}), ("z", "institute", 600, {"film": 2, "test": 2})):  # fmt: skip
        organisation = Organisation.objects.create(
            code=code, name=f"示例{code}", name_en=f"Example {code}", kind=kind, example=True
        )
        services.fill_in(question_id=asked.pk, organisation=organisation, cost_fen=cost * 100, levels=levels, evidence="示例报价", by=by, at=NOW)  # fmt: skip
    asked.refresh_from_db()
    return asked
