"""What is typed: the proposal, an answer, and one small form a deed. Amounts are typed in 万元 and kept in fen."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Answer
from lianban.apps.parties.models import Organisation
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.money import WAN_FEN
from lianban.kit.text import Text, say


def _said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


def _text(label: Any, help_text: Any = "", *, rows: int = 3, required: bool = True, most: int = 4000) -> Any:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=help_text, required=required)


def _line(label: Any, help_text: Any = "", *, required: bool = True, most: int = 200) -> Any:
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required)


class WanField(forms.DecimalField):
    """An amount in 万元, exact to the fen."""

    def __init__(self, **kwargs: Any):
        widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
        super().__init__(min_value=0, max_digits=14, decimal_places=6, widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        wan = super().clean(value)
        return 0 if wan is None else int(wan * WAN_FEN)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int) or not value:
            return value
        whole, _, part = f"{Decimal(value) / WAN_FEN:.6f}".partition(".")
        return f"{whole}.{part}".rstrip("0").rstrip(".")


def _wan(label: Any, help_text: Any = "", *, required: bool = False) -> Any:
    return WanField(label=label, help_text=help_text, required=required)


def _choice(label: Any, words: Mapping[str, Text], help_text: Any = "") -> Any:
    choices = [(code, _said(name)) for code, name in words.items()]
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text)


def _moment(label: Any, help_text: Any = "") -> Any:
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, widget=widget, help_text=help_text)


def _day(label: Any, *, required: bool = True) -> Any:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def _organisation(label: Any, help_text: Any = "") -> Any:
    return forms.ModelChoiceField(label=label, queryset=Organisation.objects.order_by("name"), required=False, help_text=help_text)  # fmt: skip


class ProposalForm(forms.Form):
    """Everything a challenge states beside its indicators, milestones and conditions."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        open_classes = {code: CONFIDENTIALITY_NAMES[code] for code in ("open", "chain")}
        self.fields |= {
            "title": _line(_("题目"), most=300),
            "title_en": _line(_("题目（英文）"), required=False, most=300),
            "klass": _choice(pgettext_lazy("challenges", "类别"), rules.words.CLASSES),
            "mode": _choice(_("发榜方式"), rules.words.MODES),
            "scale": _choice(_("规模"), rules.words.SCALES, _("决定财政资金用哪个上限。")),
            "poster": _organisation(_("发榜单位"), _("有需求并出资的一方；政府发榜填组织单位。")),
            "first_user": _organisation(_("首用单位"), _("成果先在哪里用。")),
            "background": _text(_("需求背景"), required=False),
            "problem": _text(_("要解决的技术问题"), required=False),
            "grade": _line(_("产品规格"), required=False, most=300),
            "present_level": _text(_("现有水平"), required=False, rows=2),
            "scenario": _text(_("应用场景"), required=False, rows=2),
            "facilities": _text(_("发榜方开放的条件"), _("可用的装置、数据、样品。"), required=False, rows=2),
            "conditions": _text(_("对揭榜方的条件"), _("每行一条；每条都会做公平竞争核查。"), required=False, rows=4),
            "ownership": _choice(_("成果归属"), rules.words.OWNERSHIP),
            "ownership_note": _text(_("归属说明"), required=False, rows=2),
            "months": forms.IntegerField(label=_("实施期限（月）"), min_value=1, max_value=120),
            "medicine": forms.BooleanField(label=_("医药类（期限可更长）"), required=False),
            "total_fen": _wan(_("总投入（万元）")),
            "public_fen": _wan(_("其中财政资金（万元）")),
            "poster_cash_fen": _wan(_("其中发榜方现金（万元）")),
            "self_fen": _wan(_("其中揭榜方自筹（万元）")),
            "in_kind_fen": _wan(_("其中实物折价（万元）")),
            "payable_fen": _wan(_("发榜方付给揭榜方的现金（万元）"), _("包含在发榜方现金之内。")),
            "acceptance_fen": _wan(
                _("验收时付给揭榜方（万元）"), _("与各里程碑付款合计，应等于付给揭榜方的全部金额。")
            ),
            "payment_points": _text(_("付款说明"), required=False, rows=2),
            "contact": _line(_("联系处室"), _("写处室和电话，不写个人。"), required=False),
            "posted_class": _choice(_("发榜后的密级"), open_classes),
        }

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        for name in ("poster", "first_user"):
            row = given.pop(name)
            given[f"{name}_id"] = row.pk if row else None
        given["conditions"] = [line.strip() for line in given["conditions"].splitlines() if line.strip()]
        return given


