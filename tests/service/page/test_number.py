"""Numbers for people."""

import re
from math import floor, inf, isfinite, log10, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.page.number import entered, interval, number


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (162.1, 1.8, "162.1 ± 1.8"),
        (1.23e-4, 0.04e-4, "(1.230 ± 0.040) × 10⁻⁴"),
        (12345.6, None, "12\u202f350"),
        (-3.14159, None, "−3.142"),
        (0.0, None, "0.000"),
        (0.0, 0.5, "0.00 ± 0.50"),
        (1234.5, 12.3, "1234 ± 12"),
        (98765.4, 1234.0, "98\u202f800 ± 1200"),
        (None, None, "–"),
        (nan, 1.0, "–"),
        (inf, None, "∞"),
        (-inf, None, "−∞"),
        (5.0, 0.0, "5.000"),
        (5e-324, None, "0.000"),
        (5.0, 5e-324, "5.000"),
    ],
)
def test_an_error_is_told_to_two_digits_and_the_value_to_its_place(
    value: float | None, error: float | None, text: str
) -> None:
    assert number(value, error) == text


def test_an_open_interval_says_so() -> None:
    assert interval(462.0, 441.0, None, "95 %") == "462.0 (95 %: 441.0 to ∞)"


def test_bounds_are_no_interval_of_confidence() -> None:
    assert interval(350.3, 350.0, 351.0) == "350.3 (350.0 to 351.0)"
    assert interval(60.0, 60.0, 60.0) == "60.00"


def test_no_digit_is_added_to_what_somebody_entered() -> None:
    assert [entered(each) for each in (1.0, 0.7854, 1000.0, 26400, 0.00062832, None)] == [
        "1",
        "0.7854",
        "1000",
        "26\u202f400",
        "6.2832 × 10⁻⁴",
        "–",
    ]


def _read(text: str) -> float:
    """Return what a person reads."""
    mantissa, _, power = text.replace("\u202f", "").replace("−", "-").partition(" × 10")
    superscripts = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    exponent = int(power.translate(superscripts)) if power else 0
    return float(mantissa.strip("()").split(" ± ")[0]) * 10.0**exponent


@given(
    st.floats(-1e300, 1e300, allow_subnormal=False).filter(
        lambda each: each == 0 or abs(each) > 1e-290
    )
)
def test_a_number_is_read_as_what_it_is_to_four_digits(value: float) -> None:
    read = _read(number(value))
    assert (
        abs(read - value) <= 0.51 * 10.0 ** (floor(log10(abs(value))) - 3) if value else read == 0
    )


@given(st.floats(1e-12, 1e12), st.floats(1e-6, 1e3))
def test_the_text_is_within_the_error(value: float, part: float) -> None:
    error = value * part
    text = number(value, error)
    assert isfinite(_read(text))
    assert abs(_read(text) - value) <= error
    assert re.search(r" ± [\d.\u202f]+", text)
