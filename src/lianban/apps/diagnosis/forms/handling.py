"""Forms of the diagnosis: text in, clean values out."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.compute import words
from lianban.apps.parties.rules import ROLES
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import say


def _said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


class NoteForm(forms.Form):
    """One sentence, needed for most verbs."""

    note = forms.CharField(label=_("说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, verb: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        what = rules.NEEDS_NOTE.get(verb)
        if what is not None:
            self.fields["note"].label = _said(what)
            self.fields["note"].required = True


class RouteForm(NoteForm):
    """Which of the eight ways, and why."""

    route = forms.ChoiceField(label=_("解决路径"), widget=forms.RadioSelect)
    field_order = ["route", "note"]

    def __init__(self, *args: Any, verb: str = "", recommended: str = "", **kwargs: Any):
        super().__init__(*args, verb=verb, **kwargs)
        self.fields["route"].choices = [(code, _said(name)) for code, name in rules.ROUTES.items()]  # type: ignore[attr-defined]
        self.recommended = recommended  # from the run, never from the browser
        if recommended in rules.ROUTES:
            self.fields["route"].initial = recommended
        self.fields["note"].label = _("选这条路径的理由")
        self.fields["note"].help_text = _("与建议不同或暂不处置时请写明。")

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "recommended": self.recommended}


class AssignForm(NoteForm):
    """Who leads, who does it, who answers, until when."""

    lead_department = forms.CharField(label=_("牵头部门"), max_length=120)
    unit = forms.CharField(label=_("责任单位"), max_length=200)
    person = forms.CharField(label=_("责任人"), max_length=80)
    user_id = forms.TypedChoiceField(
        label=_("责任人账号"), required=False, coerce=int, empty_value=None,
        help_text=_("选了账号，责任人可自己报进展、申请销号。"),
    )  # fmt: skip
    due_on = forms.DateField(label=_("完成时限"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    field_order = ["lead_department", "unit", "person", "user_id", "due_on", "note"]

    def __init__(self, *args: Any, verb: str = "", people: Any = (), units: Any = (), **kwargs: Any):
        super().__init__(*args, verb=verb, **kwargs)
        named = [(p["user_id"], f"{p['name']} · {_said(ROLES[p['role']])}") for p in people]
        self.fields["user_id"].choices = [("", _("（没有账号）")), *dict(named).items()]  # type: ignore[attr-defined]
        self.fields["unit"].widget.attrs["list"] = "units"
        self.fields["due_on"].widget.attrs["min"] = timezone.localdate().isoformat()
        self.units = {str(name): code for code, name in units}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["organisation_code"] = self.units.get(cleaned.get("unit", ""), "")
        return cleaned


class EvidenceForm(forms.Form):
    """On what evidence closing is asked for."""

    evidence = forms.CharField(
        label=_("销号依据"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写明文件、编号、日期，例如检验报告、验收意见、供货合同。"),
    )  # fmt: skip

    def __init__(self, *args: Any, verb: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)


class DescribeForm(forms.Form):
    """Benchmark and gap (对标指标与差距)."""

    benchmark = forms.CharField(
        label=_("对标指标"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写量、单位和对标对象。"),
    )  # fmt: skip
    gap = forms.CharField(label=_("差距"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class RunForm(forms.Form):
    """What a run looks at."""

    scope = forms.ChoiceField(label=_("范围"))
    data_class = forms.ChoiceField(
        label=_("数据范围"), help_text=_("结果的密级不低于“链办”，也不低于所用数据的最高密级。")
    )

    def __init__(self, *args: Any, classes: Any = (), scope: str = "nation", **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [(code, _said(name)) for code, name in words.SCOPES.items()]  # type: ignore[attr-defined]
        names = {code: _said(CONFIDENTIALITY_NAMES[code]) for code in classes}
        self.fields["data_class"].choices = [  # type: ignore[attr-defined]
            (code, _("含“%(name)s”及以下") % {"name": name}) for code, name in names.items()
        ]
        self.fields["scope"].initial = scope
        self.fields["data_class"].initial = "office"


FORMS: dict[str, type[forms.Form]] = {"choose_route": RouteForm, "assign": AssignForm, "ask_closing": EvidenceForm}


def form_for(verb: str) -> Callable[..., forms.Form]:
    """The form of a verb; every one of them is made with ``verb=``."""
    return FORMS.get(verb, NoteForm)
