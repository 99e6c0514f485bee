"""What was typed, how well a hit fits, and under which words a row stands in the index."""

from collections.abc import Iterable
from hashlib import blake2b

from lianban.apps.search.rules import spelling
from lianban.kit.confidentiality import CONFIDENTIALITY
from lianban.kit.mechanisms import MenuEntry
from lianban.kit.text import Text

LONGEST = 80
MOST_TERMS = 6
STAGES = ("e", "b", "p")  # the whole name, its beginning, anywhere

# Pages of each chain, in the order of its own tabs; a deed as in the menu.
CHAIN_PAGES = [
    MenuEntry(Text("图谱", "Map"), "maps:map", 1),
    MenuEntry(Text("产品清单", "Products"), "atlas:products", 2),
    MenuEntry(Text("组织清单", "Organisations"), "atlas:organisations", 3),
    MenuEntry(Text("企业需求清单", "Needs of firms"), "atlas:demands", 4),
    MenuEntry(Text("来源清单", "Sources"), "atlas:sources", 5),
    MenuEntry(Text("薄弱环节清单", "Weak points"), "diagnosis:listing", 6, "diagnosis.see"),
    MenuEntry(Text("诊断记录", "Runs of the diagnosis"), "diagnosis:runs", 7, "diagnosis.see"),
    MenuEntry(Text("情景推演", "What if"), "diagnosis:what_if", 8, "diagnosis.what_if"),
    MenuEntry(Text("措施与组合", "Measures"), "measures:list", 9, "measures.see"),
]


def terms(typed: str) -> list[str]:
    """Words to look for, as names are written in the index: narrow, lower case; all must occur.

    >>> terms("  ＣＨＯ-K1 细胞（新）")
    ['chok1', '细胞新']
    """
    found = ["".join(spelling.cut(word)) for word in spelling.plain(typed[:LONGEST]).split()]
    return [word for word in found if word][:MOST_TERMS]


def mark(chain: int, of_class: str, kind: str, stage: str) -> str:
    """What stands before each word in the index: of which chain, for whom, what, and which part of the name.

    A reader asks for the words of their own chains and classes only, so that a hidden row is not even passed over.
    """
    return f"{chain}{'abcd'[CONFIDENTIALITY.index(of_class)]}{kind}{stage}"


def index_text(chain: int, of_class: str, kind: str, names: Iterable[str]) -> str:
    """The words under which a row is found, marked."""
    found = spelling.index_words(names)
    return " ".join(mark(chain, of_class, kind, stage) + word for stage in STAGES for word in sorted(found[stage]))


def asked(found: list[str], stage: str, marks: Iterable[tuple[int, str]], kind: str) -> list[list[str]]:
    """What to ask the index for, for each chain and class of the reader."""
    wanted = []
    for chain, of_class in marks:
        first, part = mark(chain, of_class, kind, stage), mark(chain, of_class, kind, "p")
        if stage == "e":
            words = [first + "".join(found)[: spelling.WHOLE]]
        elif stage == "b":
            words = [first + word for word in spelling.asked_words(found[0], "b")]
            words += [part + word for term in found[1:] for word in spelling.asked_words(term, "p")]
        else:
            words = [first + word for term in found for word in spelling.asked_words(term, "p")]
        wanted.append(words)
    return wanted


def digest(of_class: str, names: Iterable[str]) -> int:
    """Tell whether a row has to be indexed anew; fits a signed 64-bit column."""
    said = "\x1f".join((of_class, *names)).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)


def rank(found: list[str], names: Iterable[str]) -> int | None:
    """How well a thing fits, 0 best: whole name, its beginning, inside it, the same by pinyin; None where it does not fit.

    All terms must fit into one name, or each into one of them.

    >>> rank(["yang"], ["培养基"]), rank(["pyj"], ["培养基"]), rank(["培养"], ["培养基"]), rank(["基"], ["培养基"]), rank(["x"], ["培"])
    (5, 4, 1, 3, None)
    """
    best, names = None, [name for name in names if name]
    for name in names:
        run = spelling.run_together(name)
        if run == "".join(found):
            return 0
        places = [spelling.fits(term, name) for term in found]
        if any(place is None for place in places):
            continue
        written = all(term in run for term in found)
        fit = (1 if places[0] == 0 else 3) if written else (4 if places[0] == 0 else 5)
        best = fit if best is None else min(best, fit)
    if best is None and len(found) > 1:
        scattered = all(any(spelling.fits(term, name) is not None for name in names) for term in found)
        return 6 if scattered else None
    return best
