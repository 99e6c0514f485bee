"""Sealed addresses (密封地址): what is done there is told to nobody until the box opens.

A view marked so leaves no journal row, no log line, no kept form and no uploaded file on disk; what must be kept of it
is kept in the sealed journal of its box (apps/sealing). The site's middleware asks; a view of any app may be marked.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])


def sealed(view: View) -> View:
    """Mark a view: ``@sealed`` stands above all other decorators."""
    view.sealed = True  # type: ignore[attr-defined]
    return view


def is_sealed(request: Any) -> bool:
    """Whether this request goes to a sealed address, asked before or after Django has found its view."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return False
    return bool(getattr(match.func, "sealed", False))
