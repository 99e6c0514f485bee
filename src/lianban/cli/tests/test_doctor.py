import json
from collections import namedtuple

import pytest

from lianban.cli import doctor, main


def test_a_machine_without_database_is_told_so_and_is_well(capsys, tmp_path, monkeypatch):
    monkeypatch.delenv("LIANBAN_DATABASE_URL", raising=False)

    code = main(["doctor", "--json", "--data", str(tmp_path)])

    told = json.loads(capsys.readouterr().out)
    assert (code, told["schema"], told["well"]) == (0, "lianban/doctor/1", True)
    assert {f["what"]: f["state"] for f in told["findings"]}[
        "数据库" if "数据库" in str(told) else "database"
    ] == "note"


@pytest.mark.parametrize(("missing", "state"), [("numpy", "bad"), ("granian", "note")])
def test_a_missing_package_is_named_with_the_remedy(monkeypatch, missing, state):
    real = doctor.version

    def version(name):
        if name == missing:
            raise doctor.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(doctor, "version", version)
    found = [finding for finding in doctor._packages() if finding.state != "good"]

    assert [finding.state for finding in found] == [state]
    assert missing in found[0].told and "pip install" in found[0].told


def test_a_full_disk_ends_with_an_error(monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("LIANBAN_DATABASE_URL", raising=False)
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: usage(1024))

    assert main(["doctor", "--data", str(tmp_path)]) == 1
    assert "0 MB" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_journal_changed_behind_the_system_is_bad(without_append_only):
    from django.utils import timezone

    from lianban.apps.journal import services
    from lianban.apps.journal.models import Entry
    from lianban.apps.parties.rules import Actor

    for number in range(3):
        services.record("tested", subject="x", by=Actor(), at=timezone.now(), facts={"n": number})
    assert [f.state for f in doctor._database("database")] == ["good", "good"]

    Entry.objects.filter(number=2).update(facts={"n": 99})
    assert [f.state for f in doctor._database("database")] == ["good", "bad"]
