"""The command line (命令行): ``lianban <noun> <verb>``.

A file ``cli/<noun>.py`` with a function ``register(app)`` is found by itself. It imports nothing heavy at its top:
``lianban --help`` loads every one of them.
"""

import os
import sys
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Any

from lianban.cli import output
from lianban.cli.output import CommandError, t


def main(argv: list[str] | None = None) -> int:
    """Run one command; return its exit code. A user's mistake gets a sentence, never a traceback."""
    args = list(sys.argv[1:] if argv is None else argv)
    options = args[: args.index("--")] if "--" in args else args
    args, language = _take_language(args)
    output.configure(
        language=output.choose_language(language),
        as_json="--json" in options,
        quiet="--quiet" in options,
    )
    if language is not None and not language.lower().startswith(("zh", "en")):
        return _stop(
            output.WRONG_USE, "wrong_use", f"没有语言 {language}；可选 zh、en", f"No language {language}; zh or en"
        )
    try:
        code = _run(args)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _reader_left()
    except SystemExit as stop:
        if type(sys.stdout).__name__ == "PacifyFlushWrapper":  # what Typer puts there when the reader has left
            return _reader_left()
        return stop.code if isinstance(stop.code, int) else output.FAILURE


def _reader_left() -> int:
    """End quietly where the reader of our output (head, less) has seen enough."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - held until the process ends, so that nothing complains
    return output.DONE


def _take_language(args: list[str]) -> tuple[list[str], str | None]:
    """Take ``--lang zh`` and ``--quiet`` out of the arguments, wherever they stand: help texts depend on the first."""
    left: list[str] = []
    language = None
    i = 0
    while i < len(args):
        if args[i] == "--":
            return left + args[i:], language
        if args[i] == "--lang" and i + 1 < len(args):
            language = args[i + 1]
            i += 1
        elif args[i].startswith("--lang="):
            language = args[i].removeprefix("--lang=")
        elif args[i] != "--quiet":
            left.append(args[i])
        i += 1
    return left, language


def _run(args: list[str]) -> int:
    try:
        code = build_app()(args=args, prog_name="lianban", standalone_mode=False)
        return code if isinstance(code, int) else output.DONE
    except CommandError as error:
        return _stop(error.exit_code, error.code, error.zh, error.en, error.details)
    except KeyboardInterrupt:
        return _stop(output.INTERRUPTED, "interrupted", "已中断", "Interrupted")
    except BrokenPipeError:
        raise
    except PermissionError as error:
        return _stop(
            output.NOT_PERMITTED, "not_permitted", f"没有权限：{error.filename}", f"Not permitted: {error.filename}"
        )
    except FileNotFoundError as error:
        return _stop(output.NOT_FOUND, "not_found", f"找不到：{error.filename}", f"Not found: {error.filename}")
    except OSError as error:
        return _stop(output.FAILURE, "failure", f"系统拒绝：{error}", f"The system refused: {error}")
    except Exception as error:
        from lianban.cli.usage import usage_sentence

        if (told := usage_sentence(error)) is not None:
            return _stop(output.WRONG_USE, "wrong_use", *told)
        from lianban.engine.errors import LianbanError  # here, because its package loads NumPy

        if isinstance(error, LianbanError):
            return _refused(error)
        if os.environ.get("LIANBAN_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        return _stop(
            output.FAILURE,
            "bug",
            f"程序内部错误（{what}）。设 LIANBAN_DEBUG=1 重试可看到细节",
            f"A fault in the program ({what}). Set LIANBAN_DEBUG=1 and try again to see where",
        )


def _refused(error: Exception) -> int:
    """Tell why data were refused: all findings of a DataError, the sentence of any other error."""
    findings: Any = getattr(error, "findings", None)
    if findings is None:
        return _stop(output.FAILURE, type(error).__name__, str(error), str(error))
    code = output.NOT_FOUND if findings.codes <= {"not_found", "no_sample"} else output.NOT_VALID
    name = "not_found" if code == output.NOT_FOUND else "data_not_valid"
    if output.wants_json():
        first = next(iter(findings)).message
        return _stop(code, name, first.zh, first.en, [f.as_dict() for f in findings])
    for line in output.finding_lines(findings):
        output.say(line, always=True)
    return code


def _stop(exit_code: int, code: str, zh: str, en: str, details: Any = ()) -> int:
    if output.wants_json():
        body = {"code": code, "message": {"zh": zh, "en": en}, "details": list(details)}
        output.data_json({"schema": "lianban/error/1", "error": body})
    else:
        output.say(t(zh, en), always=True)
    return exit_code


def build_app() -> Any:
    """Collect the commands of every ``cli/<noun>.py``."""
    import typer

    from lianban.cli.usage import speak_help

    speak_help()
    app = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=t(
            "链办：读入一条产业链，找出薄弱环节，推演并补上。\n\n"
            "语言：--lang zh|en，或环境变量 LIANBAN_LANG。结果写到标准输出，其余写到标准错误（--quiet 只留错误）。",
            "lianban: read an industrial chain, find its weak points, mend them.\n\n"
            "Language: --lang zh|en, or LIANBAN_LANG. Data go to stdout, all else to stderr (--quiet leaves errors only).",
        ),
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    version_option = typer.Option("--version", "-V", help=t("显示版本", "Show the version"))

    @app.callback(invoke_without_command=True)
    def base(version: Annotated[bool, version_option] = False) -> None:
        if version:
            from lianban import __version__

            output.data(f"lianban {__version__}")
            raise typer.Exit()

    for module in iter_modules(__path__):
        found: Any = import_module(f"{__name__}.{module.name}") if module.name != "__main__" else None
        if hasattr(found, "register"):
            found.register(app)
    return typer.main.get_command(app)
