"""Text in, clean values out: raising a demand, verifying, returning, answering."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.demands import queries
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import say

FEN_PER_YUAN = 100
CIRCLES = ("open", "chain", "office", "private")


def _classes(*codes: str) -> list[tuple[str, str]]:
    return [(code, say(CONFIDENTIALITY_NAMES[code], get_language() or "zh")) for code in codes]


class RaiseForm(forms.Form):
    """What a firm writes about its need. Price is typed in yuan and kept in whole fen."""

    product = forms.ChoiceField(
        label=_("产品"), required=False, help_text=_("清单里没有的，选“不在清单中”，在下一栏写明。")
    )
    title = forms.CharField(
        label=_("需求（一句话）"),
        required=False,
        max_length=200,
        help_text=_("例如：需要可替代进口的一次性储液袋，50 L。选了产品可不填。"),
    )
    grade = forms.CharField(label=_("规格"), required=False, max_length=200)
    required_indicators = forms.CharField(
        label=_("要求指标"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("每项写明数值、单位和门槛。"),
    )  # fmt: skip
    present_supplier = forms.CharField(label=_("现供方"), required=False, max_length=200)
    present_origin = forms.ChoiceField(label=_("现来源地（国家/地区）"), required=False)
    yearly_quantity = forms.DecimalField(
        label=_("年需求量"), required=False, min_value=Decimal("0.001"), max_digits=18, decimal_places=3
    )
    quantity_unit = forms.CharField(
        label=_("数量单位"), required=False, max_length=20, help_text=_("例如：个、升、吨、台。")
    )
    unit_price = forms.DecimalField(
        label=_("单价（元）"), required=False, min_value=Decimal("0.01"), max_digits=16, decimal_places=2
    )
    latest_on = forms.DateField(label=_("最迟时间"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    scenario = forms.CharField(
        label=_("可提供的试用场景"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    purchase_intention = forms.CharField(
        label=_("采购意向"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    confidentiality = forms.ChoiceField(
        label=_("密级"), initial="chain", help_text=_("“企业保密”：只有本企业和链办看得到，连数目也不对别人显示。")
    )

    def __init__(self, *args: Any, products: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = [("", _("不在清单中")), *product_choices(products)]  # type: ignore[attr-defined]
        self.fields["present_origin"].choices = [("", _("未知")), *queries.origins()]  # type: ignore[attr-defined]
        self.fields["confidentiality"].choices = _classes(*CIRCLES)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("product") and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", _("请选择产品，或用一句话写明需求。"))
        if cleaned.get("yearly_quantity") and not cleaned.get("quantity_unit"):
            self.add_error("quantity_unit", _("写了数量就要写单位。"))
        return cleaned

    @property
    def written(self) -> dict[str, Any]:
        """The values as the service takes them."""
        told = dict(self.cleaned_data)
        price = told.pop("unit_price")
        told["unit_price_fen"] = None if price is None else int(price * FEN_PER_YUAN)
        return told


def product_choices(products: list[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Products under their segments, in the reader's language."""
    english = (get_language() or "zh").startswith("en")
    groups: dict[str, list[tuple[str, str]]] = {}
    for product in products:
        segment = (english and product.segment.name_en) or product.segment.name
        name = (english and product.name_en) or product.name
        groups.setdefault(segment, []).append((product.code, name + (f" · {product.grade}" if product.grade else "")))
    return list(groups.items())


class VerifyForm(forms.Form):
    """How the need was verified, and which product it is."""

    product = forms.ChoiceField(label=_("对应产品"), required=False)
    basis = forms.CharField(
        label=_("核实依据"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("怎么核实的：走访、电话、采购记录、检测报告。"),
    )  # fmt: skip

    def __init__(self, *args: Any, products: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = [("", _("不在清单中")), *product_choices(products)]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """One reason in words."""

    reason = forms.CharField(label=_("理由"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(forms.Form):
    """我能做: one sentence and the evidence for it."""

    organisation = forms.ChoiceField(label=_("应答单位"))
    sentence = forms.CharField(label=_("我能做什么（一句话）"), max_length=200)
    evidence = forms.CharField(
        label=_("依据"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("样品、检测报告、产线、在供客户等，写明可以查看的文件或地点。"),
    )  # fmt: skip
    confidentiality = forms.ChoiceField(label=_("密级"), initial="chain")

    def __init__(self, *args: Any, organisations: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = (get_language() or "zh").startswith("en")
        named = [(o.code, (english and o.name_en) or o.name) for o in organisations]
        self.fields["organisation"].choices = named  # type: ignore[attr-defined]
        self.fields["confidentiality"].choices = _classes("open", "chain", "office")  # type: ignore[attr-defined]
        if len(named) == 1:
            self.fields["organisation"].initial = named[0][0]
            self.fields["organisation"].widget = forms.HiddenInput()
