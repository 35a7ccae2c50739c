"""Whatever an instrument calls a technique, one filter finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_no_word_means_two() -> None:
    rows = [word for technique in techniques().values() for word in (technique.name,) if word]
    assert {technique_of(name).name for name in rows} == set(rows)  # type: ignore[union-attr]
