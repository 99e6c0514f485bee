"""Forms of sealing: passphrases are never given back to the page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def _secret(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, max_length=200, widget=widget)


class PassphraseForm(forms.Form):
    """A custodian's own passphrase, typed twice."""

    passphrase = _secret(_("保管口令"), _("至少 12 个字符；写在纸上，存放在两处。系统不保存口令，忘记了无法找回。"))
    again = _secret(_("再输入一次"))


class ShareForm(forms.Form):
    passphrase = _secret(_("您的保管口令"))


class VoidForm(forms.Form):
    reason = forms.CharField(label=_("作废理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
