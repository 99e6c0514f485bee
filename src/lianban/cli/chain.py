"""``lianban chain``: check, show, convert a package, or get an empty one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import t


def register(app: typer.Typer) -> None:
    """Add ``lianban chain …``."""
    chain = typer.Typer(
        no_args_is_help=True,
        help=t("产业链数据包：检查、查看、模板、转换", "Chain packages: check, show, template, convert"),
    )
    app.add_typer(chain, name="chain")

    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))
    strict_option = typer.Option(
        help=t("这些代码的问题也算不合格；* 为全部警告", "Findings that also fail the check; * for all warnings")
    )

    @chain.command(help=t("检查数据包，一次列出全部问题", "Check a package and list everything found"))
    def check(
        path: Annotated[Path, package],
        as_json: Annotated[bool, json_option] = False,
        strict: Annotated[list[str] | None, strict_option] = None,
    ) -> int:
        return _check(path, as_json, strict or [])


def _check(path: Path, as_json: bool, strict: list[str]) -> int:
    from lianban.chain.package import read_chain

    package = read_chain(path)
    findings = package.check()
    failed = len(findings.errors) + len(findings.with_codes(strict).of("warning", "note"))
    if as_json:
        output.data_json(_check_report(package, findings))
    else:
        for line in output.finding_lines(findings):
            output.data(line)
        output.say(
            t(
                f"{len(findings.errors)} 个错误，{len(findings.warnings)} 个警告，{len(findings.notes)} 条提示",
                f"{len(findings.errors)} errors, {len(findings.warnings)} warnings, {len(findings.notes)} notes",
            )
        )
    return output.NOT_VALID if failed else output.DONE


def _check_report(package: Any, findings: Any) -> dict[str, Any]:
    return {
        "schema": "lianban/chain-check/1",
        "fingerprint": package.fingerprint,
        "rows": {table: len(frame) for table, frame in package.tables.items()},
        "errors": len(findings.errors),
        "warnings": len(findings.warnings),
        "notes": len(findings.notes),
        "findings": [finding.as_dict() for finding in findings],
    }
