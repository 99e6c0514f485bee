"""Forms of those who judge: filings, grades, appeals, rectification."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lianban.apps.consortia import rules
from lianban.apps.consortia.forms.fields import said, text
from lianban.apps.consortia.forms.founding import DeedForm


class TextForm(DeedForm):
    """One box of words; which words, the deed says."""

    words = text(_("整改内容"), 2000, rows=5)


class FilingForm(DeedForm):
    accept = forms.ChoiceField(label=_("答复"), widget=forms.RadioSelect)
    number = text(_("备案号"), 100, _("准予备案时填写。"), required=False)
    reason = text(_("退回理由"), 400, _("退回时写明缺什么。"), rows=2, required=False)

    def prepare(self) -> None:
        moves = rules.FILING.moves
        self.choose("accept", [("yes", said(moves["accept"].name)), ("no", said(moves["return"].name))])

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "accept": self.cleaned_data["accept"] == "yes"}


class _Sheet(DeedForm):
    """Points and a reason on every line of the frozen sheet."""

    def lines(self, *, required: bool) -> None:
        assert self.consortium is not None
        self.criteria = rules.sheet(self.consortium.frozen)
        for one in self.criteria:
            label = _("%(name)s（0 至 %(most)s 分）") % {"name": said(one.name), "most": one.points}
            self.fields[f"points_{one.code}"] = forms.IntegerField(label=label, min_value=0, max_value=one.points, required=required)  # fmt: skip
            self.fields[f"reason_{one.code}"] = text(_("依据：%(name)s") % {"name": said(one.name)}, 400, required=required)  # fmt: skip

    def scores(self) -> dict[str, Any]:
        return {
            one.code: {
                "points": self.cleaned_data[f"points_{one.code}"],
                "reason": self.cleaned_data[f"reason_{one.code}"],
            }
            for one in self.criteria
        }


class GradeForm(_Sheet):
    year = forms.IntegerField(label=_("评价年度"), min_value=2018, max_value=2100)

    def prepare(self) -> None:
        self.fields["year"].initial = timezone.localdate().year
        self.lines(required=True)

    def values(self) -> dict[str, Any]:
        return {"year": self.cleaned_data["year"], "scores": self.scores()}


class AppealAnswerForm(_Sheet):
    answer = text(_("答复"), 1000, rows=4)
    change = forms.BooleanField(
        label=_("重新评分"), required=False, help_text=_("勾选后填写下面各项；不勾选则维持原评分。")
    )

    def prepare(self) -> None:
        self.lines(required=False)

    def values(self) -> dict[str, Any]:
        changed = self.cleaned_data["change"]
        return {"answer": self.cleaned_data["answer"], "scores": self.scores() if changed else None}


class VerdictForm(DeedForm):
    accept = forms.ChoiceField(label=_("核定"), widget=forms.RadioSelect)
    verdict = text(_("核定意见"), 1000, rows=4)

    def prepare(self) -> None:
        moves = rules.RECTIFICATION.moves
        self.choose("accept", [("yes", said(moves["accept"].name)), ("no", said(moves["fail"].name))])

    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "accept": self.cleaned_data["accept"] == "yes"}
