"""When a file is not made, all reasons at once."""

from lianban.apps.reports import rules


def codes(**changes):
    asked = {"kind": "xlsx", "graph": "all", "has_run": True, "waiting": 0, **changes}
    return [refusal.code for refusal in rules.ask_refusals(**asked)]


def test_reasons_are_given_together():
    assert codes() == []
    assert codes(kind="exe", waiting=rules.MOST_WAITING) == ["reports.no_format", "reports.too_many_waiting"]
    assert codes(kind="gml", graph="people") == ["reports.no_graph"]
    assert codes(kind="pdf", has_run=False) == ["reports.no_run"] and codes(kind="zip", has_run=False) == []


def test_every_format_has_its_words_and_every_ending_its_media_type():
    assert set(rules.REPORTS) | set(rules.GRAPHS) <= set(rules.FORMATS)
    endings = {"csv": "csv.zip", "parquet": "parquet.zip"}
    assert {endings.get(kind, kind) for kind in rules.FORMATS} == set(rules.MEDIA)
