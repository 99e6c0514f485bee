"""What a reader asks for."""

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.reports import rules


class AskForm(forms.Form):
    """Format, which graph, who issues the report; the rules say what is wrong with it."""

    kind = forms.ChoiceField(label=_("格式"))
    graph = forms.ChoiceField(label=_("图的内容（仅图格式）"), required=False)
    office = forms.CharField(label=_("发文机关（仅报告；不填则不落款）"), max_length=120, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        language = get_language() or "zh"
        self.fields["kind"].choices = [(code, text.in_(language)) for code, text in rules.FORMATS.items()]  # type: ignore[attr-defined]
        self.fields["graph"].choices = [(code, text.in_(language)) for code, text in rules.GRAPH_KINDS.items()]  # type: ignore[attr-defined]
