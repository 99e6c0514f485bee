"""What is typed to do a deed: one form class, the fields of each verb in a table. Amounts are typed in yuan, kept in fen."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianban.apps.parties.models import Organisation
from lianban.apps.projects import rules
from lianban.kit.money import FEN_PER_YUAN
from lianban.kit.text import Text, say


def _said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


def _text(label: Any, help_text: Any = "", *, rows: int = 3, most: int = 2000, required: bool = True) -> Any:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, help_text=help_text, required=required)


def _line(label: Any, help_text: Any = "", *, required: bool = True, most: int = 300) -> Any:
    return forms.CharField(label=label, max_length=most, help_text=help_text, required=required)


def _yuan(label: Any, help_text: Any = "", *, required: bool = True) -> Any:
    widget = forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, min_value=0, max_digits=16, decimal_places=2, widget=widget, help_text=help_text, required=required
    )


def _number(label: Any, help_text: Any = "", *, required: bool = True, places: int = 3) -> Any:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, max_digits=18, decimal_places=places, widget=widget, help_text=help_text, required=required
    )


def _day(label: Any) -> Any:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


def _choice(label: Any, words: Mapping[str, Text], help_text: Any = "", *, required: bool = True) -> Any:
    choices = [(code, _said(name)) for code, name in words.items()]
    return forms.ChoiceField(
        label=label, choices=choices if required else [("", "—"), *choices], help_text=help_text, required=required
    )


def _yes_no(label: Any, yes: Text, no: Text) -> Any:
    return _choice(label, {"yes": yes, "no": no})


def _organisation(label: Any, help_text: Any = "") -> Any:
    return forms.ModelChoiceField(
        label=label, queryset=Organisation.objects.order_by("name"), to_field_name="code", help_text=help_text
    )


REASON = _("说明依据什么作出，会写进项目记录。")
FIELDS: dict[str, Callable[[], Any]] = {
    "report": lambda: _text(_("完成情况和交付物"), rows=5),
    "note": lambda: _text(_("核查情况"), rows=4),
    "sent_back": lambda: _text(_("缺什么、为什么退回")),
    "visit": lambda: forms.BooleanField(label=_("现场检查"), required=False, help_text=_("每个项目的现场检查次数有上限。")),
    "passed": lambda: _yes_no(_("阶段结论"), Text("通过", "passed"), Text("不通过", "failed")),
    "released": lambda: _yuan(_("放款（元）"), _("不高于约定金额；不通过时填 0。")),
    "reason": lambda: _text(_("理由"), REASON, most=400),
    "evidence": lambda: _line(_("依据"), _("会议纪要、意见书、报告的名称和编号。"), most=400),
    "amount": lambda: _yuan(_("本次付款（元）"), _("可分次支付，合计不高于放款。")),
    "proof": lambda: _line(_("付款凭证"), _("不经台账的项目须填写银行回单等凭证号。"), required=False, most=400),
    "body": lambda: _organisation(_("检测机构"), _("须是项目各方以外的单位。")),
    "number": lambda: _line(_("报告编号"), most=100),
    "issued_on": lambda: _day(_("报告日期")),
    "value": lambda: _number(_("检测结果"), places=6),
    "fulfilled": lambda: _yes_no(_("检测结论"), Text("达到", "it holds"), Text("未达到", "it does not hold")),
    "kept_at": lambda: _line(_("存放位置"), _("报告原件存放在哪里。"), required=False, most=400),
    "digest": lambda: forms.RegexField(
        label=_("文件指纹（SHA-256）"), regex=r"^[0-9a-f]{64}$", required=False, help_text=_("可不填；填写后可核对原件。")
    ),
    "until": lambda: _day(_("延期至")),
    "granted": lambda: _yes_no(_("是否同意"), Text("同意", "grant"), Text("不同意", "refuse")),
    "summary": lambda: _text(_("总结"), _("做成了什么，各项指标结果如何。"), rows=5),
    "accepted": lambda: _yes_no(_("判定"), Text("达到", "accepted"), Text("未达到", "not accepted")),
    "found": lambda: _text(_("判定理由"), _("判为未达到时必填。"), most=400, required=False),
    "outcome": lambda: _choice(_("项目结论"), {code: rules.OUTCOMES[code] for code in rules.FOUND}),
    "released_last": lambda: _yuan(_("验收放款（元）"), _("达到或部分达到时填写，不高于约定金额；其余填 0。")),
    "answer": lambda: _choice(_("处理"), {verb: rules.DELIVERY.moves[verb].name for verb in ("uphold", "change", "reinstate")}),
    "changed": lambda: _choice(_("变更为"), rules.OUTCOMES, _("只在变更结论时填写；不能比原结论更重。"), required=False),
    "evidence_if": lambda: _line(_("依据"), _("变更结论时必填。"), required=False, most=400),
    "user": lambda: _organisation(_("使用单位")),
    "used_on": lambda: _day(_("使用日期")),
    "quantity": lambda: _number(_("数量")),
    "quantity_if": lambda: _number(_("数量"), required=False),
    "unit": lambda: _line(pgettext_lazy("projects", "单位"), required=False, most=40),
    "buyer": lambda: _organisation(_("采购方")),
    "price_rule": lambda: _line(_("价格规则"), _("照协议写，如“不高于同规格进口到岸价”。")),
    "price_max": lambda: _yuan(_("单价上限（元）"), required=False),
    "starts_on": lambda: _day(_("期限自")),
    "ends_on": lambda: _day(_("期限至")),
    "quality_gate": lambda: _line(_("质量门槛"), _("达到它，订单才计入。")),
    "ordered_on": lambda: _day(_("订单日期")),
    "unit_price": lambda: _yuan(_("单价（元）")),
    "passed_gate": lambda: _yes_no(_("质量门槛"), Text("已通过", "passed"), Text("未通过", "not passed")),
    "progress": lambda: _text(_("应用和效益情况"), rows=5),
    "sales": lambda: _yuan(_("本期销售额（元）"), required=False),
    "stage": lambda: _choice(_("现在的生产阶段"), rules.MAKING_NAMES),
    "level": lambda: _choice(
        _("验收认定的国内水平"), {code: Text(code, code) for code in rules.LEVELS},
        _("验收意见写明时才填；图谱里已有认定水平的，新的认定生效后诊断才会改变。"), required=False,
    ),
}  # fmt: skip
BY_VERB: dict[str, tuple[str, ...]] = {
    "report": ("report",),
    "check": ("note", "visit"),
    "send_back": ("sent_back",),
    "decide": ("passed", "released", "reason", "evidence"),
    "pay": ("amount", "proof"),
    "enter_report": ("body", "number", "issued_on", "value", "fulfilled", "kept_at", "digest"),
    "ask_extension": ("until", "reason"),
    "answer_extension": ("granted", "reason"),
    "ask_acceptance": ("summary",),
    "open_acceptance": (),
    "return_acceptance": ("sent_back",),
    "call_acceptance": ("reason",),
    "judge": ("accepted", "found"),
    "conclude": ("outcome", "released_last", "reason", "evidence"),
    "terminate": ("reason", "evidence"),
    "revoke": ("reason", "evidence"),
    "appeal": ("reason",),
    "answer_appeal": ("answer", "changed", "released_last", "reason", "evidence_if"),
    "consent": (),
    "take_effect": (),
    "archive": (),
    "first_use": ("user", "used_on", "quantity_if", "unit", "evidence"),
    "spread": ("user", "used_on", "quantity_if", "unit", "evidence"),
    "confirm_use": (),
    "promise": ("buyer", "quantity", "unit", "price_rule", "price_max", "starts_on", "ends_on", "quality_gate"),
    "order": ("ordered_on", "quantity", "unit_price", "passed_gate", "evidence"),
    "follow_up": ("progress", "sales"),
    "propose_rise": ("stage", "level", "reason"),
    "confirm_rise": (),
    "decline_rise": ("reason",),
}


class DeedForm(forms.Form):
    """The form of one verb; ``without`` are fields this row has no use for."""

    def __init__(self, *args: Any, verb: str, without: Iterable[str] = (), choices: Any = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in BY_VERB[verb]:
            if name not in without:
                self.fields[name] = FIELDS[name]()
            if name in (choices or {}):
                field: Any = self.fields[name]
                field.choices = [pair for pair in field.choices if pair[0] in choices[name]]

    def values(self) -> dict[str, Any]:
        """Clean values: yes and no as truth, yuan as fen."""
        found = {}
        for name, value in self.cleaned_data.items():
            words = getattr(self.fields[name], "choices", None)
            if value in ("yes", "no") and words is not None and "yes" in dict(words):
                found[name] = value == "yes"
            elif name in ("released", "released_last", "amount", "price_max", "unit_price", "sales"):
                found[name] = fen(value)
            else:
                found[name] = value
        return found


def fen(yuan: Decimal | None) -> int | None:
    """Whole fen of an amount typed in yuan."""
    return None if yuan is None else int(yuan * FEN_PER_YUAN)
