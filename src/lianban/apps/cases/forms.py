"""Text in, clean values out: issuing the chief's page, instructions, replies, minutes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianban.apps.cases import rules


class MattersForm(forms.Form):
    """Up to three things to coordinate, proposed and then worded by the office."""

    def __init__(self, *args: Any, proposed: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for i in range(rules.N_MATTERS):
            self.fields[f"matter_{i + 1}"] = forms.CharField(
                label=_("需协调事项 %(n)s") % {"n": i + 1}, required=False, max_length=120,
                initial=proposed[i] if i < len(proposed) else "", widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    @property
    def matters(self) -> list[str]:
        return [self.cleaned_data[f"matter_{i + 1}"] for i in range(rules.N_MATTERS)]


class InstructionForm(forms.Form):
    """An instruction of the chief."""

    text = forms.CharField(label=_("批示内容"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))
    product = forms.ChoiceField(label=_("针对"), required=False)
    due_on = forms.DateField(label=_("时限"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, points: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = [("", _("整条产业链")), *points]  # type: ignore[attr-defined]


class StepForm(forms.Form):
    """Words that go with a reply, a closing or a sending back."""

    text = forms.CharField(label=_("内容"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class MinutesForm(forms.Form):
    """Minutes of a meeting."""

    held_on = forms.DateField(label=_("会议日期"), widget=forms.DateInput(attrs={"type": "date"}))
    title = forms.CharField(label=_("会议名称"), max_length=200)
    text = forms.CharField(label=_("纪要内容"), max_length=4000, widget=forms.Textarea(attrs={"rows": 8}))
