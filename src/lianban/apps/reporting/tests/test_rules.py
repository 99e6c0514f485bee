"""What the views promise, without a database."""

from lianban.apps.reporting import rules


def test_every_view_asks_for_the_class_of_the_row_and_of_its_chain_and_never_for_private_rows():
    names = [name for name, _, _ in rules.named()]
    assert len(names) == len(set(names)) and all(name.startswith("report_") and name.endswith("_v1") for name in names)
    for _, view, classes in rules.named():
        sql = view.sql(classes)
        assert "private" not in sql and "c.confidentiality IN ('open'" in sql
        assert view.name in ("chains", "segments") or "f.confidentiality IN ('open'" in sql
        assert ("office" in sql) == (len(classes) == 3)
