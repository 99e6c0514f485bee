"""Serving: one web server, one worker, both ended when this process ends."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from lianban.cli import output
from lianban.cli.output import CommandError, t

PORTS_TRIED = 50
SECONDS_TO_START = 120  # a busy machine; on a free one it takes three
SECONDS_TO_STOP = 8
END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux: nothing is left even where this process is killed


def serve(host: str, port: int, data: Path, tell: Callable[[str], None]) -> int:
    """Serve until Ctrl-C; a server that stops by itself is an error, a worker is started again."""
    free = free_port(host, port)
    if free != port:
        output.say(t(f"端口 {port} 已被占用，改用 {free}", f"Port {port} is taken; using {free}"), always=True)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    address = f"http://{shown}:{free}/"
    if shown != host:
        output.say(
            t(
                "警告：正在对网络开放，演示口令是公开的",
                "Warning: open to the network, and the demo passwords are public",
            ),
            always=True,
        )
    # Ctrl-C also where a shell started this in the background, which has it ignored; a hang-up ignored by nohup stays so.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
            signal.signal(number, _interrupt)
    children: list[subprocess.Popen[bytes]] = []
    try:
        children += [_start(server_command(host, free), data), _start(worker_command(), data)]
        _wait_until_ready(address, children[0], data)
        tell(address)
        while True:
            time.sleep(0.5)
            if children[0].poll() is not None:
                raise _server_stopped(data)
            if children[1].poll() is not None:
                children[1] = _start(worker_command(), data)
    except KeyboardInterrupt:
        output.say(t("\n已停止；数据保留在 {0}", "\nStopped; the data stay in {0}").format(data), always=True)
        return output.DONE
    finally:
        stop(children)


def free_port(host: str, port: int) -> int:
    """Return the first port from ``port`` on that nobody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except PermissionError:
                raise CommandError(
                    output.NOT_PERMITTED,
                    f"没有权限使用端口 {candidate}；请选 1024 以上的端口",
                    f"no permission for port {candidate}; choose one above 1024",
                ) from None
            except OSError:
                continue
            return candidate
    raise CommandError(
        output.CONFLICT, f"端口 {port} 起的 {PORTS_TRIED} 个端口都被占用；用 --port 另选",
        f"all {PORTS_TRIED} ports from {port} on are taken; choose another with --port",
    )  # fmt: skip


def server_command(host: str, port: int) -> list[str]:
    """The web server: two processes of one thread each.

    Threads that share a process can wait for each other inside SQLite until its timeout: the garbage collector of the one that
    writes may have to close a cursor of the one that waits for its turn to write.
    """
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "2", "--blocking-threads", "1"]
    return [
        sys.executable,
        "-m",
        "granian",
        *options,
        "--no-access-log",
        "--log-level",
        "warning",
        "lianban.site.wsgi:application",
    ]


def worker_command() -> list[str]:
    return [sys.executable, "-m", "lianban.cli", "worker"]


def _start(command: list[str], data: Path) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only this process, which then ends its children."""
    with (data / "site.log").open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )  # fmt: skip


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _wait_until_ready(address: str, server: subprocess.Popen[bytes], data: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy must not be asked for this machine
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end:
        if server.poll() is not None:
            raise _server_stopped(data)
        try:
            with opener.open(address + "health/ready", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise _server_stopped(data)


def _server_stopped(data: Path) -> CommandError:
    return CommandError(
        output.FAILURE,
        f"网站进程没有起来或已停止；详见 {data / 'site.log'}",
        f"The web server stopped; see {data / 'site.log'}",
    )


def stop(children: list[subprocess.Popen[bytes]]) -> None:
    """End every child and what it started: first asked, then forced."""
    for number, seconds in ((signal.SIGTERM, SECONDS_TO_STOP), (signal.SIGKILL, 5)):
        for child in children:
            _signal_group(child.pid, number)
        end = time.monotonic() + seconds
        while time.monotonic() < end and any(child.poll() is None or _group_lives(child.pid) for child in children):
            time.sleep(0.05)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _group_lives(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
