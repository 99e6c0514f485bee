"""A plain folder: what is read, and everything that is wrong with it at once."""

import numpy as np
import pytest

from lianban.chain.errors import DataError
from lianban.chain.risk import is_plain, read_plain
from lianban.chain.risk.per_firm import read_market, read_per_firm, refuse
from lianban.chain.tests.conftest import write_csv_folder
from lianban.engine.cascade import systemic_risk
from lianban.engine.cascade.tests import make_reference

GOOD = {
    "edges.csv": "supplier,customer,weight\n1,2,5\n2,3,7.5\n3,3,1\n",
    "sectors.csv": "firm,sector\n1,1\n2,2\n3,2\n",
    "essential.csv": "0,2\n1,2\n",
}


@pytest.fixture
def folder(tmp_path):
    """Write a folder from texts by file name; None leaves a file out."""

    def write(encoding="utf-8", **changes):
        place = tmp_path / "plain"
        place.mkdir(exist_ok=True)
        for name, text in (GOOD | {f"{key}.csv": text for key, text in changes.items()}).items():
            (place / name).unlink(missing_ok=True)
            if text is not None:
                (place / name).write_bytes(text.encode(encoding))
        return place

    return write


def told(place):
    """Every finding: code, file, row, value."""
    with pytest.raises(DataError) as refused:
        read_plain(place)
    assert all(finding.remedy.zh and finding.remedy.en for finding in refused.value.findings)
    return [(one.code, one.file, one.row, one.value) for one in refused.value.findings if one.severity == "error"]


def test_the_stored_network_reads_back_as_it_was_drawn():
    plain, drawn = read_plain(make_reference.FOLDER), make_reference.network()
    assert plain.firms == tuple(str(k) for k in range(1, 13))
    for name in ("seller", "buyer", "value", "group", "input_class"):
        assert (getattr(plain.network, name) == getattr(drawn, name)).all()


@pytest.mark.parametrize("slow", [False, True])
def test_both_readers_read_the_same(folder, slow):
    quoted = GOOD["edges.csv"].replace("1,2,5", '"1","2","5"') if slow else GOOD["edges.csv"]
    plain = read_plain(folder(edges=quoted))
    assert plain.network.seller.tolist() == [0, 1, 2] and plain.network.buyer.tolist() == [1, 2, 2]
    assert plain.network.value.tolist() == [5, 7.5, 1] and plain.network.input_class.tolist() == [2, 2, 2]


def test_numbers_keep_every_digit(folder):
    exact = ["0.1", "1e-300", "123456789.12345679", "2.2250738585072014e-308"]
    text = "supplier,customer,weight\n" + "".join(f"1,{k + 1},{one}\n" for k, one in enumerate(exact[:3]))
    assert read_plain(folder(edges=text)).network.value.tolist() == [float(one) for one in exact[:3]]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_files_in_the_encodings_that_offices_send(folder, encoding):
    place = folder(
        encoding,
        edges="供方,需方,金额\n甲厂,乙厂,5\n乙厂,丙厂,7\n",
        sectors="企业,行业\n甲厂,钢铁\n乙厂,机械\n丙厂,机械\n",
        essential="行业,机械,钢铁\n钢铁,2,0\n机械,1,2\n",
    )
    plain = read_plain(place)
    assert plain.firms == ("甲厂", "乙厂", "丙厂") and plain.sectors == ("钢铁", "机械")
    assert plain.network.input_class.tolist() == [2, 1]
    notes = [one.code for one in plain.findings]
    assert notes == (["encoding_guessed"] * 3 if encoding == "gb18030" else [])


def test_codes_that_are_whole_numbers_are_compared_as_numbers(folder):
    place = folder(edges="customer;weight;supplier;note\n02;5;1.0;x\n3;1;2;\n", sectors="firm,sector\n3,1\n2,02\n1,2\n")
    plain = read_plain(place)
    assert plain.firms == ("1", "2", "3")  # exactly 1 … n: in this order, so that rows of other files are found
    assert plain.network.group.tolist() == [1, 1, 0] and plain.network.seller.tolist() == [0, 1]
    text = read_plain(folder(edges="supplier,customer,weight\nb,a,1\n", sectors="firm,sector\nb,1\na,2\n"))
    assert text.firms == ("b", "a")


