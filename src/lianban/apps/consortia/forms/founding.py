"""Forms of the beginning: proposing, inviting, describing the lead, agreeing on shares."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianban.apps.consortia import rules
from lianban.apps.consortia.forms.fields import PercentField, WordsField, YuanField, options, said, text
from lianban.apps.consortia.models import Consortium
from lianban.apps.parties.models import Organisation
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES


class DeedForm(forms.Form):
    """A form about one consortium (None while it is proposed), or about a row of it."""

    def __init__(
        self, *args: Any, consortium: Consortium | None = None, row: Any = None, asked: Any = None, **kwargs: Any
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.consortium, self.row, self.asked = consortium, row, asked or {}
        self.prepare()

    def prepare(self) -> None:
        """Fill in choices that depend on the consortium."""

    def choose(self, field: str, pairs: Any) -> None:
        self.fields[field].choices = list(pairs)  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ReasonForm(DeedForm):
    reason = text(_("理由"), 400, rows=3)


class AnswerForm(DeedForm):
    accept = forms.ChoiceField(label=_("答复"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.choose("accept", [("yes", said(rules.MEMBERSHIP.moves["accept"].name)), ("no", said(rules.MEMBERSHIP.moves["decline"].name))])  # fmt: skip

    def values(self) -> dict[str, Any]:
        return {"accept": self.cleaned_data["accept"] == "yes"}


class ProposeForm(forms.Form):
    lead = forms.ChoiceField(label=_("牵头单位"))
    name = text(_("联合体名称"), 200, _("例如：××产业创新联合体。"))
    name_en = text(_("英文名称"), 200, required=False)
    purpose = text(_("为了解决什么"), 400, _("一句话：哪个薄弱环节，做到什么程度。"), rows=2)
    purpose_en = text(_("英文说明"), 400, rows=2, required=False)
    model = forms.ChoiceField(label=_("运行模式"))
    form = forms.ChoiceField(label=_("组织形式"))
    lead_small = forms.BooleanField(label=_("牵头单位是中小企业"), required=False)
    lead_capabilities = WordsField(label=_("牵头单位的能力"), required=False, help_text=_("用顿号分开，例如：工艺验证、中试线。任务需要的能力用同样的词。"))  # fmt: skip
    confidentiality = forms.ChoiceField(label=_("密级"), initial="chain", help_text=_("备案后，此密级以内的人看得到名称、成员和课题；金额、表决和纪要只有成员和链办看得到。"))  # fmt: skip

    def __init__(self, *args: Any, organisations: Any = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        pairs = {
            "lead": [(o.code, o.name) for o in organisations],
            "model": options(rules.MODELS),
            "form": options(rules.FORMS),
            "confidentiality": [(c, said(CONFIDENTIALITY_NAMES[c])) for c in ("open", "chain", "office")],
        }
        for field, choices in pairs.items():
            self.fields[field].choices = choices  # type: ignore[attr-defined]


class InviteForm(DeedForm):
    organisation = text(_("单位"), 200, _("写全称、组织编码或统一社会信用代码。"))
    role = forms.ChoiceField(label=_("角色"))
    duty = text(_("来做什么"), 400, rows=2, required=False)
    capabilities = WordsField(label=_("能力"), required=False, help_text=_("用顿号分开；任务需要的能力用同样的词。"))
    small = forms.BooleanField(label=_("是中小企业"), required=False)

    def prepare(self) -> None:
        self.choose("role", [pair for pair in options(rules.MEMBER_ROLES) if pair[0] != "lead"])

    def clean_organisation(self) -> Organisation:
        typed = self.cleaned_data["organisation"].strip()
        for column in ("code", "credit_code", "name"):
            found = list(Organisation.objects.filter(**{column: typed})[:2])
            if len(found) == 1:
                return found[0]
        raise forms.ValidationError(_("没有找到这家单位；请先在图谱或单位名录中登记"))


class LeadForm(DeedForm):
    revenue_fen = YuanField(
        label=_("上年营业收入（元）"), required=False, help_text=_("不知道就留空，页面会写“未知”。")
    )
    rd_share = PercentField(label=_("研发投入强度（%）"), required=False)
    rd_fen = YuanField(label=_("研发投入（元）"), required=False)
    source = text(_("数据依据"), 300, _("年报、审计报告或统计报表的名称与年份。"), required=False)
    chief_post = text(_("首席科学家岗位"), 200, _("写岗位，不写姓名，例如：首席科学家（工艺开发）。"), required=False)
    chief_organisation = forms.ModelChoiceField(
        label=_("首席科学家所在单位"), queryset=Organisation.objects.none(), required=False
    )

    def prepare(self) -> None:
        assert self.consortium is not None
        ids = self.consortium.members.values("organisation_id")
        self.fields["chief_organisation"].queryset = Organisation.objects.filter(pk__in=ids)  # type: ignore[attr-defined]
        if not self.is_bound:
            c = self.consortium
            self.initial = {
                "revenue_fen": _yuan(c.lead_revenue_fen), "rd_fen": _yuan(c.lead_rd_fen), "source": c.lead_source,
                "rd_share": c.lead_rd_share * 100 if c.lead_rd_share is not None else None,
                "chief_post": c.chief_post, "chief_organisation": c.chief_organisation_id,
            }  # fmt: skip


def _yuan(amount_fen: int | None) -> str:
    return "" if amount_fen is None else f"{amount_fen / 100:.2f}".removesuffix(".00")


class SharesForm(DeedForm):
    """One per cent a member, together a hundred."""

    def prepare(self) -> None:
        assert self.consortium is not None
        self.members = [
            m for m in self.consortium.members.select_related("organisation") if m.state in ("invited", "agreed")
        ]
        for member in self.members:
            start = None if member.agreed_share is None else (member.agreed_share * 100).normalize()
            self.fields[f"share_{member.pk}"] = PercentField(label=f"{member.organisation.name}（%）", initial=start)

    def values(self) -> dict[str, Any]:
        return {"shares": {m.pk: self.cleaned_data[f"share_{m.pk}"] for m in self.members}}
