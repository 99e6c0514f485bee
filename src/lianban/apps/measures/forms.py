"""Forms of the measures: costs and budgets are typed in 万元 and kept in fen."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianban.apps.measures.rules import FEN_IN_WAN, OBJECTIVES
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import say


def _said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


def fen(wan: Decimal | None) -> int | None:
    """Whole fen of an amount in 万元, rounded half up."""
    return None if wan is None else int((wan * FEN_IN_WAN).quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def _money(label: Any, help_text: Any = "") -> forms.DecimalField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, min_value=0, max_digits=14, decimal_places=6, widget=widget, help_text=help_text
    )


class CostForm(forms.Form):
    """What an action costs, and on what that stands."""

    cost = _money(_("成本（万元）"), _("实施这条措施的全部费用，一次性合计；只填有依据的数。"))
    source = forms.CharField(
        label=pgettext_lazy("measures", "依据"), max_length=400, help_text=_("文件名与编号、报价单、估算人。")
    )
    observed_on = forms.DateField(
        label=_("依据日期"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    confidentiality = forms.ChoiceField(label=_("密级"), help_text=_("成本至少为“链办”。"))
    note = forms.CharField(label=_("备注"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, classes: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["observed_on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.fields["confidentiality"].choices = [  # type: ignore[attr-defined]
            (code, _said(CONFIDENTIALITY_NAMES[code])) for code in classes if code in ("office", "private")
        ]

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"amount_fen": fen(given.pop("cost")), **given}


class PortfolioForm(forms.Form):
    """Budget, what is to be made small, over which scenarios, on which data."""

    budget = _money(_("预算（万元）"))
    objective = forms.ChoiceField(label=_("目标"))
    over = forms.ChoiceField(label=_("情景集"))
    data_class = forms.ChoiceField(label=_("数据与成本范围"))

    def __init__(self, *args: Any, sets: Any = (), classes: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        named = [(code, CONFIDENTIALITY_NAMES[code]) for code in classes if code in ("office", "private")]
        for field, pairs in (("objective", OBJECTIVES.items()), ("over", sets)):
            self.fields[field].choices = [(code, _said(name)) for code, name in pairs]  # type: ignore[attr-defined]
        self.fields["data_class"].choices = [  # type: ignore[attr-defined]
            (code, _("含“%(name)s”及以下") % {"name": _said(name)}) for code, name in named
        ]

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {"budget_fen": fen(given.pop("budget")), **given}
