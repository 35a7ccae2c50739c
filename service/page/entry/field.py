"""A field of a form: what its text says of columns, and how columns are written in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import isfinite
from typing import Any, Final

from schema.error import InvalidArgument
from schema.measure import Measure, number_in, sizes

_SHARE: Final = 15
"""Digits that tell a number of the catalog wholly."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field; its name is its id in the page too."""

    name: str
    label: str
    columns: tuple[str, ...]
    """Of the mutation's input, and of the type it changes."""
    read: Callable[[str], Sequence[Any]]
    """Returns a value a column; raises LeydenError or ValueError for a text it does not take."""
    write: Callable[..., str]
    """Returns the text of these values."""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    names: str = ""
    """Of which things it takes a name: substances or materials."""
    lines: int = 1
    needed: bool = False
    unit: str = ""

    def said(self, text: str) -> dict[str, Any]:
        """Return what a text says of the columns; an empty one says that nothing is known."""
        if not text.strip():
            return dict.fromkeys(self.columns, "" if self.needed else None)
        return dict(zip(self.columns, self.read(text.strip()), strict=True))

    def text_of(self, row: Mapping[str, Any]) -> str:
        """Return how a row stands in the form, empty where nothing is known."""
        values = [row[each] for each in self.columns]
        return "" if values[0] is None else self.write(*values)

    def understood(self, text: str) -> str:
        """Return what is understood of a quantity, in the unit it is stored in."""
        return self.write(*self.read(text.strip())) if self.unit and text.strip() else ""

    def of_row(self, kind: str, number: int) -> "Field":
        """Return the field as it stands in a numbered row."""
        label = f"{self.label} of {kind} {number}"
        return replace(self, name=f"{kind}-{number}-{self.name}", label=label)


def words(name: str, label: str, column: str = "", **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes a text."""
    return Field(name, label, (column or name,), lambda text: (text,), str, **more)


def choice(name: str, label: str, column: str, *choices: tuple[str, str], **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes one of some words; each is shown in words for people."""
    return Field(name, label, (column,), lambda text: (text,), str, choices=choices, **more)


def yes_or_no(name: str, label: str, column: str, **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes yes or no."""

    def read(text: str) -> tuple[bool]:
        if text not in {"yes", "no"}:
            raise InvalidArgument(name, text, "yes or no")
        return (text == "yes",)

    choices = (("yes", "yes"), ("no", "no"))
    return Field(
        name,
        label,
        (column,),
        read,
        lambda value: "yes" if value else "no",
        choices=choices,
        **more,
    )


def amount(name: str, label: str, column: str, unit: str, shown: str = "", **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes a quantity as people write it, shown in ``shown``."""

    def read(text: str) -> tuple[float]:
        return (_finite(number_in(text, unit)),)

    def write(value: float) -> str:
        return _written(value, unit, shown or unit)

    return Field(name, label, (column,), read, write, unit=shown or unit, **more)


def size(name: str, label: str, columns: tuple[str, str], unit: str, **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes a quantity with its error or without."""

    def read(text: str) -> tuple[float, float | None]:
        value, error = sizes(text, unit)
        return _finite(value), None if error is None else _finite(error)

    def write(value: float, error: float | None) -> str:
        if error is None:
            return _written(value, unit, unit)
        return f"{_bare(value)} ± {_bare(error)} {unit}"

    return Field(name, label, columns, read, write, unit=unit, **more)


def moment(name: str, label: str, column: str, **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes a moment with its zone."""

    def read(text: str) -> tuple[str]:
        try:
            return (datetime.fromisoformat(text.replace(" +", "+").replace(" Z", "Z")).isoformat(),)
        except ValueError as fault:
            raise InvalidArgument(name, text, "a moment, as 2026-03-01 09:30 +01:00") from fault

    return Field(name, label, (column,), read, str, **more)


def names(name: str, label: str, column: str, **more: Any) -> Field:  # noqa: ANN401 # as Field takes it
    """Return a field that takes several names, one a line."""

    def read(text: str) -> tuple[list[str]]:
        return ([line.strip() for line in text.splitlines() if line.strip()],)

    return Field(name, label, (column,), read, "\n".join, lines=3, **more)


def _finite(value: float) -> float:
    if not isfinite(value):  # JSON and GraphQL carry none, so it is refused here
        raise ValueError(f"{value:g} is no number")
    return value


def _written(value: float, unit: str, shown: str) -> str:
    found = Measure(value=value, unit=None if unit == "1" else unit)
    return str(found if shown == unit else found.to(shown))


def _bare(value: float) -> str:
    return f"{value:.{_SHARE}g}"
