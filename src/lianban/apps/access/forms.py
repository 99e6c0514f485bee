"""What a person says about the program that gets a token."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianban.apps.access import rules
from lianban.kit.shown import reader_language
from lianban.kit.text import say


class TokenForm(forms.Form):
    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("给哪个程序用，如：产业地图看板"))
    scopes = forms.MultipleChoiceField(
        label=_("权限范围"), widget=forms.CheckboxSelectMultiple, initial=["read"],
        help_text=_("令牌不会超出您本人的权限，只会更窄。"),
    )  # fmt: skip
    chain = forms.ChoiceField(label=_("限于产业链"), required=False)
    days = forms.IntegerField(label=_("有效天数"), min_value=1)

    def __init__(self, *args: Any, chains: list[tuple[str, str]], days: int, most_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = reader_language()
        self.fields["scopes"].choices = [(code, say(name, language)) for code, name in rules.SCOPES.items()]  # type: ignore[attr-defined]
        self.fields["chain"].choices = [("", _("不限")), *chains]  # type: ignore[attr-defined]
        self.fields["days"].initial = days
        self.fields["days"].max_value = most_days  # type: ignore[attr-defined]
        self.fields["days"].help_text = _("最多 %(most)s 天，到期自动失效。") % {"most": most_days}
