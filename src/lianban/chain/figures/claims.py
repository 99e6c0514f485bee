"""Reading counts with their percentages out of Chinese and English sentences.

Cautious on purpose: a percentage that speaks of money, growth or a market is left alone, and a total named for another
place is only a hint (``loose``). What is not surely a count and its share is no claim.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Claim:
    """Claim (所写数字): so many of so many, printed as a percentage.

    ``whole`` is None where the text does not say it; ``about`` where it says about; ``loose`` where the percentage may be
    of another whole than the one nearby, or the number may be no count.
    """

    part: int
    whole: int | None
    printed: str
    about: bool = False
    loose: bool = False
    start: int = 0
    quote: str = ""

    @property
    def digits(self) -> int:
        return len(self.printed.partition(".")[2])


_COUNT = r"(?<![A-Za-z\d.\-])(?:\d{1,3}(?:,\d{3})+|\d+)(?!\.?\d|\s*%)"
_UNIT = (
    r"(?:家|个|户|类|种|项|条|款|台|套|件|人|次|份|项目|企业|firms?|companies|classes|items|products|kinds|projects)"
)
_GAP = r"[^。；;!?\n%\d]"
_PERCENT = (
    r"(?P<about>约|近|超过?|逾|about|nearly|over|some|~)?\s*(?P<printed>\d+(?:\.\d+)?)\s*%(?!\s*(?:以上|以下|左右的增))"
)
_LINK = re.compile(r"\(|占|比例|比重|=|account|represent|make up|i\.e\.")
_OTHER = re.compile(
    r"产值|产量|产能|营收|收入|销售|销量|市场|市占|份额|增|同比|环比|降|下降|金额|资金|投资|税|利润|出口|进口|价|"
    r"value|output|revenue|sales|market|growth|grew|rose|fell|invest|money|profit|export|import|price"
)
_ELSEWHERE = re.compile(
    r"全市|全省|全国|全区|全县|全球|世界|(?:of|in) (?:the )?(?:city|province|country|world|national)"
)

_PART = re.compile(rf"(?P<part>{_COUNT})\s*(?P<unit>{_UNIT})?(?P<gap>{_GAP}{{0,18}}?){_PERCENT}", re.I)
_BOTH = (
    re.compile(rf"(?P<part>{_COUNT})\s*/\s*(?P<whole>{_COUNT})\s*{_UNIT}?(?P<gap>{_GAP}{{0,8}}?){_PERCENT}", re.I),
    re.compile(
        rf"(?P<part>{_COUNT})\s*{_UNIT}?\s*(?:out )?of (?:the |all )?(?P<whole>{_COUNT})(?P<gap>{_GAP}{{0,30}}?){_PERCENT}", re.I
    ),
    re.compile(
        rf"(?P<part>{_COUNT})\s*{_UNIT}?{_GAP}{{0,8}}?占(?:全部|总共)?\s*(?P<whole>{_COUNT})\s*{_UNIT}(?P<gap>{_GAP}{{0,10}}?){_PERCENT}"
    ),
)  # fmt: skip
_WHOLE = (
    re.compile(rf"(?:共有?|合计|总计|总共|全部|累计|in all|a total of|altogether){_GAP}{{0,8}}?({_COUNT})", re.I),
    re.compile(rf"({_COUNT})\s*{_UNIT}?[^。；;!?\n%\d,，、]{{0,12}}?(?:之中|当中|中|里)"),
    re.compile(rf"(?:out of|of|among) (?:the |all )?({_COUNT})", re.I),
)
_SENTENCE = re.compile(r"[^。；;！!？?\n]+")


def read(text: str) -> list[Claim]:
    """Return every count with its percentage, in the order of the text."""
    plain = unicodedata.normalize("NFKC", text)
    if "%" not in plain:
        return []
    return [claim for sentence in _SENTENCE.finditer(plain) for claim in _of_sentence(sentence[0], sentence.start())]


def _of_sentence(sentence: str, start: int) -> list[Claim]:
    found = {claim.start: claim for claim in _with_whole(sentence)}
    taken = [range(at, at + len(claim.quote)) for at, claim in found.items()]
    for match in _PART.finditer(sentence):
        if not any(match.start() in span or match.end() - 1 in span for span in taken) and _about_counts(match):
            found[match.start()] = _claim(match, None)
    claims = [found[at] for at in sorted(found)]
    return [replace(claim, start=start + claim.start) for claim in _given_whole(sentence, claims)]


def _with_whole(sentence: str) -> Iterator[Claim]:
    for pattern in _BOTH:
        for match in pattern.finditer(sentence):
            if not _OTHER.search(match["gap"] + sentence[match.end() : match.end() + 6]):
                yield _claim(match, _number(match["whole"]))


def _about_counts(match: re.Match[str]) -> bool:
    after = match.string[match.end() : match.end() + 6]
    return bool(_LINK.search(match["gap"])) and not _OTHER.search(match["gap"] + after)


def _claim(match: re.Match[str], whole: int | None) -> Claim:
    gap = match["gap"] + match.string[match.end() : match.end() + 12]
    loose = whole is None and (bool(_ELSEWHERE.search(gap)) or not match["unit"])
    return Claim(
        _number(match["part"]), whole, match["printed"], bool(match["about"]), loose, match.start(), match[0].strip()
    )


def _given_whole(sentence: str, claims: list[Claim]) -> list[Claim]:
    """Give claims without a whole the one their sentence names, or one that at least two of them fit."""
    parts = {claim.start for claim in claims}
    named = sorted(
        (match.start(1), _number(match[1]))
        for pattern in _WHOLE
        for match in pattern.finditer(sentence)
        if match.start(1) not in parts
    )
    guess = None if named else _guess(sentence, claims)
    given = []
    for claim in claims:
        before = [whole for at, whole in named if at < claim.start and whole >= claim.part]
        whole = before[-1] if before else guess
        given.append(
            replace(claim, whole=whole, loose=claim.loose and bool(before))
            if claim.whole is None and whole is not None
            else claim
        )
    return given


def _guess(sentence: str, claims: list[Claim]) -> int | None:
    """The first number of the sentence, where two or more of its percentages are exactly of that many."""
    first = re.search(_COUNT, sentence)
    if first is None or first.start() in {claim.start for claim in claims}:
        return None
    whole = _number(first[0])
    return whole if sum(_fits(claim, whole) for claim in claims) >= 2 else None


def _fits(claim: Claim, whole: int) -> bool:
    if not 0 < claim.part <= whole:
        return False
    return abs(Fraction(100 * claim.part, whole) - Fraction(Decimal(claim.printed))) <= Fraction(
        1, 2 * 10**claim.digits
    )


def _number(text: str) -> int:
    return int(text.replace(",", ""))
