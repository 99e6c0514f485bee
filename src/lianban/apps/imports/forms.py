"""Text in, clean values out: a file with where it comes from, a mapping of columns, answers about names."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lianban.apps.atlas import compute as atlas
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import Text, say


def _said(text: Text) -> str:
    return say(text, get_language() or "zh")


class BringForm(forms.Form):
    """A file, or a pasted table; and where such files come from."""

    chain = forms.ChoiceField(label=_("导入到哪条产业链"))
    file = forms.FileField(label=_("文件"), required=False, allow_empty_file=True, help_text=_("Excel、CSV、Parquet 或数据包，最大 100 MB。"))  # fmt: skip
    text = forms.CharField(label=_("或粘贴表格"), required=False, max_length=6_000_000, strip=False, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("在表格软件里选中带表头的区域，复制后粘贴到这里。"))  # fmt: skip
    label = forms.CharField(label=_("从哪里来"), required=False, max_length=100, help_text=_("例如“市工信局企业名录”。同一来源的下一份文件沿用这次的列对应。"))  # fmt: skip

    def __init__(self, *args: Any, chains: list[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        named = [(c.code, _said(Text(c.name, c.name_en or c.name))) for c in chains]
        self.fields["chain"].choices = named  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """Which column of the file is which of the table; and what holds for every row."""

    table = forms.ChoiceField(label=_("这是哪张表"))
    sheet = forms.ChoiceField(label=_("工作表"), required=False)
    header = forms.CharField(label=_("表头在第几行"), required=False, max_length=20, help_text=_("多行表头写作 2,3。"))
    source = forms.CharField(label=_("来源"), required=False, max_length=100, help_text=_("来源清单里的编码，或写一个新来源的题名；文件里已有“来源”列时可不填。"), widget=forms.TextInput(attrs={"list": "known-sources"}))  # fmt: skip
    observed_on = forms.DateField(label=_("数据日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    confidence = forms.ChoiceField(label=_("可信度"), required=False)
    confidentiality = forms.ChoiceField(label=_("密级"), required=False)
    overwrite = forms.BooleanField(label=_("与较新的现有数据冲突时，以文件为准"), required=False)

    delete_missing = forms.BooleanField(label=_("数据里有、文件里没有的行：删除"), required=False, help_text=_("不勾选则保留。预览里逐行列出；还被别的数据用到的、在网站上登记的不会删除。"))  # fmt: skip

    COMMON = ("source", "observed_on", "confidence", "confidentiality")

    def __init__(
        self, *args: Any, read: dict[str, Any], mapping: dict[str, Any], columns: list[dict[str, Any]], **more: Any
    ):
        super().__init__(*args, **more)
        tables = [(t, _said(atlas.table_name(t))) for t in atlas.EDITED]
        self.fields["table"].choices = tables  # type: ignore[attr-defined]
        self.fields["sheet"].choices = [(s["name"], f"{s['name']} ({s['rows']})") for s in read.get("sheets", [])]  # type: ignore[attr-defined]
        words = [(c, _said(atlas.word("products", "confidence", c))) for c in ("high", "medium", "low")]
        self.fields["confidence"].choices = [("", "—"), *words]  # type: ignore[attr-defined]
        self.fields["confidentiality"].choices = [("", "—"), *((c, _said(n)) for c, n in CONFIDENTIALITY_NAMES.items())]  # type: ignore[attr-defined]
        self.package = read.get("kind") == "package"
        self.fields["table"].required = not self.package
        self.fields["delete_missing"].initial = mapping.get("delete_missing")
        constants = mapping.get("constants", {})
        for name, value in {**{k: constants.get(k) for k in self.COMMON}, "table": mapping.get("table"), "sheet": read.get("sheet"), "overwrite": mapping.get("overwrite"), "header": ",".join(map(str, read.get("header", {}).get("rows", [])))}.items():  # fmt: skip
            self.fields[name].initial = value
        self.columns = columns
        table = mapping.get("table") or "organisations"
        choices = [("", _("不读")), *((c.name, _said(atlas.heading(table, c.name))) for c in atlas.TABLES[table])]
        for one in columns:
            field = forms.ChoiceField(
                choices=choices, required=False, initial=one.get("column", ""), label=one["name"] or f"#{one['at'] + 1}"
            )
            if one.get("zh"):
                field.help_text = _said(Text(one["zh"], one["en"]))
            self.fields[f"column-{one['at']}"] = field

    def pairs(self) -> list[tuple[dict[str, Any], Any]]:
        """Each column of the file with its field."""
        return [(one, self[f"column-{one['at']}"]) for one in self.columns]

    def common(self) -> list[Any]:
        if self.package:
            return [self["overwrite"], self["delete_missing"]]
        return [self[name] for name in ("table", "sheet", "header", *self.COMMON, "overwrite")]

    def values(self) -> dict[str, Any]:
        told = self.cleaned_data
        constants = {name: told[name] for name in self.COMMON if told[name]}
        if "observed_on" in constants:
            constants["observed_on"] = constants["observed_on"].isoformat()
        rows = tuple(int(part) for part in told["header"].replace("，", ",").split(",") if part.strip().isdigit())
        columns = {str(one["at"]): {"column": told[f"column-{one['at']}"]} for one in self.columns}
        return {
            "table": told["table"], "sheet": told["sheet"], "header_rows": rows, "columns": columns, "constants": constants,
            "overwrite": told["overwrite"], "delete_missing": self.package and told["delete_missing"],
        }  # fmt: skip


def names_said(data: Any) -> dict[int, str]:
    """Answers about names: ``who-7=code``."""
    found = {}
    for key, value in data.items():
        if key.startswith("who-") and key[4:].isdigit() and value:
            found[int(key[4:])] = value[:160]
    return found
