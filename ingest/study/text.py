"""Texts with a meaning in a study: quantities stay as written, checked where they stand."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from schema.configuration import parse_configuration
from schema.cycle_range import cycle_ranges
from schema.error import LeydenError
from schema.formula import molar_mass_gram_per_mole
from schema.measure import measure, number_in, sizes


def _parsed_by(parse: Callable[[str], object]) -> AfterValidator:
    """Return the check that a text can be parsed; it stays the text it is."""

    def check(text: str) -> str:
        try:
            parse(text)
        except LeydenError as fault:
            raise ValueError(str(fault)) from fault
        return text

    return AfterValidator(check)


def amount(unit: str) -> AfterValidator:
    """Return the check that a text is one number above zero, in a unit."""

    def parse(text: str) -> None:
        if number_in(text, unit) <= 0:
            message = f"{text!r} is not above zero"
            raise ValueError(message)

    return _parsed_by(parse)


def size(unit: str) -> AfterValidator:
    """Return the check that a text is one number above zero in a unit, with an error or without."""

    def parse(text: str) -> None:
        if sizes(text, unit)[0] <= 0:
            message = f"{text!r} is not above zero"
            raise ValueError(message)

    return _parsed_by(parse)


def level(unit: str) -> AfterValidator:
    """Return the check that a text is one number of either sign, in a unit."""
    return _parsed_by(lambda text: number_in(text, unit))


def _number_as_text(written: object) -> object:
    return str(written) if isinstance(written, int) and not isinstance(written, bool) else written


def moment(written: object) -> object:
    """Return a text as the moment it says; everything else as it is."""
    # pydantic alone would take a bare number for seconds since 1970
    return datetime.fromisoformat(written) if isinstance(written, str) else written


Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
MeasureText: TypeAlias = Annotated[Text, _parsed_by(measure)]
Formula: TypeAlias = Annotated[Text, _parsed_by(molar_mass_gram_per_mole)]
CycleNumbers: TypeAlias = Annotated[
    Text, BeforeValidator(_number_as_text), _parsed_by(cycle_ranges)
]
Configuration: TypeAlias = Annotated[Text, _parsed_by(parse_configuration)]
