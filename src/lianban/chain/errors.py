"""What a package that cannot be used raises (the family is drawn in ``lianban.engine.errors``)."""

from typing import TYPE_CHECKING

from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.findings import Findings


class DataError(LianbanError):
    """A package cannot be read, or fails a strict check; ``findings`` says where and what to do."""

    def __init__(self, findings: "Findings") -> None:
        self.findings = findings
        super().__init__(findings)

    def in_(self, language: str) -> str:
        """Return all findings as lines in ``"zh"`` or ``"en"``."""
        return "\n".join(finding.line(language) for finding in self.findings)

    @property
    def text(self) -> Text:
        return Text(self.in_("zh"), self.in_("en"))

    def __str__(self) -> str:
        return self.in_("zh")
