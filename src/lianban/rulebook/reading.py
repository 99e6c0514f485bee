"""Read what one pack file says: sources, values, origins; every fault becomes a sentence."""

import re
from datetime import date
from typing import Any

from lianban.rulebook.ruleset import TAGS, RuleEntry, RuleSource
from lianban.rulebook.text import Text

KEY = re.compile(r"[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+")
ENTRY_FIELDS = {"value", "unit", "zh", "en", "source", "seen_on", "effective_from", "tag", "verified"}
SOURCE_FIELDS = {"issuer", "document", "address", "seen_on", "tag", "verified"}
ORIGIN_GROUPS = ("home", "abroad")


def read_pack(
    label: str,
    content: dict[str, Any],
    sources: dict[str, dict[str, Any]],
    entries: dict[str, RuleEntry],
    problems: list[Text],
    *,
    is_base: bool,
) -> None:
    """Add one pack's sources and values to those of the packs it extends."""
    for code, row in content.get("sources", {}).items():
        unknown = sorted(set(row) - SOURCE_FIELDS)
        lacking = sorted({"issuer", "document", "tag"} - {name for name, value in row.items() if value})
        if unknown or lacking or row.get("tag") not in TAGS:
            problems.append(
                sentence(
                    "{pack}：来源 {code} 不完整（缺 {lacking}；不认识 {unknown}；等级须为 {tags} 之一）",
                    "{pack}: source {code} is incomplete (lacks {lacking}; unknown {unknown}; tag must be one of {tags})",
                    pack=label,
                    code=code,
                    lacking=lacking,
                    unknown=unknown,
                    tags=" ".join(TAGS),
                )
            )
        else:
            sources[code] = row
    pack_from = content.get("pack", {}).get("effective_from")
    for key, row in content.get("rules", {}).items():
        if not isinstance(row, dict):
            problems.append(
                sentence(
                    "{pack}：{key} 只有数值，没有出处",
                    "{pack}: {key} is a bare value without provenance",
                    pack=label,
                    key=key,
                )
            )
            continue
        entry = _read_entry(label, key, row, pack_from, sources, entries.get(key), problems, is_base=is_base)
        if entry:
            entries[key] = entry
    _read_origins(label, content.get("origins", {}), pack_from, sources, entries, problems)


def _read_entry(
    label: str,
    key: str,
    row: dict[str, Any],
    pack_from: Any,
    sources: dict[str, dict[str, Any]],
    old: RuleEntry | None,
    problems: list[Text],
    *,
    is_base: bool,
) -> RuleEntry | None:
    """Read one value; a pack that extends another may only set keys that the other knows, and inherits their meaning."""
    before = len(problems)
    source = sources.get(row.get("source", ""))
    unit = row.get("unit", old.unit if old else "")
    meaning = Text(row.get("zh", old.meaning.zh if old else ""), row.get("en", old.meaning.en if old else ""))
    seen_on = row.get("seen_on", source.get("seen_on") if source else None)
    effective_from = row.get("effective_from", pack_from)
    tag = row.get("tag", source["tag"] if source else "")
    verified = bool(row.get("verified", source.get("verified", False) if source else False))
    strange = sorted(set(row) - ENTRY_FIELDS)
    faults = [
        (
            not KEY.fullmatch(key),
            Text("写法不对，应如 diagnosis.hhi.watch", "is malformed; write it as diagnosis.hhi.watch"),
        ),
        (bool(strange), Text("里有不认识的字段 {strange}", "has unknown fields {strange}")),
        ("value" not in row, Text("没有数值", "has no value")),
        (source is None, Text("没有写明出处（source）", "lacks its provenance (source)")),
        (not unit, Text("没有单位", "has no unit")),
        (not meaning.zh or not meaning.en, Text("缺少中英文说明", "lacks its meaning in Chinese and English")),
        (type(seen_on) is not date, Text("缺少日期 seen_on", "lacks the date seen_on")),
        (type(effective_from) is not date, Text("缺少日期 effective_from", "lacks the date effective_from")),
        (
            verified and tag in ("D", "K", "M"),
            Text("属于 {tag} 类，不能标为已核实", "is graded {tag} and cannot be verified"),
        ),
    ]
    if not is_base and old is None:
        problems.append(sentence("{pack}：不认识的键 {key}", "{pack}: unknown key {key}", pack=label, key=key))
    for wrong, told in faults:
        if wrong:
            whole = Text(f"{{pack}}：{{key}} {told.zh}", f"{{pack}}: {{key}} {told.en}")
            problems.append(whole.format(pack=label, key=key, strange=", ".join(strange), tag=tag))
    if old is not None and "value" in row:
        check_type(key, row["value"], old.value, problems)
    if len(problems) > before or source is None or seen_on is None:
        return None
    where = RuleSource(row["source"], source["issuer"], source["document"], source.get("address", ""))
    return RuleEntry(key, row["value"], unit, meaning, where, seen_on, effective_from, tag, verified, label)


def _read_origins(
    label: str,
    part: dict[str, Any],
    pack_from: Any,
    sources: dict[str, dict[str, Any]],
    entries: dict[str, RuleEntry],
    problems: list[Text],
) -> None:
    """Read the display names and grouping of origins: ``[origins.abroad]`` with ``JP = ["日本", "Japan"]``."""
    if not part:
        return
    source = sources.get(part.get("source", ""))
    if source is None or type(source.get("seen_on")) is not date:
        problems.append(
            sentence(
                "{pack}：[origins] 没有写明出处（source）",
                "{pack}: [origins] lacks its provenance (source)",
                pack=label,
            )
        )
        return
    where = RuleSource(part["source"], source["issuer"], source["document"], source.get("address", ""))
    meaning = Text("来源地显示名称与境内/境外归类", "display name of an origin and its grouping")
    for group in ORIGIN_GROUPS:
        for code, names in part.get(group, {}).items():
            if not (
                isinstance(names, list) and len(names) == 2 and all(isinstance(name, str) and name for name in names)
            ):
                problems.append(
                    sentence(
                        "{pack}：来源地 {code} 须写成 [中文名, 英文名]",
                        "{pack}: origin {code} must be [Chinese name, English name]",
                        pack=label,
                        code=code,
                    )
                )
                continue
            value = {"zh": names[0], "en": names[1], "group": group}
            entries[f"origins.{code}"] = RuleEntry(
                f"origins.{code}",
                value,
                "name",
                meaning,
                where,
                source["seen_on"],
                pack_from,
                source["tag"],
                bool(source.get("verified", False)),
                label,
            )


def check_type(key: str, value: Any, old: Any, problems: list[Text]) -> bool:
    """Say whether a value has the type of the one it replaces; a whole number may stand for a decimal one."""
    is_number = isinstance(old, int | float) and not isinstance(old, bool)
    if is_number:
        fine = (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and not (isinstance(old, int) and value != int(value))
        )
    else:
        fine = type(value) is type(old)
    if not fine:
        problems.append(
            sentence(
                "{key} 应为 {wanted}，得到 {value!r}",
                "{key} must be {wanted}, got {value!r}",
                key=key,
                wanted="int" if is_number and isinstance(old, int) else "number" if is_number else type(old).__name__,
                value=value,
            )
        )
    return fine


def sentence(zh: str, en: str, **facts: Any) -> Text:
    """Make one sentence in both languages from the same facts."""
    return Text(zh, en).format(**facts)
