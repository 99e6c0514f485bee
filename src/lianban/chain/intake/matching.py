"""Names of organisations (组织名称比对): who is meant, by code, by name and place, by former names, by likeness.

Only a code or a whole registered name settles it; likeness gives candidates for a person to choose from. What is
certain must be right in at least 98 of 100 cases (docs/decisions/0104); the rest goes to a queue.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from lianban.chain.checks.values import is_credit_code
from lianban.rulebook.text import Text

POSSIBLE = 0.6  # likeness from which a candidate is worth a look
MOST_WEIGHED = 10  # of them the likest, for which what speaks against is looked at
MOST_LOOKED_AT = 600  # known names compared with one name: those that share its rarest pairs of signs

_FORMS = [
    "集团股份有限公司",
    "集团有限公司",
    "控股集团有限公司",
    "控股有限公司",
    "股份有限公司",
    "有限公司",
    "股份公司",
    "集团公司",
    "总公司",
    "公司",
    "普通合伙企业",
    "有限合伙企业",
    "合伙企业",
    "有限合伙",
    "集团",
]
_WHOLE = re.compile(
    r"(公司|合伙企业|有限合伙|厂|研究院|研究所|大学|学院|实验室|医院|协会|学会|联合会|商会|银行|合作社|事务所|基金会)$"
)
_BRANCH = re.compile(r"(分公司|分厂|分院|分所|分行|分中心|办事处|营业部|项目部|事业部)$")
_ENGLISH_FORM = re.compile(r"\b(co|ltd|inc|corp|corporation|company|limited|llc|plc|gmbh|ag)\b")
_NUMBERS = re.compile(r"\d+|第?[一二三四五六七八九十]+(?=[厂院所部号期分建])")
_PROVINCES = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "吉林",
    "黑龙江",
    "上海",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "广西",
    "海南",
    "重庆",
    "四川",
    "贵州",
    "云南",
    "西藏",
    "陕西",
    "甘肃",
    "青海",
    "宁夏",
    "新疆",
]
_REGION = re.compile(
    rf"^(?:(?:{'|'.join(_PROVINCES)})(?:省|市|自治区)?|[\u4e00-\u9fff]{{2,3}}[市县])+(?=[\u4e00-\u9fff]{{2}})"
)


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as far as matching needs it: one that is known, or one that a row of a list names."""

    key: str  # its code; for a row of a list whatever the caller likes
    name: str
    credit_code: str = ""
    place: str = ""  # division code or name
    former: tuple[str, ...] = ()  # former names, short names, English name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known organisation that may be meant: ``rule`` is credit_code, name_place, name, former or alike."""

    key: str
    score: float  # 0 to 1
    rule: str
    why: Text


@dataclass(frozen=True, slots=True)
class Match:
    """Who is meant: ``certain`` is set where no human need be asked; else ``candidates`` go to the queue, best first.

    Both empty: nobody known is like it; it is new.
    """

    party: Party
    certain: Candidate | None = None
    candidates: tuple[Candidate, ...] = field(default=())


@lru_cache(maxsize=200_000)
def normal(name: str) -> str:
    """Return a name in one spelling: widths, capitals, spaces, brackets and stops, 有限责任公司 as 有限公司."""
    text = unicodedata.normalize("NFKC", name).casefold()
    if not re.search(r"[\u3400-\u9fff]", text):
        return " ".join(_ENGLISH_FORM.sub(" ", re.sub(r"[^a-z0-9]+", " ", text)).split()) or text.strip()
    text = re.sub(r"[^\w]+|_", "", text)
    return text.replace("有限责任公司", "有限公司")


def core(name: str) -> str:
    """Return what is left of a normal name without its legal form and the place in front."""
    form = next((form for form in _FORMS if name.endswith(form) and len(name) - len(form) >= 2), "")
    short = name.removesuffix(form) if form else name
    return _REGION.sub("", short) or short


