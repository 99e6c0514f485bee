"""Read rule packs from TOML files: inheritance, overrides, and every fault in one go."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lianban.engine.errors import LianbanError
from lianban.rulebook.reading import check_type, read_pack, sentence
from lianban.rulebook.ruleset import RuleEntry, RuleSet, RuleSource
from lianban.rulebook.text import Text

PACKS = Path(__file__).parent / "packs"


class RulesError(LianbanError):
    """A rule pack cannot be used; ``problems`` holds every reason as a sentence in both languages."""

    def __init__(self, problems: list[Text]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.en for problem in problems))


def list_packs() -> list[str]:
    """List the names of the packs that come with lianban."""
    return sorted(path.stem for path in PACKS.glob("*.toml"))


def load_rules(
    name_or_path: str | Path | RuleSet = "cn-core-2025", overrides: Mapping[str, Any] | None = None
) -> RuleSet:
    """Load a rule set (规则集) by the name of a shipped pack or the path of a TOML file.

    Parameters
    ----------
    overrides : mapping of key to value, optional
        Replaces values for this run; every key must exist and keep its type. The fingerprint changes with them.

    Raises
    ------
    RulesError
        With all faults at once: unknown pack or key, wrong type, missing provenance.
    """
    problems: list[Text] = []
    base = name_or_path if isinstance(name_or_path, RuleSet) else _load_chain(name_or_path, problems)
    entries = dict(base.entries)
    _apply_overrides(entries, overrides or {}, problems)
    _check_whole(entries, problems)
    if problems:
        raise RulesError(problems)
    overridden = tuple(sorted({*base.overridden, *(overrides or {})}))
    return RuleSet(base.name, base.version, base.title, base.extends, entries, overridden)


def _load_chain(name_or_path: str | Path, problems: list[Text]) -> RuleSet:
    """Read the pack and those it extends, the oldest first, later ones overriding."""
    packs: list[tuple[str, dict[str, Any]]] = []
    here: Path | None = None
    wanted: str | Path = name_or_path
    while wanted:
        path = _find(wanted, here)
        if path is None:
            problems.append(
                sentence(
                    "找不到规则集 {name}；已有：{known}",
                    "No rule set {name}; there are: {known}",
                    name=wanted,
                    known="、".join(list_packs()),
                )
            )
            break
        content = _read(path, problems)
        if content is None:
            break
        label = str(content.get("pack", {}).get("name", path.stem))
        if label in (known for known, _ in packs):
            problems.append(
                sentence("规则集 {name} 的继承关系成环", "Rule set {name} extends itself in a circle", name=label)
            )
            break
        packs.append((label, content))
        here, wanted = path.parent, content.get("pack", {}).get("extends", "")
    if problems or not packs:
        raise RulesError(problems)
    sources: dict[str, dict[str, Any]] = {}
    entries: dict[str, RuleEntry] = {}
    for position, (label, content) in enumerate(reversed(packs)):
        read_pack(label, content, sources, entries, problems, is_base=position == 0)
    head = packs[0][1].get("pack", {})
    title = Text(str(head.get("zh", packs[0][0])), str(head.get("en", packs[0][0])))
    extends = tuple(label for label, _ in packs[1:])
    return RuleSet(packs[0][0], str(head.get("version", "")), title, extends, entries)


def _find(wanted: str | Path, here: Path | None) -> Path | None:
    shipped = PACKS / f"{wanted}.toml"
    if "/" not in str(wanted) and shipped.is_file():
        return shipped
    for path in (Path(wanted), (here or Path()) / wanted):
        if path.is_file():
            return path
    return None


def _read(path: Path, problems: list[Text]) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(
            sentence(
                "规则文件 {file} 读不出来：{why}", "Rule file {file} cannot be read: {why}", file=path.name, why=error
            )
        )
        return None
    for part in sorted(set(content) - {"pack", "sources", "rules", "origins"}):
        problems.append(
            sentence(
                "规则文件 {file} 里有不认识的部分 [{part}]",
                "Rule file {file} has an unknown part [{part}]",
                file=path.name,
                part=part,
            )
        )
    for name in ("name", "version", "effective_from"):
        if not content.get("pack", {}).get(name):
            problems.append(
                sentence(
                    "规则文件 {file} 的 [pack] 缺少 {name}",
                    "Rule file {file}: [pack] lacks {name}",
                    file=path.name,
                    name=name,
                )
            )
    return content


def _apply_overrides(entries: dict[str, RuleEntry], overrides: Mapping[str, Any], problems: list[Text]) -> None:
    """Replace values for one run; the provenance says that the user set them."""
    set_by_user = RuleSource("override", "使用者设定", "set for this run")
    for key, value in overrides.items():
        old = entries.get(key)
        if old is None:
            problems.append(sentence("不认识的规则键 {key}", "Unknown rule key {key}", key=key))
        elif check_type(key, value, old.value, problems):
            entries[key] = RuleEntry(
                key,
                value,
                old.unit,
                old.meaning,
                set_by_user,
                old.seen_on,
                old.effective_from,
                "override",
                False,
                "override",
            )


def _check_whole(entries: Mapping[str, RuleEntry], problems: list[Text]) -> None:
    """Check what concerns values and their neighbours: fractions between 0 and 1, watch not above severe."""
    for key, entry in entries.items():
        if entry.unit == "fraction" and not (isinstance(entry.value, int | float) and 0 <= entry.value <= 1):
            problems.append(
                sentence(
                    "{key} 应在 0 与 1 之间，得到 {value}",
                    "{key} must lie between 0 and 1, got {value}",
                    key=key,
                    value=entry.value,
                )
            )
        severe = entries.get(key.removesuffix("watch") + "severe") if key.endswith(".watch") else None
        if severe and severe.value < entry.value:
            problems.append(
                sentence(
                    "{key}（{low}）高于 {other}（{high}）",
                    "{key} ({low}) is above {other} ({high})",
                    key=key,
                    low=entry.value,
                    other=severe.key,
                    high=severe.value,
                )
            )
