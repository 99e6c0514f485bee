"""Text in, clean values out: publishing a list."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import say


class PublishForm(forms.Form):
    """For whom, and who signs."""

    confidentiality = forms.ChoiceField(
        label=_("密级"), help_text=_("只冻结这一密级的人能看到的行和列；链办自己看到的更多也不会写进去。")
    )
    signer = forms.CharField(label=_("签发单位"), max_length=120, help_text=_("写单位，不写个人姓名。"))
    note = forms.CharField(label=_("说明"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, actor: Actor, chain: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        classes = actor.visible_classes(chain)
        names = [(code, say(CONFIDENTIALITY_NAMES[code], get_language() or "zh")) for code in classes]
        self.fields["confidentiality"].choices = names  # type: ignore[attr-defined]
