"""What is done: a file is asked for, made in the background, and thrown away after some days."""

import hashlib
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.models import Run, Study
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal import services as journal
from lianban.apps.measures import queries as measures
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.reports import compute, queries, rules
from lianban.apps.reports.models import ExportFile
from lianban.files.facts import Facts
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def ask(
    *, chain: Chain, kind: str, by: Actor, at: datetime, graph: str = "all", language: str = "zh", office: str = ""
) -> Job:
    """要一份导出文件: what the reader may see now decides what goes in."""
    parties.require(by, "reports.export", chain.code)
    run = diagnosis.latest_run(chain, "nation", by) if kind in rules.REPORTS else None
    waiting = queries.in_queue(by)
    refuse_if_any(rules.ask_refusals(kind=kind, graph=graph, has_run=run is not None, waiting=waiting))
    study = measures.desk(chain, by).portfolio if run and by.may("measures.see", chain.code) else None
    seen = rules.classes(kind, by.visible_classes(chain.code))
    file = ExportFile.objects.create(
        chain=chain, kind=kind, graph=graph if kind in rules.GRAPHS else "", language="en" if language.startswith("en") else "zh",
        classes=seen, run_number=run.number if run else None,
        study_number=study.number if study else None, office=office.strip() if kind in rules.REPORTS else "",
        asked_by=by.reference, author={"zh": by.title.zh, "en": by.title.en}, asked_at=at, gone_at=at + rules.KEPT,
    )  # fmt: skip
    job = jobs.enqueue("reports.make", by=by, file_id=file.pk)
    file.job_number = job.pk
    file.save(update_fields=["job_number"])
    facts = {
        "format": kind,
        "graph": file.graph,
        "classes": file.classes,
        "run": file.run_number,
        "study": file.study_number,
    }
    journal.record("reports.asked", subject=file.reference, by=by, at=at, facts=facts)
    return job


def carry_out(*, file_id: int, progress: Any) -> dict[str, Any]:
    """Make a file; what is there already stays. Nothing is visible until all of it is there."""
    file = ExportFile.objects.select_related("chain").defer("content").get(pk=file_id)
    if file.made_at is not None:
        return {"file": file.pk}
    chain, now = file.chain, timezone.localtime()
    run = Run.objects.get(chain=chain, number=file.run_number) if file.run_number else None
    study = Study.objects.get(chain=chain, number=file.study_number) if file.study_number else None
    facts = Facts(
        title=Text(chain.name, chain.name_en or chain.name), made_at=now, author=Text(**file.author),
        data_date=chain.data_date, data_version=str(chain.stamp) if "private" in file.classes else "",
    )  # fmt: skip
    made = compute.make(
        chain, file.kind, facts, classes=file.classes, graph=file.graph, language=file.language, run=run, study=study,
        office=file.office, told=progress,
    )  # fmt: skip
    with transaction.atomic():
        row = ExportFile.objects.select_for_update().defer("content").get(pk=file.pk)
        row.content, row.ending, row.size = made.content, made.ending, len(made.content)
        row.digest, row.fingerprint = hashlib.sha256(made.content).hexdigest(), made.fingerprint
        row.confidentiality, row.data_stamp, row.made_at = (
            made.confidentiality,
            chain.stamp if "private" in file.classes else None,
            now,
        )
        row.save()
    progress(3, 3)
    return {"file": file.pk}


@transaction.atomic
def hand_over(*, file: ExportFile, by: Actor, at: datetime) -> ExportFile:
    """交付: the download is a deed of its own in the journal."""
    parties.require(by, "reports.export", file.chain.code)
    facts = {"format": file.kind, "class": file.confidentiality, "bytes": file.size, "digest": file.digest}
    journal.record("exported", subject=file.reference, by=by, at=at, facts=facts)
    return file


def tidy(*, day: str, progress: Any) -> dict[str, int]:
    """Throw the content of old files away; the row keeps what it was. Done twice it is done once."""
    gone = ExportFile.objects.filter(gone_at__lt=timezone.now(), content__isnull=False).update(content=None)
    progress(1, 1)
    return {"gone": gone}
