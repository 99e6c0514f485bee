"""Text in, clean values out: the office's map file."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_BYTES = 20 * 1024 * 1024


class BaseMapForm(forms.Form):
    """The file, and what must be said beside it."""

    title = forms.CharField(label=_("名称"), max_length=200)
    approval = forms.CharField(label=_("审图号"), max_length=60, help_text=_("将显示在图下，如 GS(2024)0650号"))
    issuer = forms.CharField(label=_("审核机关或来源"), max_length=200)
    file = forms.FileField(
        label=_("地图文件"),
        help_text=_("GeoJSON，经纬度，省级面要素带六位区划代码（adcode 或 code），不大于 20 MB。"),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("文件大于 20 MB；请换用简化过的图。"))
        return file
