"""``lianban site …``: the site on the database of LIANBAN_DATABASE_URL."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t


def start_django() -> None:
    """Set Django up, its English texts compiled; the settings say in a sentence what the environment lacks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianban.site.settings")
    try:
        import django
    except ModuleNotFoundError:
        raise CommandError(
            output.FAILURE,
            "缺少 Django：请安装 lianban[web]（pip install 'lianban[web]'）",
            "Django is missing: install lianban[web] (pip install 'lianban[web]')",
        ) from None
    from lianban.site import translations

    try:
        translations.compile_stale()
    except PermissionError:  # an installation its user cannot write to was compiled when it was built
        output.say(
            t("英文文本无法编译：安装文件夹只读", "the English texts cannot be compiled: read-only installation")
        )
    django.setup()


def register(app: typer.Typer) -> None:
    """Add ``lianban site …``."""
    site = typer.Typer(no_args_is_help=True, help=t("网站：建表、启动、开账号", "The site: migrate, serve, add users"))
    app.add_typer(site, name="site")
    host_option = typer.Option(help=t("监听地址", "Address to listen on"))
    port_option = typer.Option(min=1, max=65535, help=t("端口", "Port"))

    @site.command(help=t("建立或更新数据库的表", "Create or update the tables of the database"))
    def migrate() -> int:
        start_django()
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        output.say(t("数据库已是最新", "The database is up to date"))
        return output.DONE

    @site.command(help=t("启动网站（另需一个 lianban worker）", "Serve the site (beside it: lianban worker)"))
    def serve(
        host: Annotated[str, host_option] = "127.0.0.1",
        port: Annotated[int, port_option] = 8000,
    ) -> int:
        from lianban.cli.demo.serving import server_command

        start_django()
        output.say(f"http://{host}:{port}/")
        return subprocess.call(server_command(host, port))

    @site.command("user-add", help=t("开一个账号并授予角色", "Open an account with a role"))
    def user_add(
        username: Annotated[str, typer.Argument(metavar="USER")],
        role: Annotated[str, typer.Option(help=t("角色，如 officer、chief", "Role, such as officer, chief"))],
        name: Annotated[str, typer.Option(help=t("显示名称", "Shown name"))] = "",
        chain: Annotated[str, typer.Option(help=t("限于一条产业链", "Only on this chain"))] = "",
        organisation: Annotated[str, typer.Option(help=t("代表的组织", "Organisation they act for"))] = "",
    ) -> int:
        return _add_user(username, role, name, chain, organisation)


def _add_user(username: str, role: str, name: str, chain: str, organisation: str) -> int:
    """Ask for the password on the terminal, or read it from standard input; never from an argument."""
    start_django()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from lianban.apps.parties import queries, services
    from lianban.apps.parties.rules import ROLES

    if role not in ROLES:
        known = "、".join(ROLES)
        raise CommandError(output.WRONG_USE, f"没有角色 {role}；可用 {known}", f"no role {role}; there are {known}")
    acts_for = queries.organisation(organisation) if organisation else None
    if organisation and acts_for is None:
        raise CommandError(output.NOT_FOUND, f"没有组织 {organisation}", f"no organisation {organisation}")
    if sys.stdin.isatty():
        password = typer.prompt(t("口令", "Password"), hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    try:
        validate_password(password)
    except ValidationError as error:
        raise CommandError(output.NOT_VALID, "；".join(error.messages), "; ".join(error.messages)) from None
    now = timezone.now()
    services.open_account(
        username=username, password=password, shown_name=name or username, role=role, chain=chain,
        organisation=acts_for, starts_on=timezone.localdate(now), by=services.SYSTEM, at=now,
    )  # fmt: skip
    output.say(t(f"已开账号 {username}（{ROLES[role].zh}）", f"Account {username} is open ({ROLES[role].en})"))
    return output.DONE
