"""``lianban demo``: a running site with the sample chains, from nothing, in one command."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t

PASSWORD = "lianban-demo"
HERE = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add ``lianban demo``."""
    port_option = typer.Option(min=1, max=65535, help=t("端口；被占用时用下一个", "Port; the next free one if taken"))
    data_option = typer.Option("--data", help=t("数据文件夹", "Folder of the data"))
    host_option = typer.Option(help=t("监听地址；默认只限本机", "Address to listen on; this machine only by default"))
    serve_option = typer.Option("--serve/--no-serve", help=t("准备好后是否启动网站", "Serve the site when ready"))

    @app.command(help=t("演示：载入示例产业链，诊断，启动网站", "Load the samples, diagnose them, serve the site"))
    def demo(
        port: Annotated[int, port_option] = 8000,
        data: Annotated[Path, data_option] = Path(".demo"),
        host: Annotated[str, host_option] = HERE,
        serve: Annotated[bool, serve_option] = True,
    ) -> int:
        return run(data.resolve(), host, port, serve)


def run(data: Path, host: str, port: int, serve: bool) -> int:
    """Prepare the data folder, tell what was found, serve until Ctrl-C."""
    _need_web()
    from lianban.cli.demo import folder, serving

    kept = folder.prepare(data, host)
    from lianban.cli.site import start_django

    start_django()
    from lianban.cli.demo import scene

    output.say(
        t(f"数据文件夹 {data}", f"Data folder {data}") + (t("：已有数据，保留", ": has data, kept") if kept else "")
    )
    chains = _prepared(scene)
    for chain, run_ in chains:
        output.data(_worst(chain, run_))
    output.data(_accounts(scene.ACCOUNTS))
    if not serve:
        return output.DONE
    return serving.serve(host, port, data, tell=_tell_address)


def _prepared(scene: Any) -> Any:
    """Prepare the scene; what the platform refuses is told in its own sentences."""
    from lianban.kit.refusals import Refused

    try:
        return scene.prepare(PASSWORD)
    except Refused as refused:
        zh = "\n".join(refusal.message.zh for refusal in refused.refusals)
        en = "\n".join(refusal.message.en for refusal in refused.refusals)
        raise CommandError(output.NOT_VALID, zh, en, details=[r.as_dict() for r in refused.refusals]) from refused


def _need_web() -> None:
    try:
        import django  # noqa: F401
        import granian  # noqa: F401
    except ModuleNotFoundError as missing:
        raise CommandError(
            output.FAILURE,
            f"缺少 {missing.name}：请安装 lianban[web]（pip install 'lianban[web]'）",
            f"{missing.name} is missing: install lianban[web] (pip install 'lianban[web]')",
        ) from missing


def _worst(chain: Any, run_: Any) -> str:
    """The ten worst weak points of a chain, a reason under each line."""
    language = output.language()
    name = (chain.name_en or chain.name) if language == "en" else chain.name
    points = run_.result["weak_points"][:10]
    lines = ["", t(f"{name}：最薄弱的 {len(points)} 个环节（第 {run_.number} 次诊断，规则集 {run_.pack}）",
                   f"{name}: the {len(points)} weakest points (diagnosis {run_.number}, rule set {run_.pack})")]  # fmt: skip
    for place, point in enumerate(points, 1):
        loss = point["loss_cut"]
        told = t("未知", "unknown") if loss is None else f"{loss * 100:.1f} %"
        loss_words = t(f"最大境外来源中断损失 {told}", f"lost if its largest foreign origin stops: {told}")
        lines.append(f"{place:>3}  {point['name'][language]}  {point['level'] or '?'}  {loss_words}")
        lines.append(f"     {point['reason'][language]}")
    unknown = len(run_.result["unknown"])
    if not points:
        lines.append(t("  没有可排序的薄弱环节。", "  No weak point can be ranked."))
    if unknown:
        lines.append(
            t(f"     另有 {unknown} 个严重度未知，未排序", f"     {unknown} more of unknown severity, not ranked")
        )
    return "\n".join(lines)


def _accounts(accounts: Any) -> str:
    head = t(f"\n演示账号（口令都是 {PASSWORD}）", f"\nDemo accounts (the password is always {PASSWORD})")
    rows = [(account.username, output.words(account.role_name), output.words(account.shown)) for account in accounts]
    return head + "\n" + output.table([t("用户名", "user"), t("角色", "role"), t("身份", "who")], rows)


def _tell_address(address: str) -> None:
    output.data("")
    output.data(t(f"网站已启动：{address}（Ctrl-C 停止）", f"The site is up: {address} (Ctrl-C stops it)"))
    sys.stdout.flush()
