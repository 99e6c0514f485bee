"""The one dictionary is whole, and every page made from it is up to date."""

from pathlib import Path

import pytest

import lianban as lb
from lianban.chain.dictionary import PANDAS_DTYPES, TABLES
from lianban.chain.findings import rules
from lianban.chain.judgements import items
from lianban.chain.reference import PAGES

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("name", list(PAGES))
def test_generated_pages_are_what_the_dictionary_says(name):
    page = ROOT / "docs" / "reference" / name
    assert page.read_text(encoding="utf-8") == PAGES[name](), "run: python -m lianban.chain.reference docs/reference"


def test_every_column_is_well_formed():
    for table in TABLES.values():
        assert sum(column.is_key for column in table) == 1
        assert table.names[0] == "code"
        for column in table:
            assert column.type in PANDAS_DTYPES
            assert column.required in ("", "yes", "key")
            assert len(column.enum) == len(column.enum_zh) == len(set(column.enum_zh))
            assert not column.enum or column.default in ("", *column.enum)
            if column.references:
                assert column.references[1] in TABLES[column.references[0]].names


def test_every_fact_table_carries_source_date_confidence_and_confidentiality():
    plain = {"chain", "segments", "sources"}
    for table in set(TABLES) - plain:
        assert {"source", "observed_on", "confidence", "confidentiality", "note"} <= set(TABLES[table].names)
        assert TABLES[table]["source"].is_required
        assert TABLES[table]["observed_on"].is_required


def test_every_judgement_item_says_what_it_allows():
    assert set(items()) == set(TABLES["assessments"]["item"].enum)
    for item in items().values():
        assert item.type in ("enum", "integer", "text")
        assert len(item.values_zh) in (0, len(item.values))
        for word in item.values + item.values_zh:
            assert item.accepts(item.read(word))


def test_tables_have_the_documented_types(small_chain):
    for table, frame in small_chain.tables.items():
        assert list(frame.columns) == TABLES[table].names
        for column in TABLES[table]:
            assert str(frame[column.name].dtype) == column.dtype, (table, column.name)
    empty = lb.Chain.from_tables({})
    for table, frame in empty.tables.items():
        assert frame.dtypes.equals(small_chain.tables[table].dtypes)


def test_every_finding_is_raised_somewhere():
    code = "".join(p.read_text("utf-8") for p in (ROOT / "src/lianban/chain").rglob("*.py") if "tests" not in p.parts)
    assert not [rule for rule in rules() if f'"{rule}"' not in code]


def test_samples_are_read_by_name():
    assert lb.read_chain("sample:antibody").info["code"] == "antibody"
    with pytest.raises(lb.DataError, match="antibody"):
        lb.read_chain("sample:nothing")
