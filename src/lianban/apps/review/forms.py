"""Forms of review: text in, clean values out."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from lianban.apps.parties.forms import OrganisationField
from lianban.apps.review import rules
from lianban.kit.text import Text

DATE = forms.DateInput(attrs={"type": "date"})


def said(names: Any) -> list[tuple[str, str]]:
    """Choices in the reader's language."""
    language = get_language() or ""
    return [(code, name.in_(language)) for code, name in names.items()]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class UntilForm(forms.Form):
    until = forms.DateField(label=_("终止日期"), widget=DATE, help_text=_("回溯期内仍会查到。"))


class LiftForm(ReasonForm):
    on = forms.DateField(label=_("解除日期"), widget=DATE, help_text=_("从这一天起可以再被抽取。"))


class AppointForm(forms.Form):
    expert = forms.ChoiceField(label=_("发榜方代表"))

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.people = {one.key: one for one in people}
        self.fields["expert"].choices = [  # type: ignore[attr-defined]
            (key, one.user.first_name or one.user.username) for key, one in self.people.items()
        ]

    @property
    def expert_id(self) -> int:
        return int(self.people[self.cleaned_data["expert"]].pk)


class TextForm(forms.Form):
    text = forms.CharField(label=_("正文"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6}))


class DeclareForm(forms.Form):
    """Two ties at a time are enough for most; sent again, it adds more."""

    organisation = OrganisationField(
        label=_("组织"), required=False,
        help_text=_("回溯期内与您有下列关系的组织。不必知道谁在揭榜：系统逐条比对。没有就留空。"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("关系"), required=False)
    evidence = forms.CharField(
        label=_("情况"), max_length=400, required=False, help_text=_("起止时间、职务或项目，一句话。")
    )
    withdraw = forms.BooleanField(label=_("我应当回避"), required=False)
    reason = forms.CharField(label=_("回避理由"), max_length=400, required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = said(rules.LINKS)  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        tie = {
            "organisation": given["organisation"] and given["organisation"].pk,
            "kind": given["kind"],
            "evidence": given["evidence"],
        }
        return {
            "ties": [tie] if given["organisation"] else [],
            "withdraw": given["withdraw"],
            "reason": given["reason"],
        }


class ScoreForm(forms.Form):
    """One field for each criterion of the phase; limits come from the sheet."""

    def __init__(self, *args: Any, criteria: Sequence[rules.Criterion], **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        for line in criteria:
            self.fields[line.code] = forms.DecimalField(
                label=f"{line.name.in_(language)}（0–{line.points}）" if not language.startswith("en") else f"{line.name.en} (0–{line.points})",
                min_value=Decimal(0), max_value=Decimal(line.points), max_digits=5, decimal_places=1, step_size=Decimal("0.5"),
            )  # fmt: skip
        self.fields["text"] = forms.CharField(
            label=_("评审意见"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("只供组长和主办方汇总；反馈给揭榜方的话另写。"),
        )  # fmt: skip

    @property
    def told(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        text = given.pop("text")
        return {"points": given, "text": text}


class RateForm(forms.Form):
    points = forms.IntegerField(label=_("评价（0–100 分）"), min_value=0, max_value=100)
    reason = forms.CharField(label=_("理由"), max_length=400)


class EnrolForm(forms.Form):
    user = forms.ModelChoiceField(label=_("人员"), queryset=get_user_model().objects.none())
    kinds = forms.MultipleChoiceField(label=_("专家类别"), widget=forms.CheckboxSelectMultiple)
    fields_ = forms.CharField(
        label=_("专业领域"), required=False, max_length=400, help_text=_("用顿号或逗号分开；空着表示不限。")
    )
    chain = forms.CharField(label=_("产业链编码"), required=False, max_length=100, help_text=_("空着表示全部产业链。"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["kinds"].choices = said(rules.KINDS)  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        words = [word.strip() for word in given["fields_"].replace("，", "、").replace(",", "、").split("、")]
        return {
            "user_id": given["user"].pk,
            "kinds": given["kinds"],
            "fields": [w for w in words if w],
            "chain": given["chain"],
        }


class EngageForm(forms.Form):
    organisation = OrganisationField(label=_("组织"), help_text=_("全称、统一社会信用代码或组织编码。"))
    kind = forms.ChoiceField(label=_("关系"))
    since = forms.DateField(label=_("起始日期"), required=False, widget=DATE, help_text=_("不知道就留空。"))
    until = forms.DateField(label=_("终止日期"), required=False, widget=DATE, help_text=_("仍然存在就留空。"))
    evidence = forms.CharField(label=_("依据"), max_length=400)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = said(rules.LINKS)  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"organisation_id": given.pop("organisation").pk}


class BarForm(forms.Form):
    behaviour = forms.ChoiceField(label=_("请托行为"))
    years = forms.IntegerField(
        label=_("禁入年数"), required=False, min_value=1, max_value=50, help_text=_("空着表示永久。")
    )
    repeated = forms.BooleanField(label=_("多次、多人或情节严重"), required=False)
    document = forms.CharField(label=_("处理决定"), max_length=300, help_text=_("文件名和文号。"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["behaviour"].choices = said(rules.BEHAVIOURS)  # type: ignore[attr-defined]


STATE_NAMES: dict[str, Text] = {code: rules.STATES.states[code] for code in ("confirmed", "blind", "defence", "frozen")}


class PreviewForm(forms.Form):
    state = forms.ChoiceField(label=pgettext_lazy("review", "阶段"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = said(STATE_NAMES)  # type: ignore[attr-defined]
