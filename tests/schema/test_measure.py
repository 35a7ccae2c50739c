"""Quantities are read as people write them, and never as something else."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema.error import InvalidArgument, UnknownUnit
from schema.measure import Measure, measure, number_in, sizes

FINITE = st.floats(allow_nan=False, allow_infinity=False)
UNITS = st.sampled_from(
    [None, "V", "mA/cm²", "°C", "%", "‰", "wt%", "Ω·cm²", "mAh·g⁻¹", "1/s", "µm"]
)
QUALIFIERS = st.sampled_from([None, "<", ">", "~", "<=", ">="])
RANGES = st.tuples(FINITE, FINITE).map(sorted)
MEASURES = st.one_of(
    st.builds(Measure, value=FINITE, unit=UNITS, qualifier=QUALIFIERS),
    st.builds(
        lambda ends, unit, qualifier: Measure(None, unit, qualifier, *ends),
        RANGES,
        UNITS,
        QUALIFIERS,
    ),
    st.builds(Measure, text=st.text(min_size=1)),
)


@settings(deadline=None)  # the units are read once, by whichever test comes first
@given(MEASURES)
def test_what_is_written_is_read_again(written: Measure) -> None:
    assert measure(str(written)) == written


@settings(deadline=None)  # the same
@given(st.text())
def test_any_text_is_a_measure_or_refused(text: str) -> None:
    try:
        found = measure(text)
    except (InvalidArgument, UnknownUnit):
        return
    assert measure(str(found)) == found


@settings(deadline=None)  # the same
@given(FINITE.filter(lambda value: abs(value) < 1e9), st.sampled_from([("mV", "V"), ("°C", "K")]))
def test_there_and_back_is_where_it_was(value: float, units: tuple[str, str]) -> None:
    here, there = units
    back = Measure(value, here).to(there).to(here).value
    assert back is not None
    assert math.isclose(back, value, rel_tol=1e-12, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 µm", Measure(1, "µm")),
        ("1 um", Measure(1, "µm")),
        ("0.05 mA/cm2", Measure(0.05, "mA/cm²")),
        ("0.05 mA cm^-2", Measure(0.05, "mA·cm⁻²")),
        ("900℃", Measure(900, "°C")),
        ("900 deg C", Measure(900, "°C")),
        ("60000 ohm cm2", Measure(60000, "Ω·cm²")),
        ("~ 3000 mV", Measure(3000, "mV", "~")),
        ("≈3000mV", Measure(3000, "mV", "~")),
        ("≥ 300 h", Measure(300, "h", ">=")),
        ("\N{MINUS SIGN}0.5 V", Measure(-0.5, "V")),
        ("1.12×10⁻⁴ S/cm", Measure(1.12e-4, "S/cm")),
        ("2–5 µm", Measure(None, "µm", None, 2, 5)),
        ("-5--2 V", Measure(None, "V", None, -5, -2)),
        ("40 to 60 GPa", Measure(None, "GPa", None, 40, 60)),
        ("160", Measure(160)),
        ("Large", Measure(text="Large")),
        ("over 800 h", Measure(text="over 800 h")),
        ('"2-propanol"', Measure(text="2-propanol")),
        ('"Large" at first', Measure(text='"Large" at first')),
    ],
)
def test_people_write_it_in_many_ways(text: str, meant: Measure) -> None:
    assert measure(text) == meant


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("3000 mV", "V", 3),
        ("900 °C", "K", 1173.15),
        ("5 K/min", "°C/min", 5),
        ("0.05 mA·cm⁻²", "mA/cm2", 0.05),
        ("0.002 mm", "um", 2),
        ("92 %", "1", 0.92),
        ("160 cycles", "1", 160),
        ("1 mol/L", "M", 1),
    ],
)
def test_a_measure_has_the_same_size_in_another_unit(text: str, unit: str, value: float) -> None:
    assert measure(text).to(unit).value == value


def test_a_range_and_a_qualifier_go_along_into_another_unit() -> None:
    assert measure("~2-5 µm").to("nm") == Measure(None, "nm", "~", 2000, 5000)


@pytest.mark.parametrize("text", ["5 h", "5", "Large"])
def test_what_is_no_voltage_never_becomes_one(text: str) -> None:
    with pytest.raises(InvalidArgument, match="converts to V"):
        measure(text).to("V")


@pytest.mark.parametrize("text", ["900 C", "0.1 C", "5 C/min", "800 k"])
def test_a_unit_that_could_be_several_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="it takes"):
        measure(text)


@pytest.mark.parametrize(
    "text", ["", "1,000 mV", "1.000.000 mV", "5-2 V", "1e999 V", "- 5 V", "<> 5 V"]
)
def test_what_begins_as_a_number_and_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="number or range"):
        measure(text)


@pytest.mark.parametrize(
    ("text", "near"),
    [("3000 mv", "mV"), ("5 hourz", "hour"), ("3.07 V vs Li/Li+", "V"), ("2×105 mm", "mm")],
)
def test_an_unknown_unit_is_refused_with_those_that_are_near(text: str, near: str) -> None:
    with pytest.raises(UnknownUnit) as refusal:
        measure(text)
    assert near in refusal.value.known


@pytest.mark.parametrize("unit", ["m**9**9", "9**9**9", "__import__('os')", "V/", "(V", "V" * 50])
def test_a_unit_is_never_computed(unit: str) -> None:
    with pytest.raises(UnknownUnit):
        measure(f"5 {unit}")


@pytest.mark.parametrize(
    ("text", "size", "error"),
    [
        ("1.00 ± 0.05 mm", 1000.0, 50.0),
        ("1 mm ± 50 µm", 1000.0, 50.0),
        ("1 mm ± 5 %", 1000.0, 50.0),
        ("1 mm +/- 0.05", 1000.0, 50.0),
        ("~ 1 mm", 1000.0, None),
        ("0.1 cm", 1000.0, None),
    ],
)
def test_a_size_may_be_written_with_its_error(text: str, size: float, error: float | None) -> None:
    found, found_error = sizes(text, "µm")
    assert found == pytest.approx(size)
    assert (found_error is None) == (error is None)
    assert (found_error or 0.0) == pytest.approx(error or 0.0)


@pytest.mark.parametrize(
    "text", ["1 ± 2 ± 3 mm", "1 mm ± -5 µm", "1-2 mm", "< 1 mm", "1 mm ± 5 g", "thick", "1 ± 2"]
)
def test_what_is_no_size_with_an_error_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument):
        sizes(text, "µm")


def test_a_part_per_mille_is_a_tenth_of_a_percent() -> None:
    assert measure("5 ‰") == Measure(value=5.0, unit="‰")
    assert measure("5‰").to("%").value == 0.5
    assert measure("3 wt ‰").unit == "wt‰"
    assert measure("3 wt‰").to("").value == 0.003
    assert sizes("1 mm ± 5 ‰", "mm") == (1.0, 0.005)


def test_units_are_read_as_people_write_them() -> None:
    assert number_in("1 mm", "µm") == pytest.approx(1000)
    assert number_in("~ 120 mg", "g") == pytest.approx(0.12)
    assert number_in("0.5 A/m2", "mA/cm²") == pytest.approx(0.05)
    assert number_in("333.15 K", "°C") == pytest.approx(60)
    assert number_in("1 h", "s") == pytest.approx(3600)


def test_an_error_is_refused_where_none_is_kept() -> None:
    with pytest.raises(InvalidArgument, match="without an error"):
        number_in("1.0 ± 0.1 g", "g")