def test_everything_that_is_wrong_is_told_at_once(folder):
    place = folder(
        edges="supplier,customer,weight\n1,2,5\n1,2,6\n2,9,-1\n,3,x\n3,2,inf\n1,3\n",
        sectors="firm,sector\n1,1\n2,7\n3,2\n2,2\n",
        essential="0,2\n1,5\n",
    )
    assert sorted(told(place), key=str) == sorted(
        [
            ("risk_pair_twice", "edges.csv", 3, ""),
            ("risk_firm_unknown", "edges.csv", 4, "9"),
            ("risk_negative", "edges.csv", 4, "-1"),
            ("risk_empty", "edges.csv", 5, ""),
            ("risk_number", "edges.csv", 5, "x"),
            ("risk_not_finite", "edges.csv", 6, "inf"),
            ("risk_cells", "edges.csv", 7, ""),
            ("risk_sector_unknown", "sectors.csv", 3, "7"),
            ("risk_firm_twice", "sectors.csv", 5, "2"),
            ("risk_class", "essential.csv", 2, "5"),
        ],
        key=str,
    )


def test_a_clean_file_with_wrong_rows_is_told_by_row_too(folder):
    place = folder(edges="supplier,customer,weight\n1,2,5\n2,3,-7.5\n1,2,5\n4,1,1\n")
    assert told(place) == [
        ("risk_negative", "edges.csv", 3, "-7.5"),
        ("risk_firm_unknown", "edges.csv", 5, "4"),
        ("risk_pair_twice", "edges.csv", 4, ""),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"edges": None, "essential": None}, [("risk_file_missing", "edges.csv", None, "edges.csv"), ("risk_file_missing", "essential.csv", None, "essential.csv")]),
        ({"edges": "from,to,weight\n1,2,3\n"}, [("risk_header", "edges.csv", 1, "from,to,weight")]),
        ({"edges": "1,2,3\n"}, [("risk_header", "edges.csv", 1, "1,2,3")]),
        ({"edges": ""}, [("risk_nothing", "edges.csv", None, "edges.csv")]),
        ({"edges": "supplier,customer,weight\n"}, [("risk_nothing", "edges.csv", None, "edges.csv")]),
        ({"sectors": "firm,sector\n1,1\n2,\n3,2\n"}, [("risk_empty", "sectors.csv", 3, "")]),
        ({"sectors": "firm,sector\n1,1\n2,2\n"}, [("risk_firm_unknown", "edges.csv", 3, "3"), ("risk_firm_unknown", "edges.csv", 4, "3"), ("risk_firm_unknown", "edges.csv", 4, "3")]),
        ({"essential": "0,2\n1\n"}, [("risk_not_square", "essential.csv", 2, "")]),
        ({"essential": "0,2\n1,2\n0,0\n"}, [("risk_not_square", "essential.csv", 1, ""), ("risk_not_square", "essential.csv", 2, ""), ("risk_not_square", "essential.csv", 3, "")]),
        ({"essential": "\n"}, [("risk_nothing", "essential.csv", None, "essential.csv")]),
        ({"essential": ",1,2\n1,0,2\n3,1,2\n"}, [("risk_labels_differ", "essential.csv", None, "2, 3")]),
        ({"essential": ",1,1\n1,0,2\n1,1,2\n"}, [("risk_labels_differ", "essential.csv", None, "1")]),
        ({"essential": ",1,2\n1,0,1.5\n2,1,x\n"}, [("risk_class", "essential.csv", 2, "1.5"), ("risk_class", "essential.csv", 3, "x")]),
    ],
)  # fmt: skip
def test_each_fault_has_its_file_row_and_remedy(folder, changes, expected):
    assert sorted(told(folder(**changes)), key=str) == sorted(expected, key=str)


def test_a_file_that_is_no_text_is_told_beside_the_others(folder):
    place = folder(sectors="firm,sector\n1,9\n2,2\n3,2\n")
    (place / "edges.csv").write_bytes(bytes(range(128, 256)) * 40)
    assert {code for code, *_ in told(place)} == {"unreadable", "risk_sector_unknown"}


