"""Five hundred labelled names of organisations: how lists write a known one, and names that only look like one.

The known names come from a real list of companies where it is beside the checkout, else they are made from words.
Each question knows its answer: the key that is meant, or nothing where the organisation is not among the known.
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianban.chain.intake.matching import Party, Register
from tests.corpora.spreadsheets import credit_code

PLACES = ("北京", "上海", "苏州", "深圳", "南京", "武汉", "成都", "杭州", "合肥", "青岛")
WORDS = [
    "华",
    "中",
    "海",
    "天",
    "科",
    "创",
    "瑞",
    "恒",
    "盛",
    "宏",
    "远",
    "达",
    "新",
    "联",
    "安",
    "康",
    "鼎",
    "金",
    "精",
    "微",
    "芯",
    "光",
    "电",
    "力",
    "能",
    "维",
    "信",
    "通",
    "源",
    "博",
]
FIELDS = [
    "生物科技",
    "新材料",
    "精密机械",
    "电子技术",
    "半导体",
    "医疗器械",
    "环保设备",
    "化工",
    "智能装备",
    "信息技术",
]
FORMS = ("有限公司", "股份有限公司", "有限公司", "集团有限公司")


@dataclass(frozen=True)
class Question:
    party: Party
    answer: str  # the key of the known organisation, or nothing
    kind: str


def names(folder: Path | None, n: int, dice: random.Random) -> list[tuple[str, str]]:
    """Return full and short names."""
    if folder is not None and (folder / "companies.csv").exists():
        with (folder / "companies.csv").open(encoding="utf-8", newline="") as lines:
            found = [
                (row["fullname"], row["name"]) for row in csv.DictReader(lines) if row["fullname"].endswith("公司")
            ]
        dice.shuffle(found)
        return found[:n]
    made: dict[str, str] = {}
    while len(made) < n:
        short = "".join(dice.sample(WORDS, 2))
        made[dice.choice(PLACES) + short + dice.choice(FIELDS) + dice.choice(FORMS)] = short
    return list(made.items())


def questions(
    folder: Path | None = None, *, known: int = 3000, asked: int = 500, seed: int = 7
) -> tuple[Register, list[Question]]:
    """Return the register of known organisations, and the labelled names."""
    dice = random.Random(seed)
    found = names(folder, known + 300, dice)
    held, strangers = found[:known], found[known:]
    parties = []
    for i, (full, short) in enumerate(held):
        code = credit_code(f"91{dice.randrange(10**6):06d}MA1{i:06d}"[:17]) if i % 2 else ""
        former = (
            (f"{dice.choice(PLACES)}{''.join(dice.sample(WORDS, 3))}{dice.choice(FIELDS)}有限公司",)
            if i % 3 == 0
            else ()
        )
        parties.append(
            Party(
                f"k{i}", full, code, f"{dice.choice((11, 31, 32, 33, 42, 44))}0000" if i % 4 else "", (short, *former)
            )
        )
    told: list[Question] = []
    makers = (_same, _spelt, _by_code, _former, _short, _slip, _no_region, _branch, _sibling, _other_place, _other_code)
    while len(told) < asked:
        maker = makers[len(told) % (len(makers) + 2)] if len(told) % (len(makers) + 2) < len(makers) else None
        if maker is None:
            full = dice.choice(strangers)[0]
            told.append(Question(Party("q", full), "", "stranger"))
        elif (question := maker(dice.choice(parties), dice)) is not None:
            told.append(question)
    return Register(parties), told


def _same(one: Party, dice: random.Random) -> Question:
    return Question(Party("q", one.name, "", one.place), one.key, "same")


def _spelt(one: Party, dice: random.Random) -> Question:
    """The same name with spaces, other brackets, full width, 有限责任公司."""
    name = one.name.replace("（", "(").replace("）", ")")
    at = dice.randrange(1, len(name))
    name = name[:at] + dice.choice((" ", "　", "")) + name[at:]
    if "股份" not in name and dice.random() < 0.5:
        name = name.replace("有限公司", "有限责任公司")
    return Question(Party("q", f" {name}\n"), one.key, "spelt")


def _by_code(one: Party, dice: random.Random) -> Question | None:
    name = "".join(dice.sample(WORDS, 4)) + "有限公司"
    return Question(Party("q", name, one.credit_code.lower()), one.key, "code") if one.credit_code else None


def _former(one: Party, dice: random.Random) -> Question | None:
    return Question(Party("q", one.former[1]), one.key, "former") if len(one.former) > 1 else None


def _short(one: Party, dice: random.Random) -> Question:
    return Question(Party("q", one.former[0]), one.key, "short")


def _slip(one: Party, dice: random.Random) -> Question:
    at = dice.randrange(2, max(3, len(one.name) - 4))
    return Question(Party("q", one.name[:at] + dice.choice(WORDS) + one.name[at + 1 :]), one.key, "slip")


def _no_region(one: Party, dice: random.Random) -> Question | None:
    place = next((p for p in PLACES if one.name.startswith(p)), "")
    short = one.name.removeprefix(place).removeprefix("市")
    return Question(Party("q", short), one.key, "no_region") if place else None


def _branch(one: Party, dice: random.Random) -> Question:
    return Question(Party("q", f"{one.name}{dice.choice(PLACES)}分公司"), "", "branch")


def _sibling(one: Party, dice: random.Random) -> Question | None:
    for a, b in (
        ("科技", "材料"),
        ("电子", "光电"),
        ("生物", "医药"),
        ("股份有限公司", "物流有限公司"),
        ("有限公司", "销售有限公司"),
    ):
        if a in one.name:
            return Question(Party("q", one.name.replace(a, b)), "", "sibling")
    return None


def _other_place(one: Party, dice: random.Random) -> Question | None:
    place = next((p for p in PLACES if one.name.startswith(p)), "")
    other = dice.choice([p for p in PLACES if p != place])
    return Question(Party("q", one.name.replace(place, other, 1)), "", "other_place") if place else None


def _other_code(one: Party, dice: random.Random) -> Question | None:
    """The same name with another code is another organisation."""
    other = credit_code(f"91320500MA2{dice.randrange(10**6):06d}")
    return Question(Party("q", one.name, other), "", "other_code") if one.credit_code else None


def figures(register: Register, asked: Sequence[Question]) -> dict[str, Any]:
    """Return how often the certain answers are right, how many of the meant are found, and what the queue holds."""
    right = wrong = queued = held = 0
    mistakes = []
    meant = sum(1 for q in asked if q.answer)
    for question in asked:
        match = register.match(question.party)
        if match.certain:
            right += match.certain.key == question.answer
            if match.certain.key != question.answer:
                wrong += 1
                mistakes.append((question.kind, question.party.name))
        elif question.answer:
            queued += 1
            held += question.answer in [one.key for one in match.candidates]
    return {
        "pairs": len(asked),
        "certain": right + wrong,
        "precision_of_certain": round(right / max(1, right + wrong), 4),
        "certain_of_meant": round(right / meant, 3),
        "queued_of_meant": queued,
        "right_one_among_five_of_queue": round(held / max(1, queued), 3),
        "mistakes": mistakes[:10],
    }
