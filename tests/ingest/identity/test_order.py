"""One table says which of several forms of a measurement counts."""

import csv
from pathlib import Path

from ingest.identity import order
from ingest.identity.order import form_of
from ingest.recognize import all_readers


def test_every_reader_of_ours_stands_in_the_table_once() -> None:
    path = Path(order.__file__).with_name("order.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    named = [reader for row in rows for reader in row["readers"].split("|")]
    assert sorted(named) == sorted(reader.name for reader in all_readers())
    assert all(row["reason"] for row in rows)


def test_binary_counts_before_text_and_text_before_tables() -> None:
    forms = [form_of(name) for name in ("neware_nda", "neware_csv", "battery_data_format")]
    assert [form.name for form in forms] == ["binary", "text", "table"]
    assert [form.rank for form in forms] == sorted(form.rank for form in forms)


def test_a_reader_of_another_package_reads_texts_as_far_as_we_know() -> None:
    assert form_of("of_another_package").name == "text"
