"""Text in, clean values out: filters, and a row of any table as its dictionary has it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.atlas import compute
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import Text, say

FILTERS = ("segment", "kind", "final", "origin", "open", "q", "mine")
LONGEST = 100
LONG = (
    "description",
    "description_en",
    "note",
    "required_indicators",
    "scenario",
    "basis",
    "definition",
    "phrase",
    "base",
)


def filters(query: Mapping[str, str]) -> dict[str, str]:
    """The filters an address names; anything else in it is left alone."""
    return {name: query[name].strip()[:LONGEST] for name in FILTERS if query.get(name, "").strip()}


def _said(text: Text) -> str:
    return say(text, get_language() or "zh")


class BeginForm(forms.Form):
    """What a chain is called, where it is, who may see it; everything else is brought in afterwards."""

    name = forms.CharField(label=_("产业链名称"), max_length=200, help_text=_("例如“生物药耗材产业链”。"))
    name_en = forms.CharField(label=_("英文名称"), required=False, max_length=200)
    code = forms.CharField(label=_("编码"), max_length=60, help_text=_("写进网址和数据包，以后不改；用字母、数字、点、短横和下划线，如 bio-consumables。"))  # fmt: skip
    place_name = forms.CharField(label=_("所在城市或园区"), required=False, max_length=200)
    place = forms.CharField(label=_("所在地代码"), required=False, max_length=60, help_text=_("六位行政区划代码，如 320500；填了才能看本地配套。"))  # fmt: skip
    data_date = forms.DateField(label=_("数据日期"), widget=forms.DateInput(attrs={"type": "date"}), help_text=_("整条链的数据截至哪一天，以后可改。"))  # fmt: skip
    confidentiality = forms.ChoiceField(label=_("密级"), help_text=_("谁能看到这条链；建好、核对之后再放开。"))
    description = forms.CharField(label=_("说明"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("包括什么，不包括什么。"))  # fmt: skip

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self.fields["confidentiality"].choices = [(c, _said(n)) for c, n in CONFIDENTIALITY_NAMES.items()]  # type: ignore[attr-defined]


class RowForm(forms.Form):
    """Every column of a table, filled with what stands there; ``seen`` is the mark of it."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, table: str, suggested: Mapping[str, list[tuple[str, str]]], new: bool, **more: Any):
        super().__init__(*args, **more)
        self.table = table
        self.columns = [c for c in compute.TABLES[table] if new or not c.is_key]
        for column in self.columns:
            field = _field(column, suggested)
            field.label = _said(compute.heading(table, column.name))
            field.required = column.is_required and column.type != "boolean" and not column.default
            if column.is_key and column.default:
                field.help_text = _("留空则由内容生成")
            elif column.unit == "fraction 0-1":
                field.help_text = _("0 到 1 之间的数，如 0.35 表示 35%")
            self.fields[column.name] = field

    def values(self) -> dict[str, Any]:
        """The columns as they should be; None empties one."""
        told = {column.name: self.cleaned_data[column.name] for column in self.columns}
        return {name: None if value == "" else value for name, value in told.items()}


def _field(column: Any, suggested: Mapping[str, list[tuple[str, str]]]) -> forms.Field:
    if column.type == "boolean":
        return forms.BooleanField(required=False)
    if column.enum:
        words = [(code, _said(compute.word(column.table, column.name, code))) for code in column.enum]
        if column.name == "confidentiality":
            words = [(code, _said(name)) for code, name in CONFIDENTIALITY_NAMES.items()]
        return forms.ChoiceField(choices=[("", "—"), *words], initial=column.default)
    if column.references:
        listed = forms.TextInput(attrs={"list": f"known-{column.references[0]}", "autocomplete": "off"})
        return forms.CharField(max_length=160, widget=listed)
    if column.type == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    if column.type == "integer":
        return forms.IntegerField()
    if column.type == "number":
        return forms.FloatField(initial=column.default or None)
    if column.name in LONG:
        return forms.CharField(max_length=20_000, widget=forms.Textarea(attrs={"rows": 2}))
    return forms.CharField(max_length=2_000, initial=column.default if not column.is_key else "")
