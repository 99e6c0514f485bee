"""Fields that several forms share: money in yuan, shares in per cent, words, lines pasted from a table."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lianban.kit import money
from lianban.kit.text import Text, say


def said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


def options(names: dict[str, Text], *, empty: bool = False) -> list[tuple[str, str]]:
    return [*([("", "—")] if empty else []), *((code, said(name)) for code, name in names.items())]


def day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def text(label: Any, most: int, help_text: Any = "", *, rows: int = 0, required: bool = True) -> forms.CharField:
    """A line, or with ``rows`` a box."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required, widget=widget)


class YuanField(forms.CharField):
    """Yuan as people type them, kept as whole fen."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        if not typed:
            return None
        amount = money.fen_of_yuan(typed)
        if amount is None:
            raise forms.ValidationError(_("请填写金额（元），最多两位小数"))
        return amount


class PercentField(forms.DecimalField):
    """A per cent, kept as a share of one."""

    def __init__(self, **kwargs: Any):
        super().__init__(min_value=0, max_value=100, max_digits=9, decimal_places=6, **kwargs)

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        return None if typed is None else Decimal(typed) / 100


class WordsField(forms.CharField):
    """Words parted by commas or the Chinese enumeration comma."""

    def clean(self, value: Any) -> Any:
        return [word.strip() for word in re.split(r"[、，,;；\n]", super().clean(value) or "") if word.strip()]


class LinesField(forms.CharField):
    """Lines of a small table, columns parted by ｜, | or a tab: typed, or pasted from a sheet."""

    def __init__(self, columns: tuple[str, ...], *, least: int, **kwargs: Any):
        self.columns, self.least = columns, least
        widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false"})
        super().__init__(widget=widget, max_length=4000, **kwargs)

    def clean(self, value: Any) -> Any:
        rows, wrong = [], []
        for number, line in enumerate((super().clean(value) or "").splitlines(), start=1):
            if not line.strip():
                continue
            cells = [cell.strip() for cell in re.split(r"[｜|\t]", line)]
            if not self.least <= len(cells) <= len(self.columns):
                wrong.append(
                    _("第 %(line)s 行有 %(n)s 栏，应为 %(least)s 至 %(most)s 栏")
                    % {"line": number, "n": len(cells), "least": self.least, "most": len(self.columns)}
                )
                continue
            rows.append(dict(zip(self.columns, cells, strict=False)))
        if wrong:
            raise forms.ValidationError(wrong)
        return rows


def goals(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Goals of a roadmap with their day checked and their budget in fen."""
    found, wrong = [], []
    for number, row in enumerate(rows, start=1):
        budget = money.fen_of_yuan(row.get("budget", "") or "0")
        try:
            by = date.fromisoformat(row.get("by", ""))
        except ValueError:
            by = None
        if by is None or budget is None:
            wrong.append(_("第 %(line)s 个目标的期限应如 2027-06-30，经费为元") % {"line": number})
            continue
        found.append({"goal": row["goal"], "measure": row["measure"], "by": by.isoformat(), "budget_fen": budget})
    if wrong:
        raise forms.ValidationError(wrong)
    return found
