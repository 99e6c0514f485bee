"""Forms of scenario sets: a scenario with a name, and how likely each is."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class ScenarioForm(forms.Form):
    """Keep the stops and cuts of the page as a named scenario of a set."""

    name = forms.CharField(label=_("情景名称"), max_length=80)
    set_name = forms.CharField(label=_("放入情景集"), max_length=80, help_text=_("已有的或新的名称。"))


class WeightsForm(forms.Form):
    """How likely each scenario of a set is, in per cent, and on what this stands."""

    def __init__(self, *args: Any, scenarios: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        for place, one in enumerate(scenarios):
            stated = one.get("probability")
            self.fields[f"p{place}"] = forms.FloatField(
                label=one["name"]["zh"], required=False, min_value=0, max_value=100,
                initial=None if stated is None else round(stated * 100, 6),
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )  # fmt: skip
            self.fields[f"b{place}"] = forms.CharField(
                label=_("依据"), required=False, max_length=300, initial=one.get("basis", "")
            )

    def weights(self) -> list[tuple[float | None, str]]:
        """Probability (0-1, None where not stated) and basis of each scenario, in order."""
        n = sum(name.startswith("p") for name in self.fields)
        given = [self.cleaned_data[f"p{place}"] for place in range(n)]
        return [
            (None if p is None else p / 100, self.cleaned_data[f"b{place}"].strip()) for place, p in enumerate(given)
        ]
