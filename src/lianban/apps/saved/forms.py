"""Text in, clean values out: the name of a view and who may open it."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import say


class ViewForm(forms.Form):
    """The name, and whether others may open it."""

    name = forms.CharField(label=_("名称"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True}))
    shared = forms.BooleanField(
        label=_("共享给别人"),
        required=False,
        help_text=_("不勾选就只有自己能打开。打开的人看到的，仍以其本人权限为准。"),
    )
    confidentiality = forms.ChoiceField(
        label=_("共享范围"), help_text=_("能看这一密级的人可以看到名称并打开；名称里不要写更高密级的内容。")
    )
    address = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    layout = forms.CharField(max_length=30_000, required=False, widget=forms.HiddenInput(attrs={"data-layout": ""}))

    def __init__(self, *args: Any, actor: Actor, chain: str = "", **kwargs: Any):
        super().__init__(*args, **kwargs)
        classes = actor.visible_classes(chain)
        names = [(code, say(CONFIDENTIALITY_NAMES[code], get_language() or "zh")) for code in classes]
        self.fields["confidentiality"].choices = names  # type: ignore[attr-defined]
        self.fields["confidentiality"].initial = "office" if "office" in classes else classes[-1]
