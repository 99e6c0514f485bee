"""What stands in files taken out: in every format only what their reader may see."""

import io
import zipfile

import pytest
from django.urls import reverse

from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.reports.models import ExportFile

pytestmark = pytest.mark.django_db
WHO = ("analyst", "expert", "officer")


def texts_in(content: bytes) -> str:
    """All text of a file: of a zip (and Word and Excel are zips) every part."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["json", "docx", *(pytest.param(k, marks=pytest.mark.evidence) for k in ("zip", "xlsx", "csv", "gexf", "gml", "graphml", "geojson"))])  # fmt: skip
def test_nobody_takes_out_what_they_may_not_see(stage, kind):
    for person in WHO:
        client = stage.clients[person]
        assert client.post(reverse("reports:ask", args=["bags"]), {"kind": kind, "graph": "all"}).status_code == 302
        jobs.work_off()
        assert Job.objects.latest("pk").state == "done", Job.objects.latest("pk").message
        file = ExportFile.objects.latest("pk")
        fetched = client.get(reverse("reports:download", args=["bags", file.pk]))
        text = texts_in(fetched.content)
        assert fetched.status_code == 200 and len(text) > 500
        assert stage.leaks(person, text) == [], (person, kind)
        assert stage.clients["other firm"].get(reverse("reports:download", args=["bags", file.pk])).status_code == 404
