"""Files are made in the background of what their reader may see, and thrown away after some days."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone
from docx import Document

from lianban.apps.atlas.models import Chain, Demand, Production
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal.models import Entry
from lianban.apps.reports import queries, rules, services
from lianban.apps.reports.models import ExportFile
from lianban.kit.refusals import Refused

from .conftest import NOW

pytestmark = pytest.mark.django_db


def made(chain, kind, by, **options):
    """Ask for a file and have it made."""
    services.ask(chain=chain, kind=kind, by=by, at=timezone.now(), **options)
    assert jobs.work_off() == 1 and Job.objects.latest("pk").state == "done", Job.objects.latest("pk").message
    return ExportFile.objects.latest("pk")


def test_a_file_says_what_it_is_and_is_handed_over_with_a_journal_row(diagnosed, cast):
    officer = cast("officer")
    file = made(diagnosed.chain, "zip", officer)
    assert file.digest == hashlib.sha256(file.content).hexdigest() and file.data_stamp == diagnosed.chain.stamp
    about = zipfile.ZipFile(io.BytesIO(file.content)).read("datapackage.json").decode()
    assert diagnosed.chain.data_date.isoformat() in about and str(officer.title.zh) in about
    services.hand_over(file=file, by=officer, at=NOW)
    assert [e.verb for e in Entry.objects.filter(subject=file.reference)] == ["reports.asked", "exported"]
    assert queries.whole_file(cast("chief"), diagnosed.chain, file.pk) is None  # somebody else's


def test_only_rows_that_the_reader_may_see_go_in(diagnosed, cast):
    chain = diagnosed.chain
    Production.objects.filter(chain=chain).update(note="公开备注", confidentiality="open")
    hidden = Demand.objects.filter(chain=chain).first() or Production.objects.filter(chain=chain).first()
    type(hidden).objects.filter(pk=hidden.pk).update(note="只给企业看", confidentiality="private")
    for role, seen in (("officer", "private" in cast("officer").visible_classes(chain.code)), ("expert", False)):
        text = made(chain, "json", cast(role)).content.decode()
        assert ("只给企业看" in text) == seen, role


def test_a_report_tells_of_the_diagnosis_in_official_layout(diagnosed, cast):
    file = made(diagnosed.chain, "docx", cast("officer"), office="示例市产业链办公室")
    texts = [line.text for line in Document(io.BytesIO(file.content)).paragraphs]
    assert "一、总体情况" in texts and "示例市产业链办公室" in texts
    assert file.run_number == diagnosed.number and file.confidentiality == diagnosed.confidentiality


def test_nothing_is_made_without_leave_a_run_or_a_place_in_the_queue(load, cast):
    chain = load()
    with pytest.raises(Refused, match="not_permitted"):
        services.ask(chain=chain, kind="zip", by=cast("maker"), at=NOW)
    with pytest.raises(Refused, match="no_run"):
        services.ask(chain=chain, kind="pdf", by=cast("officer"), at=NOW)
    for _ in range(rules.MOST_WAITING):
        services.ask(chain=chain, kind="zip", by=cast("officer"), at=NOW)
    with pytest.raises(Refused, match="too_many"):
        services.ask(chain=chain, kind="zip", by=cast("officer"), at=NOW)
    jobs.cancel(Job.objects.latest("pk").pk)
    services.ask(chain=chain, kind="zip", by=cast("officer"), at=NOW)


def test_old_content_is_thrown_away_and_a_job_done_twice_makes_one_file(diagnosed, cast):
    file = made(diagnosed.chain, "gml", cast("officer"), graph="products")
    services.carry_out(file_id=file.pk, progress=lambda *args: None)
    assert ExportFile.objects.get().digest == file.digest
    ExportFile.objects.update(gone_at=timezone.now() - timedelta(days=1))
    assert queries.whole_file(cast("officer"), diagnosed.chain, file.pk) is None
    assert services.tidy(day="2026-11-23", progress=lambda *args: None) == {"gone": 1}
    assert ExportFile.objects.get().content is None and ExportFile.objects.get().size > 0
    assert Chain.objects.count() == 1
