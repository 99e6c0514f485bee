"""Forms of the work and its money: topics, tasks, contributions, receipts, splits, leaving."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianban.apps.atlas.models import Demand, Product
from lianban.apps.consortia import rules
from lianban.apps.consortia.forms.fields import LinesField, WordsField, YuanField, day, options, text
from lianban.apps.consortia.forms.founding import DeedForm
from lianban.apps.consortia.models import Member, Topic

INDICATOR = ("name", "comparison", "threshold", "unit", "test_method", "test_body")


class MemberChoice(forms.ModelChoiceField):
    def label_from_instance(self, member: Any) -> str:
        return str(member.organisation.name)


class MembersChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, member: Any) -> str:
        return str(member.organisation.name)


class _WithMembers(DeedForm):
    """A form that chooses among the members."""

    def prepare(self) -> None:
        assert self.consortium is not None
        bound = self.consortium.members.filter(state__in=("agreed", *rules.ACTIVE)).select_related("organisation")
        for field in self.fields.values():
            if isinstance(field, MemberChoice | MembersChoice):
                field.queryset = bound


class TopicForm(_WithMembers):
    demand_code = forms.ChoiceField(label=_("需求清单中的需求"), required=False, help_text=_("不在清单里的，留空并在下面写明。"))  # fmt: skip
    title = text(_("课题名称"), 200)
    title_en = text(_("英文名称"), 200, required=False)
    kind = forms.ChoiceField(label=_("课题类别"))
    product = forms.ChoiceField(label=_("对应产品"), required=False)
    demand = text(_("需求（由牵头单位提出）"), 1000, rows=2)
    standard = text(_("标准（做成什么样算成功）"), 1000, rows=2)
    scenario = text(_("场景（在哪里试用）"), 1000, rows=2)
    first_user = MemberChoice(label=_("首用单位"), queryset=Member.objects.none())
    lead = MemberChoice(label=_("承担单位"), queryset=Member.objects.none())
    partners = MembersChoice(label=_("参加单位"), queryset=Member.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip
    indicators = LinesField(
        INDICATOR, least=5, label=_("指标"),
        help_text=_("每行一项：名称｜比较（>=、<=、=）｜门槛｜单位｜检测方法｜检测机构。可从表格粘贴。"),
    )  # fmt: skip
    budget_fen = YuanField(label=_("经费（元）"))
    deadline = day(_("完成期限"))

    def prepare(self) -> None:
        super().prepare()
        assert self.consortium is not None
        chain = self.consortium.chain
        demands = Demand.objects.filter(chain=chain, confidentiality__in=("open", "chain")).values_list("code", "title")
        products = Product.objects.filter(chain=chain, confidentiality="open").values_list("code", "name")
        self.choose("kind", options(rules.TOPIC_KINDS))
        self.choose("demand_code", [("", "—"), *demands])
        self.choose("product", [("", "—"), *products])
        wanted = Demand.objects.filter(
            chain=chain, code=self.asked.get("demand", ""), confidentiality__in=("open", "chain")
        )
        if demand := wanted.select_related("product").first():
            lead = self.consortium.members.get(role="lead")
            self.initial = {
                "demand_code": demand.code, "title": demand.title, "product": demand.product.code if demand.product else "",
                "demand": demand.title, "standard": demand.required_indicators, "scenario": demand.scenario,
                "first_user": lead.pk, "deadline": demand.latest_on,
            }  # fmt: skip


class TaskForm(_WithMembers):
    title = text(_("任务名称"), 200)
    member = MemberChoice(label=_("承担单位"), queryset=Member.objects.none())
    deliverable = text(_("交付物"), 400, required=False)
    due_on = day(_("期限"))
    needs = WordsField(label=_("需要的能力"), required=False, help_text=_("用顿号分开，与成员能力用同样的词；按能力计算分配时用到。"))  # fmt: skip
    worth_fen = YuanField(
        label=_("完成后的价值（元）"), required=False, help_text=_("按能力计算分配时用到，不是付款。")
    )
    payment_fen = YuanField(label=_("里程碑拨付（元）"), required=False)

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return {**given, "worth_fen": given["worth_fen"] or 0, "payment_fen": given["payment_fen"] or 0}


class PassOnForm(_WithMembers):
    member = MemberChoice(label=_("接手单位"), queryset=Member.objects.none())


class StartForm(DeedForm):
    fund = forms.ChoiceField(label=_("经费来源"), widget=forms.RadioSelect, initial="pot")

    def prepare(self) -> None:
        self.choose("fund", [("pot", _("成员资金池")), ("public", _("财政资金"))])

    def values(self) -> dict[str, Any]:
        return {"from_public": self.cleaned_data["fund"] == "public"}


class ContributionForm(DeedForm):
    kind = forms.ChoiceField(label=_("投入类型"))
    what = text(pgettext_lazy("consortia", "内容"), 300, _("例如：2027 年首期出资；层析系统一套。"))
    amount_fen = YuanField(label=_("金额或作价（元）"))
    due_on = day(_("到位期限"))

    def prepare(self) -> None:
        self.choose("kind", options(rules.CONTRIBUTION_KINDS))


class ReportForm(DeedForm):
    evidence = text(_("凭证"), 400, _("银行回单号、交接单、工时表等。"))
    valuation = text(_("作价依据"), 400, _("实物必填：评估报告、发票或公开价格。"), required=False)


class ReceiptForm(DeedForm):
    amount_fen = YuanField(label=_("金额（元）"))
    payer = text(_("付款方"), 200)
    evidence = text(_("凭证"), 400)
    received_on = day(_("到账日期"))
    topic = forms.ModelChoiceField(label=_("来自课题"), queryset=Topic.objects.none(), required=False)

    def prepare(self) -> None:
        assert self.consortium is not None
        self.fields["topic"].queryset = self.consortium.topics.all()  # type: ignore[attr-defined]


class PublicMoneyForm(DeedForm):
    amount_fen = YuanField(label=_("金额（元）"))
    payer = text(_("拨款单位"), 200)
    evidence = text(_("拨款文件"), 400)
    received_on = day(_("到账日期"))


class SplitForm(DeedForm):
    amount_fen = YuanField(label=_("分配金额（元）"))
    what = text(_("哪笔收益"), 300)


class HandOverForm(DeedForm):
    handed_over = text(_("交接了什么、交给谁"), 1000, rows=4)
    no_licences = forms.BooleanField(label=_("退出后没有继续有效的许可"), required=False)


class LicenceForm(DeedForm):
    what = text(_("许可的内容"), 300)
    licensee = text(_("谁可以使用"), 200)
    terms = text(_("条件"), 400, _("无偿或费用、范围、能否再许可。"))
    until = day(_("期限"), _("留空表示与权利同期。"), required=False)