class IndicatorForm(forms.Form):
    """One line of the indicators."""

    name = _line(_("指标"), required=False)
    comparison = forms.ChoiceField(label=_("比较"))
    threshold = forms.DecimalField(label=_("阈值"), required=False, max_digits=20, decimal_places=6,
                                   widget=forms.NumberInput(attrs={"step": "any"}))  # fmt: skip
    unit = _line(pgettext_lazy("challenges", "单位"), required=False, most=40)
    present = _line(_("现在达到"), required=False, most=100)
    test_method = _line(_("检测方法"), required=False, most=300)
    test_body = _line(_("检测机构"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["comparison"].choices = [(code, _said(name)) for code, name in rules.words.COMPARISONS.items()]  # type: ignore[attr-defined]


class MilestoneForm(forms.Form):
    """One line of the milestones."""

    name = _line(_("里程碑"), required=False)
    months = forms.IntegerField(label=_("签约后（月）"), required=False, min_value=0, max_value=120)
    deliverable = _line(_("交付物"), required=False, most=400)
    payment_fen = WanField(label=_("付款（万元）"), required=False)


Indicators = forms.formset_factory(IndicatorForm, extra=2)
Milestones = forms.formset_factory(MilestoneForm, extra=2)


def lines_of(formset: Any) -> list[dict[str, Any]]:
    """Lines with a name, in their order."""
    rows = [form.cleaned_data for form in formset.forms if form.cleaned_data.get("name")]
    return [{**row, "months": row["months"] or 0} if "months" in row else row for row in rows]


class AnswerForm(forms.Form):
    """A sealed answer: what is read blind, and what is read with names."""

    def __init__(self, *args: Any, solvers: Sequence[Organisation], poster: int | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        blind = _("盲评部分：写“本单位”，不写单位名称。")
        self.fields |= {
            "solver": forms.ChoiceField(label=_("揭榜单位"), choices=[(one.pk, _name(one)) for one in solvers]),
            "title": _line(_("方案名称")),
            "plan": _text(_("匿名方案"), blind, rows=6),
            "route": _text(_("技术路线"), blind),
            "milestones": _text(_("进度与里程碑"), blind),
            "budget": _text(_("经费预算说明"), blind),
            "risk": _text(_("知识产权与风险"), blind),
            "team": _text(_("团队与基础"), _("答辩时才给专家看。")),
            "asked_fen": _wan(_("报价（万元）"), required=True),
            "months": forms.IntegerField(label=_("实施月数"), min_value=1, max_value=120),
            "partners": forms.ModelMultipleChoiceField(
                label=_("合作单位"), required=False, queryset=Organisation.objects.exclude(pk__in=[poster or 0, *(o.pk for o in solvers)]).order_by("name"),
                widget=forms.SelectMultiple(attrs={"size": 6}),
            ),
            "race_consent": forms.BooleanField(label=_("如采用赛马，同意与其他单位并行"), required=False),
            "files": _Files(label=_("附件"), required=False, widget=_Many(), help_text=_("可选多个文件；与方案一起密封。")),
        }  # fmt: skip


class _Many(forms.ClearableFileInput):
    allow_multiple_selected = True


class _Files(forms.FileField):
    """Any number of files: each is checked as one file is."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # type: ignore[override]
        return [super(_Files, self).clean(one, initial) for one in data or []]


def _name(one: Organisation) -> str:
    return _said(Text(one.name, one.name_en or one.name))


def _mark(name: Text) -> Any:
    return forms.BooleanField(label=_said(name), required=False)


FIELDS: dict[str, Callable[[], Any]] = {
    "note": lambda: _text(_("意见")),
    "opinion": lambda: _text(_("意见")),
    "reason": lambda: _text(_("理由"), _("写明依据，会记入办理步骤。")),
    "minutes": lambda: _line(_("会议纪要编号"), _("集体审定的会议纪要。")),
    "minutes_if": lambda: _line(_("会议纪要编号"), _("集体审定时必填。"), required=False),
    "note_if": lambda: _text(_("说明"), required=False, rows=2),
    "answers_until": lambda: _moment(_("申报截止"), _("按数据库时钟，截止那一刻仍算按时。")),
    "basis": lambda: _text(_("法律依据"), _("法律、行政法规或者国务院、省级政府文件的名称和条款。")),
    "decision": lambda: _choice(_("决定"), rules.words.DECISIONS),
    "new_text": lambda: _text(_("改写后的条件"), _("只在改写时填写；改写后重新核查。"), required=False),
    "text": lambda: _text(_("内容")),
    "upheld": lambda: _choice(pgettext_lazy("challenges", "结论"), {"no": Text("不成立", "not upheld"), "yes": Text("成立", "upheld")}),
    "answer": lambda: _text(_("答复")),
    "signed": lambda: _line(_("署名单位"), _("以单位名义署名；个人署名的纸质件由受理单位保存。")),
    "contract_registration": lambda: _line(_("技术合同认定登记号"), required=False, most=100),
    "money_proof": lambda: _line(_("榜金到位证明"), _("银行回单等凭证的名称和编号。"), required=False, most=400),
    "money_proof_fen": lambda: _wan(_("到位金额（万元）")),
    "met": lambda: _choice(pgettext_lazy("challenges", "阶段结论"), {"yes": Text("通过", "passed"), "no": Text("未通过，淘汰", "not passed: out")}),
    "evidence": lambda: _line(_("依据"), _("检测报告、评审意见的名称和编号。"), required=False, most=400),
    "cost_fen": lambda: _wan(_("已核实成本（万元）"), _("淘汰时据此计算补偿。")),
    "background": lambda: _text(_("需求背景"), required=False),
    "problem": lambda: _text(_("要解决的技术问题"), required=False),
    "scenario": lambda: _text(_("应用场景"), required=False),
    "facilities": lambda: _text(_("发榜方开放的条件"), required=False),
    "contact": lambda: _line(_("联系处室"), required=False),
    **{f"mark_{code}": partial(_mark, name) for code, name in rules.answers.FORMAL.items()},
    "reason_if": lambda: _text(_("不通过的理由"), _("不通过时必填，会告知揭榜方。"), required=False),
}  # fmt: skip
YES_NO = ("upheld", "met")


class DeedForm(forms.Form):
    """The fields of one deed, and for a choice the answers to choose from."""

    def __init__(
        self, *args: Any, fields: Sequence[str] = (), answers: Sequence[Answer] = (), stages: Sequence[str] = (),
        most_lanes: int = 0, preference: bool = False, **kwargs: Any,
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.lanes, self.stages = (list(answers) if most_lanes else []), list(stages)
        named = [(row.pk, f"{row.code} · {_name(row.organisation)}") for row in answers]
        if preference:
            self.fields["prefers"] = forms.ChoiceField(label=_("倾向选定"), required=False, choices=[("", "—"), *named])
        elif answers and not most_lanes:
            self.fields["answer_id"] = forms.ChoiceField(label=_("选定"), choices=named)
        for row in self.lanes:
            self._lane(row)
        for stage in self.stages:
            self._stage(stage)
        for name in fields:
            self.fields[name] = FIELDS[name]()

    def _lane(self, row: Answer) -> None:
        name = f"{row.code} · {_name(row.organisation)}"
        self.fields[f"lane_{row.pk}"] = forms.BooleanField(label=name, required=False)
        self.fields[f"public_{row.pk}"] = _wan(_("财政资金（万元）"))
        self.fields[f"payable_{row.pk}"] = _wan(_("发榜方应付（万元）"))

    def _stage(self, stage: str) -> None:
        name = _said(rules.words.STAGES.get(stage, Text(stage, stage)))
        self.fields[f"landmark_{stage}"] = _line(_("%(stage)s：标志性成果") % {"stage": name}, required=False, most=400)
        self.fields[f"due_{stage}"] = _day(_("%(stage)s：期限") % {"stage": name}, required=False)
        self.fields[f"cap_{stage}"] = _wan(_("%(stage)s：补偿上限（万元）") % {"stage": name}, _("留空按规则的上限。"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for stage in self.stages:
            if bool(given.get(f"landmark_{stage}")) != bool(given.get(f"due_{stage}")):
                self.add_error(f"landmark_{stage}", _("标志性成果和期限须一起填写。"))
        moment = given.get("answers_until")
        if moment is not None and timezone.is_naive(moment):
            given["answers_until"] = timezone.make_aware(moment)
        return given

    def values(self) -> dict[str, Any]:
        """What the call takes."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith(("lane_", "public_", "payable_", "landmark_", "due_", "cap_", "mark_"))}  # fmt: skip
        for name in YES_NO:
            if name in given:
                given[name] = given[name] == "yes"
        told = {name.removesuffix("_if"): value for name, value in given.items()}
        cleaned = self.cleaned_data
        if self.lanes:
            told["lanes"] = [
                {"answer": row.pk, "public_fen": cleaned[f"public_{row.pk}"], "payable_fen": cleaned[f"payable_{row.pk}"]}
                for row in self.lanes
                if cleaned[f"lane_{row.pk}"]
            ]  # fmt: skip
        if self.stages:
            told["gates"] = [
                {"stage": stage, "landmark": cleaned[f"landmark_{stage}"], "due_on": cleaned[f"due_{stage}"], "compensation_cap_fen": cleaned[f"cap_{stage}"]}
                for stage in self.stages
                if cleaned[f"landmark_{stage}"]
            ]  # fmt: skip
        marks = {name.removeprefix("mark_"): value for name, value in cleaned.items() if name.startswith("mark_")}
        return told | ({"marks": marks} if marks else {})
