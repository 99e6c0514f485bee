"""Changes of facts and imports on the secrecy stage, a word in every text, and who may do what with them."""

from lianban.apps.atlas import services
from lianban.apps.imports.models import Import, Line, Naming, Piece
from lianban.apps.parties.services import SYSTEM


def tell(stage, chain, at, readers):
    """A change of the innermost class with a note, and an import that waits to be confirmed."""
    title = stage.word("ChangeSet: a source only officers read", readers("private"))
    note = stage.word("ChangeSet.note", readers("open", deed="atlas.see_changes"))
    source = {"title": title, "kind": "own", "confidentiality": "private"}
    made = services.enter(
        chain=chain, tables={"sources": {"told-late": source}}, kind="edit", by=SYSTEM, at=at, note=note
    )
    who = readers("open", deed="imports.bring")
    word = {
        name: stage.word(f"Import: {name}", who)
        for name in ("name", "label", "cell", "reason", "before", "meant", "naming")
    }
    sheet = {"name": "表", "rows": 2, "hidden": False, "first": [[1, ["名称"]], [2, [word["cell"]]]]}
    other = {"name": "另一张", "rows": 1, "hidden": False, "first": [[1, ["名称"]]]}
    read = {"kind": "csv", "sheets": [sheet, other], "sheet": "表", "notes": [], "results": ".csv",
            "header": {"rows": [1], "names": ["名称"], "first_row": 2, "last_row": 2, "notes": []}}  # fmt: skip
    mapping = {"sheet": "表", "table": "organisations", "columns": {"0": {"column": "name"}}, "constants": {}}
    stage.pks["import"] = {}
    for state in ("preview", "mapping"):
        one = Import.objects.create(chain=chain, name=word["name"], label=word["label"], by="user:0", at=at, keep_until=at.date(),
                                    state=state, read=read, mapping=mapping, counts={"new": 1, "ask": 1}, stamp=chain.stamp + 1)  # fmt: skip
        stage.pks["import"][state] = one.pk
        told = {"column": "", "value": "", "code": "x", "zh": word["reason"], "en": word["reason"]}
        Line.objects.create(of=one, number=2, table="organisations", code="new-one", verdict="changed", before={"name": word["before"]},
                            after={"name": word["cell"]}, reasons=[told])  # fmt: skip
        Piece.objects.create(of=one, kind="results", number=0, data=word["cell"].encode())
        Piece.objects.create(of=one, number=0, data=word["cell"].encode())
    Naming.objects.create(
        chain=chain,
        name=word["naming"],
        candidates=[{"code": "x", "name": word["meant"], "score": 0.8, "zh": "像", "en": "like"}],
    )
    stage.pks["change"] = made.stamp_after


def addresses(stage):
    change, found = stage.pks["change"], ["/imports/", "/imports/new/", "/chains/begin/", "/chains/bags/changes/"]
    found += [f"/chains/bags/changes/{change}/", "/chains/bags/rows/sources/", "/chains/bags/rows/sources/told-late/"]
    for what in ("edit", "delete"):
        found.append(f"/chains/bags/rows/sources/{what}/told-late/")
    for pk in stage.pks["import"].values():
        found += [f"/imports/{pk}/{tab}" for tab in ("", "columns/", "names/", "results/")]
    return found


def rows(stage, at):
    """As the table in test_permissions."""
    views, imports, base = "lianban.apps.atlas.views", "lianban.apps.imports.views", "/chains/bags/rows/sources"
    source = {"title": "年报", "kind": "own", "confidentiality": "open"}
    waiting, mapping = (f"/imports/{stage.pks['import'][state]}" for state in ("preview", "mapping"))
    return [
        (f"{views}.changes.undo", "atlas.undo_any", f"/chains/bags/changes/{stage.pks['change']}/undo/", {}),
        (f"{views}.rows.row_new", "atlas.change", f"{base}/new/", {"code": "s-new", **source}),
        (f"{views}.rows.row_edit", "atlas.change", f"{base}/edit/told-late/", source),
        (f"{views}.rows.row_delete", "atlas.change", f"{base}/delete/told-late/", {}),
        (f"{views}.beginning.begin", "atlas.begin_chain", "/chains/begin/",
         {"code": "begun", "name": "新链", "data_date": "2026-11-01", "confidentiality": "office"}),
        (f"{imports}.bring", "imports.bring", "/imports/new/", {"chain": "bags", "text": "名称\t类型\n甲\t企业\n"}),
        (f"{imports}.columns", "imports.bring", f"{mapping}/columns/",
         {"table": "organisations", "column-0": "name", "source": "told-late", "observed_on": "2026-11-01"}),
        (f"{imports}.names", "imports.bring", f"{waiting}/names/", {}),
        (f"{imports}.sheet", "imports.bring", f"{waiting}/sheet/", {"sheet": "另一张"}),
        (f"{imports}.confirm", "imports.bring", f"{waiting}/confirm/", {}),
        (f"{imports}.drop", "imports.bring", f"{waiting}/drop/", {}),
    ]  # fmt: skip
