"""Whatever an instrument calls a technique, one filter finds it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import technique
from ingest.technique import technique_of, techniques


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("GCPL", "GCPL"),
        ("GCPL5", "GCPL"),
        ("PEIS", "EIS"),
        ("eis", "EIS"),
        ("Sweep Frequency, Control Voltage", "EIS"),
        ("Sweep Frequency, Control Current", "GEIS"),
        ("Open Circuit, Potentiostatic EIS", "EIS"),
        ("Open Circuit, Cyclic Voltammetry, Potentiostatic EIS", None),
        ("Open Circuit", "OCV"),
        ("CHRONOA", "CA"),
        ("ad", "CA"),
        ("Cyclic Voltammetry", "CV"),
        ("MB", None),
        ("", None),
        ("7", None),
        (None, None),
    ],
)
def test_a_word_means_a_technique(label: str | None, name: str | None) -> None:
    found = technique_of(label)
    assert (found and found.name) == name


@given(st.sampled_from(sorted(techniques())), st.booleans(), st.sampled_from(["", " ", "\t"]))
def test_letter_case_and_blanks_tell_nothing(word: str, capitals: bool, blank: str) -> None:
    label = blank + (word.upper() if capitals else word) + blank
    assert technique_of(label) is techniques()[word]


def test_no_word_means_two_and_each_technique_is_its_own_word() -> None:
    with Path(technique.__file__).with_suffix(".tsv").open(encoding="utf-8", newline="") as file:
        rows = [row.rstrip("\n").split("\t") for row in file][1:]
    words = [word.casefold() for *_, told in rows for word in told.split("|")]
    assert sorted({*words}) == sorted(words)
    assert [name for name, _, _, told in rows if name and name not in told.split("|")] == []
