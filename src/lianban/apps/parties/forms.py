"""Sign-in form."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import ROLES


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
