"""Text in, clean values out: a correction column by column, a decision, a questionnaire and its answer."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.upkeep import compute, queries
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import Text, say

SAID = {"yes": True, "no": False, "": None}


def _said(text: Text) -> str:
    return say(text, get_language() or "zh")


class CorrectionForm(forms.Form):
    """Every column an organisation may correct, filled with what stands there; and why."""

    def __init__(self, *args: Any, table: str, before: dict[str, Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.columns = compute.correctable(table)
        for column in self.columns:
            self.fields[column] = _field(table, column)
            self.fields[column].label = _said(compute.heading(table, column))
            kept = before.get(column)
            self.fields[column].initial = {True: "yes", False: "no"}.get(kept, kept) if isinstance(kept, bool) else kept
        self.fields["gone"] = forms.BooleanField(label=_("这一条不该有"), required=False, help_text=_("例如：已不生产此产品，或张冠李戴。"))  # fmt: skip
        self.fields["reason"] = forms.CharField(label=_("理由和依据"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                                                help_text=_("写明怎么核实：公告、合同、检测报告、官网页面。"))  # fmt: skip

    def after(self) -> dict[str, Any] | None:
        """The values as they should be; None where the row should not be there."""
        if self.cleaned_data["gone"]:
            return None
        return {column: self._clean(column) for column in self.columns}

    def _clean(self, column: str) -> Any:
        value = self.cleaned_data[column]
        if isinstance(self.fields[column], forms.TypedChoiceField):
            return SAID.get(value, value)
        return "" if value is None and isinstance(self.fields[column], forms.CharField) else value


def _field(table: str, column: str) -> forms.Field:
    kind, values = compute.kind_of(table, column)
    if kind == "boolean":
        choices: list[Any] = [("", _("未知")), ("yes", _("是")), ("no", _("否"))]
        return forms.TypedChoiceField(choices=choices, required=False, empty_value="")
    if values:
        return forms.ChoiceField(choices=[("", "—"), *((code, _said(name)) for code, name in values)], required=False)
    if kind in ("number", "integer"):
        return forms.FloatField(required=False)
    if kind == "date":
        return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.CharField(required=False, max_length=2000)


class DecisionForm(forms.Form):
    """Taken in, or not and why."""

    reason = forms.CharField(label=_("说明（不采纳须写理由）"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip


class AskForm(forms.Form):
    """Whom to ask, about which product."""

    organisation = forms.ChoiceField(label=_("请谁填写"))
    product = forms.ChoiceField(label=_("关于哪个产品"), required=False)
    confidentiality = forms.ChoiceField(label=_("密级"), initial="office", help_text=_("答复按此密级进入图谱，至少为“链办”。"))  # fmt: skip

    def __init__(self, *args: Any, members: list[Any], products: list[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(row.code, _said(Text(row.name, row.name_en or row.name))) for row in members]
        made = [(row.code, _said(Text(row.name, row.name_en or row.name))) for row in products]
        self.fields["organisation"].choices = named  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", _("它生产的全部产品")), *made]  # type: ignore[attr-defined]
        self.fields["confidentiality"].choices = [  # type: ignore[attr-defined]
            (code, _said(CONFIDENTIALITY_NAMES[code])) for code in ("office", "private")
        ]


class SupplierForm(forms.Form):
    """One supplier, in the words of who answers."""

    name = forms.CharField(label=_("供应商名称"), max_length=200, required=False)
    supplies = forms.CharField(label=_("供应什么"), max_length=200, required=False)
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False, help_text=_("知道就写，可不填。"))  # fmt: skip
    only = forms.ChoiceField(
        label=_("是否唯一认可的供应商"), required=False, choices=[("", _("不清楚")), ("yes", _("是")), ("no", _("否，另有其他"))]
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("name") and not told.get("supplies"):
            self.add_error("supplies", _("请写明它供应什么"))
        if not told.get("name") and any(told.get(column) for column in ("supplies", "credit_code", "only")):
            self.add_error("name", _("请写供应商名称"))
        return told

    def values(self) -> dict[str, Any] | None:
        """The line, or None where it was left empty."""
        told = self.cleaned_data
        return {**told, "name": told["name"].strip(), "only": SAID[told["only"]]} if told["name"].strip() else None


SupplierForms = forms.formset_factory(SupplierForm, extra=0)


class ReadForm(forms.Form):
    """How the office reads one named supplier: who it is in the registry, which product of the chain."""

    organisation = forms.ChoiceField(label=_("对应的组织"), required=False)
    product = forms.ChoiceField(label=_("对应的产品"), required=False)

    def __init__(self, *args: Any, organisations: list[Any], products: list[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        known = [(str(row.pk), _said(Text(row.name, row.name_en or row.name))) for row in organisations]
        made = [(row.code, _said(Text(row.name, row.name_en or row.name))) for row in products]
        self.fields["organisation"].choices = [("", _("不采用这一条")), ("new", _("登记为新组织")), *known]  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", "—"), *made]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("organisation") and not told.get("product"):
            self.add_error("product", _("请选对应的产品；图谱里没有的，请先登记产品"))
        return told


class MergeForm(forms.Form):
    """Two entries of the registry, which one stays, and how one knows."""

    kept = forms.CharField(label=_("保留的登记"), max_length=100, widget=forms.HiddenInput)
    merged = forms.CharField(label=_("并入的登记"), max_length=100, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("凭什么认定是同一组织"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("例如：统一社会信用代码相同、更名公告、官网说明。仅同名不够。"))  # fmt: skip

    def clean_kept(self) -> Any:
        return self._entry("kept")

    def clean_merged(self) -> Any:
        return self._entry("merged")

    def _entry(self, field: str) -> Any:
        found = queries.entry(self.cleaned_data[field].strip())
        if found is None:
            raise forms.ValidationError(_("没有这个编码的组织"))
        return found
