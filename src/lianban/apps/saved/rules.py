"""What may be kept as a view, and what is said when the data moved on."""

import json
import secrets
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from lianban.kit.refusals import Refusal, refuse

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # no two that look alike
LENGTH = 8
LONGEST_LAYOUT = 20_000  # characters of JSON
MARK = "saved"  # the parameter by which a page knows under which view it was opened


def new_code() -> str:
    """A short address nobody can guess: 8 of 31 letters, eight hundred thousand million."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def plain_address(address: str) -> str:
    """Path and filters only, without the mark of an earlier view; nothing where it is no address.

    >>> plain_address("https://chain.example/chains/a/map/?node=x&saved=abc#main")
    '/chains/a/map/?node=x'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != MARK]
    return "/" + parts.path.lstrip("/") + (f"?{urlencode(kept)}" if kept else "")


def marked(address: str, code: str) -> str:
    """The address under which a view is reopened.

    >>> marked("/chains/a/map/?node=x", "k2m3"), marked("/chains/", "k2m3")
    ('/chains/a/map/?node=x&saved=k2m3', '/chains/?saved=k2m3')
    """
    return f"{address}{'&' if '?' in address else '?'}{MARK}={code}"


def read_layout(text: str) -> dict[str, Any] | None:
    """What a page handed over as its layout; None where it is none."""
    if not text:
        return {}
    try:
        layout = json.loads(text) if len(text) <= LONGEST_LAYOUT else None
    except (ValueError, RecursionError):
        return None
    return layout if isinstance(layout, dict) else None


def refusals(*, page: bool, layout: Any, confidentiality: str, allowed: Iterable[str]) -> list[Refusal]:
    """Why a view cannot be kept."""
    reasons = []
    if not page:
        reasons.append(
            refuse("saved.no_such_page", "这个地址不是本站可以保存的页面", "this address is no page that can be kept")
        )
    if layout is None:
        reasons.append(
            refuse(
                "saved.layout_unreadable",
                "页面布局无法读取或过大（上限 {most} 个字符），请刷新页面后重新保存",
                "the layout cannot be read or is too large (at most {most} characters); reload the page and keep it again",
                most=LONGEST_LAYOUT,
            )
        )
    if confidentiality not in allowed:
        reasons.append(
            refuse("saved.class_above", "不能用自己无权查看的密级共享", "you cannot share with a class you may not see")
        )
    return reasons
