"""Where letters go."""

from django import forms
from django.utils.translation import gettext_lazy as _


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("邮箱"), required=False, max_length=254, help_text=_("邮件只有标题和链接；空着就不发邮件")
    )