def test_a_matrix_without_names_says_which_sectors_it_stands_for(folder):
    with pytest.raises(DataError) as refused:
        read_plain(folder(sectors="firm,sector\n1,A\n2,2\n3,2\n"))
    assert "sectors 1 to 2" in refused.value.in_("en") and "行业 1 到 2" in refused.value.in_("zh")


def test_only_a_folder_with_one_of_the_files_is_plain(folder, tmp_path):
    assert is_plain(folder(edges=None, sectors=None))
    package = write_csv_folder(tmp_path / "package", {"products": [{"code": "p"}]})
    assert not is_plain(package) and not is_plain(package / "products.csv")


def test_market_groups_are_read_by_firm_and_every_gap_is_told(tmp_path):
    path = tmp_path / "market.csv"
    path.write_text("firm,market\n3,x\n1,y\n2,x\n", encoding="utf-8")
    market, batches = read_market(path, ["1", "2", "3"], "sectors.csv")
    assert market.tolist() == ["y", "x", "x"] and not batches
    path.write_text("firm,market\n3,x\n3,y\n8,\n", encoding="utf-8")
    with pytest.raises(DataError) as refused:
        refuse(read_market(path, ["1", "2", "3"], "sectors.csv")[1])
    assert sorted((one.code, one.row, one.value) for one in refused.value.findings if one.row) == [
        ("risk_empty", 4, ""), ("risk_firm_twice", 3, "3"), ("risk_firm_unknown", 4, "8"),
    ]  # fmt: skip
    assert [one.value for one in refused.value.findings if one.code == "risk_firm_missing"] == ["1", "2"]
    path.write_text("who,what\n", encoding="utf-8")
    assert [one.code for one in read_market(path, ["1"], "sectors.csv")[1]] == ["risk_header"]


@pytest.mark.parametrize(
    ("text", "names", "values"),
    [
        ("0.5,0\n0,1\n", ("1", "2"), [[0.5, 0], [0, 1]]),
        ("firm,fire,flood\n2,0,1\n1,0.5,0\n", ("fire", "flood"), [[0.5, 0], [0, 1]]),
        ("jobs\n4\n25\n", ("jobs",), [[4], [25]]),
        ("4\n\n25\n", ("1",), [[4], [25]]),
    ],
)
def test_numbers_of_each_firm_come_with_or_without_header(tmp_path, text, names, values):
    path = tmp_path / "numbers.csv"
    path.write_text(text, encoding="utf-8")
    found, batches = read_per_firm(path, ["1", "2"], "sectors.csv")
    assert not batches and found.names == names and found.values.tolist() == values


@pytest.mark.parametrize(
    ("text", "options", "codes"),
    [
        ("1\n2\n3\n", {}, ["risk_rows"]),
        ("firm,psi\n1,1.5\n1,-1\n7,x\n", {"share": True}, ["risk_firm_missing", "risk_firm_twice", "risk_firm_unknown", "risk_number", "risk_share"]),
        ("0\n0\n", {"some": True}, ["risk_no_output"]),
        ("1,2\n3\n", {}, ["risk_cells"]),
        ("-1\ninf\n", {}, ["risk_negative", "risk_not_finite"]),
        ("\n", {}, ["risk_nothing"]),
    ],
)  # fmt: skip
def test_numbers_of_each_firm_are_refused_with_every_reason(tmp_path, text, options, codes):
    path = tmp_path / "numbers.csv"
    path.write_text(text, encoding="utf-8")
    found, batches = read_per_firm(path, ["1", "2"], "sectors.csv", **options)
    assert found is None and sorted({batch.code for batch in batches}) == codes


def test_the_reference_networks_read_and_give_the_published_index(shared_data):
    folder = shared_data("esri_reference") / "n200"
    expected = np.loadtxt(folder / "market_eps1e-2.csv", delimiter=",", skiprows=1)
    assert np.abs(systemic_risk(read_plain(folder).network).esri - expected[:, 1]).max() <= 1e-12
