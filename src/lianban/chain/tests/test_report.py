"""The chain report: the same numbers as the diagnosis, nothing that the reader may not see."""

from datetime import datetime

import pytest

from lianban.chain.package import read_chain
from lianban.chain.report import LISTED, chain_report
from lianban.files.facts import Facts
from lianban.files.papers import Grid, Words
from lianban.rulebook.text import Text

FACTS = Facts(Text("报告", "Report"), datetime(2026, 11, 23), Text("链办经办", "officer"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_says_what_the_diagnosis_found(language):
    chain = read_chain("sample:antibody")
    found = chain.diagnose().to_dict()
    paper = chain_report(chain, found, FACTS, language=language)
    grid = next(block for block in paper.blocks if isinstance(block, Grid))
    points = found["weak_points"][:LISTED]
    assert [row[1].split("（")[0] for row in grid.rows] == [p["name"][language].split("（")[0] for p in points]
    assert [row[5].split()[0].split("（")[0] for row in grid.rows] == [f"{p['loss_cut'] * 100:.1f}" for p in points]
    words = " ".join(block.text for block in paper.blocks if isinstance(block, Words))
    assert str(len(found["weak_points"])) in words and "2026-11-22" in words
    firms = {one["name"][language] for one in found["organisations"]}
    told = " ".join(cell for block in paper.blocks if isinstance(block, Grid) for row in block.rows for cell in row)
    assert any(firm in told for firm in firms)
    without = chain_report(chain, found, FACTS, language=language, names_firms=False)
    assert len(without.blocks) < len(paper.blocks)
    said = " ".join(
        c for b in without.blocks if isinstance(b, Grid) and len(b.head) != 3 for row in b.rows for c in row
    )
    assert not any(firm in said for firm in firms)
