import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from lianban.cli.demo import folder, serving
from lianban.cli.output import CommandError


@pytest.fixture
def environment(monkeypatch):
    for name in (
        "LIANBAN_SECRET_KEY",
        "LIANBAN_DATABASE_URL",
        "LIANBAN_DEMO",
        "LIANBAN_HOSTS",
        "DJANGO_SETTINGS_MODULE",
    ):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # so that what prepare() sets is undone


def test_the_folder_and_its_key_are_the_owners_alone(tmp_path, environment):
    data = tmp_path / "data"

    assert folder.prepare(data, "127.0.0.1") is False
    key = (data / "secret_key").read_text()

    assert data.stat().st_mode & 0o777 == 0o700 and (data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert os.environ["LIANBAN_SECRET_KEY"] == key and len(key) > 50
    folder.prepare(data, "127.0.0.1")
    assert (data / "secret_key").read_text() == key


def test_a_file_in_place_of_the_folder_gets_a_sentence(tmp_path, environment):
    (tmp_path / "data").write_text("")

    with pytest.raises(CommandError, match="is a file"):
        folder.prepare(tmp_path / "data", "127.0.0.1")


def test_a_taken_port_gives_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert port < serving.free_port("127.0.0.1", port) < port + serving.PORTS_TRIED


def test_no_free_port_is_a_conflict(monkeypatch):
    monkeypatch.setattr(serving, "PORTS_TRIED", 0)

    with pytest.raises(CommandError) as refused:
        serving.free_port("127.0.0.1", 8000)
    assert refused.value.exit_code == 5


def test_stopping_ends_a_child_that_will_not_listen_and_what_it_started(monkeypatch):
    monkeypatch.setattr(serving, "SECONDS_TO_STOP", 0.3)
    stubborn = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print(p.pid, flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())

    serving.stop([child])
    child.stdout.close()

    assert child.poll() == -signal.SIGKILL
    time.sleep(0.2)
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)
    assert grandchild > 0
