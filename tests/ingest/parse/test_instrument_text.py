"""Tables amid the other lines of an instrument's text."""

from pathlib import Path

import numpy as np
import pytest

from ingest.parse.instrument_text import (
    announced,
    fact_of,
    only_in_sweeps,
    table_within,
    text_lines,
)
from ingest.readers import gamry_dta
from ingest.reading import Export, RawColumn
from schema.error import EmptyExport, UnreadableExport
from schema.quantity import quantities

READERS = Path(gamry_dta.__file__).parent
TABLES = [
    path for path in READERS.glob("*.tsv") if path.read_text().startswith("name\tquantity\ts")
]


def export_of(folder: Path, content: bytes = b"") -> Export:
    path = folder / "x.txt"
    path.write_bytes(content)
    return Export(path, path.name, content[:4096], path)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_every_column_name_means_a_quantity(path: Path) -> None:
    meant = [line.split("\t")[1] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    assert {quantity for quantity in meant if quantity} <= quantities().keys()


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        (" 1.5E-3 ", 1.5e-3),
        ("-2,5", -2.5),
        (".5", 0.5),
        ("7", 7.0),
        ("7.8.2", "7.8.2"),
        ("nan", "nan"),
        ("1e", "1e"),
        ("", ""),
    ],
)
def test_a_fact_is_a_number_only_where_all_of_it_is(text: str, fact: float | str) -> None:
    assert fact_of(text) == fact


def test_faults_and_notes_are_placed_by_the_line_in_the_file(tmp_path: Path) -> None:
    export = export_of(tmp_path)
    table = table_within(export, "r", ["1,2", "3"], 11, names=("a", "b"), separator=",")
    assert table.lines.tolist() == [11]
    assert [(note.kind, note.place) for note in table.findings] == [("truncated", "line 12")]
    with pytest.raises(UnreadableExport) as refusal:
        table_within(export, "r", ["1,2", "3", ""], 11, names=("a", "b"), separator=",")
    assert refusal.value.place == "line 12"
    with pytest.raises(EmptyExport):
        table_within(export, "r", ["", ""], 11, names=("a", "b"), separator=",")


def test_lines_are_read_in_either_encoding(tmp_path: Path) -> None:
    for encoding in ("utf-8", "latin-1", "utf-8-sig"):
        assert text_lines(export_of(tmp_path, "25 °C\r\nb\n".encode(encoding)), "r") == [
            "25 °C",
            "b",
            "",
        ]


def test_only_named_columns_are_missing_without_a_frequency() -> None:
    columns = [
        RawColumn("f", np.array([0.0, 10.0]), "frequency_hertz"),
        RawColumn("z", np.array([0.0, 5.0])),
        RawColumn("e", np.array([3.0, 3.5])),
    ]
    frequency, z, e = (raw.values for raw in only_in_sweeps(columns, {"f", "z"}))
    np.testing.assert_array_equal(frequency, [np.nan, 10])
    np.testing.assert_array_equal(z, [np.nan, 5])
    np.testing.assert_array_equal(e, [3, 3.5])


def test_fewer_records_than_announced_are_told_and_more_are_not() -> None:
    assert [note.kind for note in announced(3, 2, "table")] == ["truncated"]
    assert announced(3, 3, "table") == announced(2, 3, "table") == announced(None, 3, "table") == ()
