"""Forms of signing in, of roles and of ties."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.parties import queries
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import CONFIDENTIALITY_NAMES, NAME_KINDS, ROLES, TIES


class SignInForm(AuthenticationForm):
    username = forms.CharField(
        label=_("用户名"), widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"})
    )
    password = forms.CharField(
        label=_("密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    error_messages = {
        "invalid_login": _("用户名或密码不对。连续输错十次会锁定一刻钟。"),
        "inactive": _("此账号已停用，请联系管理员。"),
    }


class GrantForm(forms.Form):
    user = forms.ModelChoiceField(label=_("人员"), queryset=get_user_model().objects.order_by("username"))
    role = forms.ChoiceField(label=_("角色"))
    chain = forms.CharField(
        label=_("产业链"), required=False, help_text=_("产业链编码；空着表示全部产业链"), max_length=100
    )
    organisation = forms.ModelChoiceField(
        label=_("组织"),
        queryset=Organisation.objects.all(),
        to_field_name="code",
        required=False,
        help_text=_("企业、实验室用户必填"),
    )
    starts_on = forms.DateField(label=_("开始日期"), widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        self.fields["role"].choices = [(code, name.in_(language)) for code, name in ROLES.items() if code != "visitor"]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    ends_on = forms.DateField(label=_("结束日期"), widget=forms.DateInput(attrs={"type": "date"}))


class OrganisationField(forms.CharField):
    """An organisation as typed: its whole name, credit code or code. A registry is too long to choose from in a list."""

    default_error_messages = {
        "unknown": _("登记里没有“{typed}”；请写全称、统一社会信用代码或组织编码。"),
        "several": _("不止一家叫“{typed}”；请写统一社会信用代码或组织编码。"),
    }

    def __init__(self, **kwargs: Any):
        super().__init__(**({"max_length": 200} | kwargs))

    def clean(self, value: Any) -> Organisation | None:
        typed = super().clean(value).strip()
        if not typed:
            return None
        rows = queries.named_so(typed)
        if len(rows) != 1:
            raise forms.ValidationError(self.error_messages["several" if rows else "unknown"].format(typed=typed))
        return rows[0]


class TieForm(forms.Form):
    a = OrganisationField(label=_("组织"), help_text=_("全称、统一社会信用代码或组织编码。"))
    kind = forms.ChoiceField(label=_("关系"), help_text=_("“持股”“控制”有方向：前者持有或控制后者。"))
    b = OrganisationField(label=_("另一组织"))
    share_percent = forms.DecimalField(
        label=_("持股比例（%）"), required=False, min_value=Decimal("0.0001"), max_value=100, decimal_places=4,
        help_text=_("只用于“持股”；不知道就留空。"),
    )  # fmt: skip
    since = forms.DateField(
        label=_("起始日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不知道就留空。"),
    )
    until = forms.DateField(
        label=_("终止日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("仍然存在就留空。"),
    )
    evidence = forms.CharField(label=_("依据"), max_length=400, help_text=_("看到的原文或事实，一两句话。"))
    source = forms.CharField(label=_("出处"), max_length=400, help_text=_("文件、登记或网址，别人可以查到。"))
    confidentiality = forms.ChoiceField(label=_("密级"), initial="office")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        self.fields["kind"].choices = [(code, name.in_(language)) for code, name in TIES.items()]  # type: ignore[attr-defined]
        names = CONFIDENTIALITY_NAMES.items()
        self.fields["confidentiality"].choices = [(code, name.in_(language)) for code, name in names]  # type: ignore[attr-defined]

    @property
    def told(self) -> dict[str, Any]:
        """What the service asks for: keys, and the share as a fraction."""
        told = dict(self.cleaned_data)
        percent = told.pop("share_percent")
        share = None if percent is None else percent / 100
        return told | {"a": told["a"].pk, "b": told["b"].pk, "share": share}


class EndTieForm(forms.Form):
    until = forms.DateField(label=_("终止日期"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label=_("依据"), max_length=400)


class NameForm(forms.Form):
    """Another name of an organisation."""

    name = forms.CharField(label=_("名称"), max_length=200)
    kind = forms.ChoiceField(label=_("类别"))
    since = forms.DateField(
        label=_("启用日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不知道就留空。"),
    )
    until = forms.DateField(
        label=_("停用日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("不知道或仍在使用就留空。"),
    )
    source = forms.CharField(label=_("出处"), max_length=400, help_text=_("文件、登记或网址，别人可以查到。"))
    confidentiality = forms.ChoiceField(label=_("密级"), initial="open")

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        language = get_language() or ""
        for field, names in (("kind", NAME_KINDS), ("confidentiality", CONFIDENTIALITY_NAMES)):
            self.fields[field].choices = [(code, name.in_(language)) for code, name in names.items()]  # type: ignore[attr-defined]
