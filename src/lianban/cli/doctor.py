"""``lianban doctor``: is everything there that the commands and the site need?"""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from lianban.cli import output
from lianban.cli.output import t

OLDEST = (3, 11)
CORE = ("numpy", "scipy", "pandas", "duckdb", "python-calamine", "openpyxl", "jinja2", "typer")
WEB = ("django", "django-htmx", "whitenoise", "granian", "django-axes", "babel")
DISK_MB = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``good``, or ``bad`` with what to do, or ``note`` where nothing is wrong but something is missing."""

    what: str
    state: str
    told: str


def register(app: typer.Typer) -> None:
    """Add ``lianban doctor``."""
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))
    data_option = typer.Option(
        "--data", help=t("演示的数据文件夹；有就检查", "The demo's folder; checked if it is there")
    )

    @app.command(
        help=t("检查运行环境：Python、软件包、数据库、日志、磁盘", "Check Python, packages, database, journal, disk")
    )
    def doctor(
        as_json: Annotated[bool, json_option] = False,
        data: Annotated[Path, data_option] = Path(".demo"),
    ) -> int:
        findings = [*_python(), *_packages(), *_disk(), *_chromium(), *_site(data)]
        bad = [finding for finding in findings if finding.state == "bad"]
        if as_json:
            body = {"schema": "lianban/doctor/1", "well": not bad, "findings": [asdict(f) for f in findings]}
            output.data_json(body)
        else:
            marks = {"good": t("好", "good"), "bad": t("有问题", "BAD"), "note": t("提示", "note")}
            rows = [(marks[f.state], f.what, f.told) for f in findings]
            output.data(output.table([t("结果", "result"), t("项目", "item"), t("说明", "detail")], rows))
        return output.FAILURE if bad else output.DONE


def _python() -> Iterator[Finding]:
    good = sys.version_info >= OLDEST
    wanted = ".".join(map(str, OLDEST))
    told = platform.python_version() + ("" if good else t(f"，需要 {wanted} 或更新", f", needs {wanted} or newer"))
    yield Finding("Python", "good" if good else "bad", told)


def _packages() -> Iterator[Finding]:
    for group, names, extra in ((t("计算", "engine"), CORE, ""), (t("网站", "site"), WEB, "[web]")):
        missing = []
        for name in names:
            try:
                version(name)
            except PackageNotFoundError:
                missing.append(name)
        told = t("齐全", "all there")
        if missing:
            told = t(
                f"缺 {'、'.join(missing)}：pip install 'lianban{extra}'",
                f"missing {', '.join(missing)}: pip install 'lianban{extra}'",
            )
        yield Finding(
            t(f"软件包（{group}）", f"packages ({group})"),
            "good" if not missing else ("note" if extra else "bad"),
            told,
        )


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(Path.cwd()).free // 2**20
    told = t(f"当前文件夹所在磁盘剩 {free:,} MB", f"{free:,} MB free where we are")
    yield Finding(t("磁盘", "disk"), "good" if free >= DISK_MB else "bad", told)


def _chromium() -> Iterator[Finding]:
    found = os.environ.get("LIANBAN_CHROMIUM") or next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
    )
    told = found or t("没有找到；只有浏览器测试需要它", "not found; only the browser tests need it")
    yield Finding("Chromium", "good" if found else "note", told)


def _site(data: Path) -> Iterator[Finding]:
    """The site, where the environment or a demo folder says which database."""
    name = t("数据库", "database")
    if not os.environ.get("LIANBAN_DATABASE_URL"):
        if not (data / "lianban.sqlite3").exists():
            told = t(
                "没有设 LIANBAN_DATABASE_URL，也没有演示数据：未检查",
                "no LIANBAN_DATABASE_URL and no demo data: not checked",
            )
            yield Finding(name, "note", told)
            return
        from lianban.cli.demo import folder

        folder.prepare(data.resolve(), "127.0.0.1")
    try:
        from lianban.cli.site import start_django

        start_django()
    except (output.CommandError, SystemExit) as error:
        yield Finding(t("网站设置", "settings"), "bad", str(error).splitlines()[0 if output.language() == "zh" else -1])
        return
    yield from _translations()
    yield from _database(name)


def _translations() -> Iterator[Finding]:
    from lianban.site import translations

    stale = len(translations.stale())
    told = (
        t(f"{stale} 份未编译：make messages", f"{stale} not compiled: make messages")
        if stale
        else t("已编译", "compiled")
    )
    yield Finding(t("英文文本", "English texts"), "bad" if stale else "good", told)


def _database(name: str) -> Iterator[Finding]:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        yield Finding(name, "bad", t(f"连不上：{error}", f"cannot be reached: {error}").strip())
        return
    if waiting:
        told = t(
            f"{len(waiting)} 步迁移未做：lianban site migrate",
            f"{len(waiting)} migrations waiting: lianban site migrate",
        )
        yield Finding(name, "bad", told)
        return
    yield Finding(name, "good", t(f"{connection.vendor}，表已是最新", f"{connection.vendor}, tables up to date"))
    from lianban.apps.journal import queries

    broken = queries.first_broken()
    told = (
        t("完整", "whole")
        if broken is None
        else t(
            f"第 {broken} 条起对不上：有人绕过系统改动过",
            f"does not fit from entry {broken} on: somebody changed it behind the system",
        )
    )
    yield Finding(t("日志", "journal"), "good" if broken is None else "bad", told)
