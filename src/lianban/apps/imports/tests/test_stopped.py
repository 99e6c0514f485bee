"""A stop is heard while rows are written; asked for too late, it takes nothing back and claims nothing."""

import pytest

from lianban.apps.atlas.models import Chain, Member, RowChange
from lianban.apps.atlas.services import writing
from lianban.apps.atlas.tests import given
from lianban.apps.imports import queries, services
from lianban.apps.imports.models import Line, Naming
from lianban.apps.imports.services import working
from lianban.apps.imports.tests.test_road import OFFICER, bring, mapped, workbook
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job

ROWS = [["企业名称", "所在地"], *([f"示例{i}号精密机械有限公司", "320500"] for i in range(7)), ["乙药业", "320500"]]


@pytest.fixture
def chain(db, monkeypatch):
    monkeypatch.setattr(working, "AT_A_TIME", 2)
    monkeypatch.setattr(writing, "AT_A_TIME", 2)
    monkeypatch.setattr(working, "LOOK_EVERY", 0)
    return given.load()


def looks(monkeypatch, at):
    """Somebody asks at this look within the transaction; returns the looks that were taken."""
    seen, ask = [], working._stop_if_asked

    def look(watch):
        seen.append(1)
        if len(seen) == at:
            Job.objects.filter(state="running").update(cancel_asked=True)
        ask(watch)

    monkeypatch.setattr(working, "_stop_if_asked", look)
    return seen


def step(made):
    jobs.work_off()
    made.refresh_from_db()
    return Job.objects.get(pk=made.job).state


def test_a_stop_while_rows_are_written_leaves_nothing_and_it_can_be_done_again(chain, monkeypatch):
    made = mapped(bring(chain, workbook(ROWS)))
    assert made.state == "preview", made.reason
    total = None
    for at in range(1, 100):
        with monkeypatch.context() as patch:
            seen = looks(patch, at)
            services.ask_to_apply(number=made.pk, by=OFFICER, at=given.NOW)
            state = step(made)
        if state == "done":
            total = len(seen)
            break
        assert (state, made.state, Chain.objects.get().stamp) == ("cancelled", "preview", 1)
        assert not RowChange.objects.filter(change__kind="import").exists() and len(seen) == at
        assert not Member.objects.filter(name__startswith="示例").exists()
    assert (
        total and total > 10 and made.state == "applied" and Member.objects.filter(name__startswith="示例").count() == 7
    )


def test_a_stop_while_a_preview_is_kept_leaves_the_columns_to_be_mapped(chain, monkeypatch):
    made = bring(chain, workbook(ROWS))
    with monkeypatch.context() as patch:
        looks(patch, 3)
        mapped(made)
    assert (made.state, Job.objects.get(pk=made.job).state) == ("mapping", "cancelled")
    assert not Line.objects.exists() and not Naming.objects.exists()
    assert mapped(made).state == "preview"


def test_a_stop_that_comes_too_late_claims_nothing(chain, monkeypatch):
    made, write = mapped(bring(chain, workbook(ROWS))), working._write

    def late(*told):
        done = write(*told)
        Job.objects.filter(state="running").update(cancel_asked=True)
        return done

    monkeypatch.setattr(working, "_write", late)
    services.ask_to_apply(number=made.pk, by=OFFICER, at=given.NOW)
    assert (step(made), made.state) == ("done", "applied")
    assert b"".join(queries.pieces(made, "results"))
