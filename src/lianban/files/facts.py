"""Facts of a file (文件说明): what it is, from which data, with which filters, for whom, when and by which version.

A file is passed on; what stands on its page in the browser is not. So every file says these itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lianban.rulebook.text import Text

PROGRAM = "链办 lianban"
LIVE = Text("导出时的数据", "as it stood when exported")


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts of a file (文件说明). ``author`` is a role or an office, never a person's name."""

    title: Text
    made_at: datetime
    author: Text
    data_date: date | None = None
    data_version: str = ""
    confidentiality: Text | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    n_rows: int | None = None

    def pairs(self) -> list[tuple[Text, Text]]:
        """Label and value, in the order they stand on top of a file."""
        told = "；".join(f"{name}={value}" for name, value in self.filters.items())
        zone = self.made_at.tzname() or ""
        found = [
            (Text("名称", "Title"), self.title),
            (Text("密级", "Confidentiality (密级)"), self.confidentiality),
            (Text("导出人身份", "Exported by (role)"), self.author),
            (Text("导出时间", "Exported at"), _same(f"{self.made_at:%Y-%m-%d %H:%M} {zone}".rstrip())),
            (Text("筛选条件", "Filters"), _same(told) if told else Text("无", "none")),
            (Text("行数", "Rows"), None if self.n_rows is None else _same(str(self.n_rows))),
            (Text("数据日期", "Data date"), _same(self.data_date.isoformat()) if self.data_date else LIVE),
            (Text("数据版本", "Data version"), _same(self.data_version) if self.data_version else None),
            (Text("程序版本", "Program version"), _same(f"{PROGRAM} {program_version()}")),
        ]
        return [(label, value) for label, value in found if value is not None]

    def lines(self, language: str) -> list[tuple[str, str]]:
        """Label and value in one language."""
        return [(label.in_(language), value.in_(language)) for label, value in self.pairs()]

    def sentence(self, language: str) -> str:
        """All of it in one line, for pictures and metadata."""
        colon, stop = ("：", "；") if not language.startswith("en") else (": ", "; ")
        return stop.join(f"{label}{colon}{value}" for label, value in self.lines(language))


def _same(text: str) -> Text:
    return Text(text, text)


def program_version() -> str:
    import lianban

    return lianban.__version__