class Register:
    """The known organisations, prepared once; 100,000 take some seconds."""

    def __init__(self, known: Iterable[Party]) -> None:
        self._known: list[Party] = list(known)
        self._by_code: dict[str, list[int]] = defaultdict(list)
        self._by_name: dict[str, list[int]] = defaultdict(list)
        self._by_former: dict[str, list[int]] = defaultdict(list)
        self._cores: list[str] = []
        self._of_core: list[int] = []  # whose each is
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for i, party in enumerate(self._known):
            if party.credit_code:
                self._by_code[party.credit_code.upper()].append(i)
            self._by_name[normal(party.name)].append(i)
            for name in party.former:
                self._by_former[normal(name)].append(i)
            for name in {core(normal(one)) for one in (party.name, *party.former) if one}:
                for pair in _pairs(name):
                    self._pairs[pair].append(len(self._cores))
                self._cores.append(name)
                self._of_core.append(i)

    def match(self, party: Party, most: int = 5) -> Match:
        """Find who is meant."""
        code = party.credit_code.strip().upper()
        held = self._by_code.get(code, []) if code else []
        if len(held) == 1 and is_credit_code(code):
            return Match(party, self._candidate(held[0], 1.0, "credit_code"))
        named = self._named(party)
        if len(named) == 1 and not held and self._settles(party, named[0]):
            return Match(party, named[0])
        found = {one.key: one for one in self._alike(party, most + len(named))}
        for one in named:
            found[one.key] = one
        best = sorted(found.values(), key=lambda one: (-one.score, one.key))[:most]
        return Match(party, None, tuple(best))

    def match_all(self, parties: Sequence[Party]) -> list[Match]:
        """Find who is meant by each of many."""
        return [self.match(party) for party in parties]

    def _candidate(self, i: int, score: float, rule: str) -> Candidate:
        return Candidate(self._known[i].key, round(score, 3), rule, _WHY[rule])

    def _named(self, party: Party) -> list[Candidate]:
        """Return those whose whole name, or a former one, is the same in one spelling."""
        name = normal(party.name)
        found: dict[int, Candidate] = {}
        for i in self._by_name.get(name, []):
            same_place = _places(party.place, self._known[i].place)
            rule, score = ("name_place", 0.99) if same_place == "same" else ("name", 0.95)
            found[i] = self._candidate(i, score - (0.2 if same_place == "other" else 0.0), rule)
        for i in self._by_former.get(name, []):
            if i not in found:
                other = _places(party.place, self._known[i].place) == "other"
                found[i] = self._candidate(i, 0.9 - (0.2 if other else 0.0), "former")
        return list(found.values())

    def _settles(self, party: Party, candidate: Candidate) -> bool:
        """Tell whether a same name is enough: whole and registered, no other code, no other place."""
        known = next(self._known[i] for i in self._by_any_name(party.name) if self._known[i].key == candidate.key)
        if party.credit_code and known.credit_code:
            return False  # two codes are two organisations, whatever their names
        if _places(party.place, known.place) == "other":
            return False
        if candidate.rule == "name_place":
            return True
        name = normal(party.name)
        return bool(_WHOLE.search(name)) and len(name) >= 6 and not re.fullmatch(r"[a-z0-9 ]+", name)

    def _by_any_name(self, name: str) -> list[int]:
        return self._by_name.get(normal(name), []) + self._by_former.get(normal(name), [])

    def _alike(self, party: Party, most: int) -> list[Candidate]:
        """Return the likest names: only those that share rare pairs of signs are compared."""
        whole = normal(party.name)
        name = core(whole)
        best: dict[int, float] = {}
        near = self._near(name)
        like = [(score, self._of_core[near[at]]) for score, at in _like(name, [self._cores[one] for one in near])]
        for score, i in sorted(like, reverse=True)[:MOST_WEIGHED]:
            score *= _doubts(whole, normal(self._known[i].name), party, self._known[i])
            if score >= POSSIBLE and score > best.get(i, 0.0):
                best[i] = score
        likest = sorted(best, key=lambda i: (-round(min(best[i], 0.89), 3), self._known[i].key))[:most]
        return [self._candidate(i, min(best[i], 0.89), "alike") for i in likest]

    def _near(self, name: str) -> list[int]:
        lists = sorted((self._pairs.get(pair, []) for pair in _pairs(name)), key=len)
        found: Counter[int] = Counter()
        for at_list in lists:
            if found and len(found) + len(at_list) > MOST_LOOKED_AT:
                break
            found.update(at_list[: 20 * MOST_LOOKED_AT])
        if len(found) <= MOST_LOOKED_AT:
            return list(found)
        return sorted(found, key=found.__getitem__, reverse=True)[:MOST_LOOKED_AT]


_WHY = {
    "credit_code": Text("统一社会信用代码相同", "the same unified social credit code"),
    "name_place": Text("名称与所在地相同", "the same name and place"),
    "name": Text("名称相同", "the same name"),
    "former": Text("与曾用名、简称或英文名相同", "the same as a former, short or English name"),
    "alike": Text("名称相近", "a like name"),
}


def _pairs(name: str) -> set[str]:
    return {name[i : i + 2] for i in range(len(name) - 1)} or {name}


def _like(name: str, names: Sequence[str]) -> list[tuple[float, int]]:
    """Return which of some cores are like a name, by their place: by edits, or as a short name that stands whole in the longer."""
    from rapidfuzz import fuzz, process

    if not names:
        return []
    edits = process.cdist([name], names, scorer=fuzz.ratio)[0]
    within = [at for at, other in enumerate(names) if other in name or name in other]
    found = []
    for at in {*(edits >= 100 * POSSIBLE).nonzero()[0].tolist(), *within}:
        other, like = names[at], float(edits[at]) / 100
        short, long = (name, other) if len(name) <= len(other) else (other, name)
        if len(short) >= 2 and short in long:
            like = max(like, (0.85 if long.startswith(short) else 0.75) if len(short) >= 3 else 0.7)
        if like >= POSSIBLE:
            found.append((like, at))
    return found


def _doubts(one: str, other: str, party: Party, known: Party) -> float:
    """Return what speaks against: another number, a branch beside its head, another place, another code."""
    times = 1.0
    if sorted(_NUMBERS.findall(one)) != sorted(_NUMBERS.findall(other)):
        times *= 0.8
    if bool(_BRANCH.search(one)) != bool(_BRANCH.search(other)):
        times *= 0.85
    here, there = _REGION.match(one), _REGION.match(other)
    if here and there and not (here[0].startswith(there[0]) or there[0].startswith(here[0])):
        times *= 0.85
    if _places(party.place, known.place) == "other":
        times *= 0.9
    if party.credit_code and known.credit_code:
        times *= 0.8
    return times


@lru_cache(maxsize=50_000)
def _places(one: str, other: str) -> str:
    """Return same, other or unknown; a city lies in its province, so those two are the same."""
    codes = [_place_code(place) for place in (one, other)]
    if not all(codes):
        return "same" if one and one == other else "unknown"
    short = [re.sub(r"(00)+$", "", code) for code in codes]
    return "same" if short[0].startswith(short[1]) or short[1].startswith(short[0]) else "other"


@lru_cache(maxsize=50_000)
def _place_code(place: str) -> str:
    from lianban.chain.intake.values import known_places

    text = unicodedata.normalize("NFKC", place).strip()
    if found := re.match(r"[1-9]\d{5}", text):
        return found[0]
    code = known_places().get(text.casefold(), text if re.fullmatch(r"[A-Z]{2}", text) else "")
    return "" if code == "CN" else code
