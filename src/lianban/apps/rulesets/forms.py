"""Form for putting a rule set in force."""

from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from lianban.apps.rulesets import compute, rules
from lianban.kit.text import say


class PutInForceForm(forms.Form):
    pack = forms.ChoiceField(label=_("规则集"))
    chain = forms.CharField(
        label=_("产业链编码"), required=False, max_length=100, help_text=_("留空表示全部产业链；填编码只管这一条链。")
    )
    starts_on = forms.DateField(
        label=_("起用日期"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("今天或以后；以前的诊断不变。"),
    )
    overrides = forms.CharField(
        label=_("本办调整的数值"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("每行一条，例如 diagnosis.hhi.severe = 0.35；不调整就留空。调整过的数值在页面上都会标明。"),
    )
    document = forms.CharField(label=_("决定依据"), max_length=300, help_text=_("文件名、文号或会议纪要。"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = translation.get_language() or "zh-hans"
        names = {pack: say(compute.load(pack).title, language) for pack in compute.packs()}
        self.fields["pack"].choices = [(pack, f"{pack} · {name}") for pack, name in names.items()]  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = timezone.localdate()
        self.fields["pack"].initial = rules.DEFAULT_PACK

    def clean_overrides(self) -> dict[str, Any]:
        overrides, refusals = rules.read_overrides(self.cleaned_data["overrides"])
        if refusals:
            language = translation.get_language() or "zh-hans"
            raise forms.ValidationError([say(refusal.message, language) for refusal in refusals])
        return overrides
