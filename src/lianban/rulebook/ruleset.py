"""Rule set (规则集): named, dated, overridable values, each with where it comes from."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lianban.rulebook.text import Text

TAGS = {
    "S": Text("来源新闻页", "seed newspaper page"),
    "O": Text("官方文件，已在官方网站读到", "official text, read on an official host"),
    "M": Text("官方文件，仅在转载网站读到，引用前须核对", "official text, read on a mirror only: check before quoting"),
    "N": Text("新闻报道", "newspaper report"),
    "A": Text("学术或智库文献", "academic or think-tank text"),
    "V": Text("厂商说法", "vendor text"),
    "K": Text("一般知识，未核实", "general knowledge, not verified"),
    "D": Text("本系统的设计取值", "our own design value"),
    "override": Text("使用者设定", "set by the user of this run"),
}


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule value comes from: who issued which text, and where it was read."""

    code: str
    issuer: str
    document: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One value of a rule set with its provenance.

    ``verified`` is true only where the value itself was read in the named text; our own design values are never verified.
    ``set_by`` names the pack that set it, or ``"override"``.
    """

    key: str
    value: Any
    unit: str
    meaning: Text
    source: RuleSource
    seen_on: date
    effective_from: date
    tag: str
    verified: bool
    set_by: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for results and pages."""
        return {
            "key": self.key,
            "value": self.value,
            "unit": self.unit,
            "zh": self.meaning.zh,
            "en": self.meaning.en,
            "issuer": self.source.issuer,
            "document": self.source.document,
            "address": self.source.address,
            "seen_on": self.seen_on.isoformat(),
            "effective_from": self.effective_from.isoformat(),
            "tag": self.tag,
            "verified": self.verified,
            "set_by": self.set_by,
        }


@dataclass(frozen=True)
class RuleSet:
    """Rule set (规则集) in force for one computation; it never changes after loading."""

    name: str
    version: str
    title: Text
    extends: tuple[str, ...]
    entries: Mapping[str, RuleEntry]
    overridden: tuple[str, ...] = ()
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        content = {
            "name": self.name,
            "version": self.version,
            "extends": list(self.extends),
            "entries": {key: entry.as_dict() for key, entry in self.entries.items()},
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        object.__setattr__(self, "fingerprint", "sha256:" + hashlib.sha256(text.encode()).hexdigest())

    def value(self, key: str) -> Any:
        """Return the value of a key; an unknown key is a mistake of the caller and raises KeyError."""
        return self.entry(key).value

    def entry(self, key: str) -> RuleEntry:
        """Return the value of a key together with its provenance."""
        try:
            return self.entries[key]
        except KeyError:
            raise KeyError(f"rule set {self.name} has no value {key!r}") from None

    def list_keys(self, prefix: str = "") -> list[str]:
        """List the keys, sorted; with a prefix only those below it."""
        return sorted(key for key in self.entries if key.startswith(prefix))

    def unverified(self, prefix: str = "") -> list[str]:
        """List the keys whose value was not read in a source."""
        return [key for key in self.list_keys(prefix) if not self.entries[key].verified]

    def origin_name(self, code: str) -> Text:
        """Return the display name of an origin (来源地（国家/地区）); an unlisted code stands for itself."""
        entry = self.entries.get(f"origins.{code}")
        return Text(entry.value["zh"], entry.value["en"]) if entry else Text(code, code)

    def origin_group(self, code: str) -> str:
        """Return ``"home"`` (境内) or ``"abroad"`` (境外): grouping of Chinese customs statistics."""
        entry = self.entries.get(f"origins.{code}")
        if entry:
            return str(entry.value["group"])
        return "home" if code[:6].isdigit() else "abroad"  # six digits: a division code of GB/T 2260
