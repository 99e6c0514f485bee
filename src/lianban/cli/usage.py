"""Wrong use and help in the person's language: the words that Typer itself would say in English."""

import re
from typing import Any

from lianban.cli import output

HELP_WORDS = {
    "Options": "选项",
    "Arguments": "参数",
    "Commands": "命令",
    "Show this message and exit.": "显示本说明",
    "[required]": "[必填]",
    "[default: ": "[默认：",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
}

VALUE_WORDS = {
    r"greater than or equal to (\S+)": "应不小于 {0}",
    r"less than or equal to (\S+)": "应不大于 {0}",
    r"greater than (\S+)": "应大于 {0}",
    r"less than (\S+)": "应小于 {0}",
    r"valid integer": "应为整数",
    r"valid number": "应为数",
    r"valid boolean": "应为“是”或“否”",
    r"is not one of (.*)\.": "可选：{0}",
    r"Input should be (.*)": "应为 {0}",
    r"does not exist": "路径不存在",
}


def speak_help() -> None:
    """Have help pages speak Chinese where the run does."""
    import typer

    context: Any = typer.Context.__mro__[1]  # Typer carries its own Click; the formatter is set on that one's Context
    plain: Any = context.formatter_class if not hasattr(context, "_plain_formatter") else context._plain_formatter
    context._plain_formatter = plain

    class ChineseFormatter(plain):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, _translated(args), "用法：")

        def write_heading(self, heading: str) -> None:
            super().write_heading(_translated(heading))

        def write_dl(self, rows: Any, **options: Any) -> None:
            super().write_dl([(_translated(a), _translated(b)) for a, b in rows], **options)

    context.formatter_class = ChineseFormatter if output.language() == "zh" else plain


def _translated(text: str) -> str:
    for word, chinese in HELP_WORDS.items():
        text = text.replace(word, chinese)
    return text


def usage_sentence(error: Any) -> tuple[str, str] | None:
    """Say in Chinese and English what was wrong with the way the command was typed; None for any other error."""
    import typer

    usage_error = typer.BadParameter.__mro__[1]
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error), str(error)
    if not isinstance(error, usage_error):
        return None
    wrong: Any = error
    english = wrong.format_message()
    path = wrong.ctx.command_path if wrong.ctx is not None else "lianban"
    return (
        f"用法不对：{_in_chinese(error, english)}（{path} --help 查看用法）",
        f"Wrong use: {english} (see {path} --help)",
    )


def _in_chinese(error: Any, english: str) -> str:
    kind = type(error).__name__
    param = getattr(error, "param", None)
    name = getattr(param, "metavar", None) or getattr(param, "human_readable_name", None) or getattr(param, "name", "")
    if kind == "NoSuchOption":
        near = "、".join(sorted(error.possibilities or []))
        return f"没有选项 {error.option_name}" + (f"，是不是 {near}？" if near else "")
    if kind == "MissingParameter":
        return f"缺少 {name}"
    if found := re.match(r"No such command '(.*?)'\.?(?: Did you mean (.*)\?)?", english):
        return f"没有命令 {found[1]}" + (f"，是不是 {found[2]}？" if found[2] else "")
    if found := re.match(r"Got unexpected extra argument\S* \((.*)\)", english):
        return f"多了参数 {found[1]}"
    if kind == "BadParameter":
        return f"{name} 的值不对：{_value_words(error.message)}" if name else _value_words(error.message)
    if found := re.match(r"Option '(.*)' requires", english):
        return f"选项 {found[1]} 后面缺少值"
    if english.startswith("Missing command"):
        return "缺少命令"
    return english


def _value_words(english: str) -> str:
    for pattern, chinese in VALUE_WORDS.items():
        if found := re.search(pattern, english):
            return chinese.format(*found.groups())
    return english
