"""An address says what is seen: its fields are parsed, checked, and written back in one order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.datastructures import QueryParams

from schema.error import InvalidArgument, UnknownName

SEEN: Final = "seen"
"""The field of every address that names the snapshot its link was made at."""
MOST_WHOLES: Final = 12
"""Numbers in a list such as the cycles of a plot."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an address: how its text is read and written, and what stands where none is."""

    name: str
    takes: str
    read: Callable[[str], Any] = str
    """Raises ValueError for a text it does not take."""
    write: Callable[[Any], str] = str
    default: Any = None
    many: bool = False
    """Whether it may stand several times: its value is then a tuple."""
    joined: bool = False
    """Whether several are written as one, with commas between; they are read either way."""
    most: int | None = None
    """How many there may be of one that may stand several times."""


@dataclass(frozen=True, slots=True)
class Address:
    """A path with the fields it takes and their values."""

    path: str
    fields: Sequence[Field]
    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 # as the field reads it
        """Return the value of a field, its default where it is not in the address."""
        return self.values[name]

    def but(self, **changes: object) -> "Address":
        """Return the address with other values."""
        return replace(self, values={**self.values, **changes})

    def link(self, path: str | None = None, **changes: object) -> str:
        """Return it as text: fields in their order, defaults left out, so equal views are equal."""
        pairs = self.but(**changes).pairs()
        return (path or self.path) + (
            f"?{urlencode(pairs, quote_via=quote, safe='/:,')}" if pairs else ""
        )

    def pairs(self, *without: str) -> Sequence[tuple[str, str]]:
        """Return what differs from the defaults, as it is written: for hidden fields of a form."""
        pairs = []
        for field in self.fields:
            value = self.values[field.name]
            if field.name in without or value == (() if field.many else field.default):
                continue
            each = value if field.many else (value,)
            texts = [field.write(one) for one in each if one is not None]
            texts = [",".join(texts)] if field.joined else texts
            pairs += [(field.name, text) for text in texts]
        return pairs


def read_address(path: str, given: QueryParams, fields: Sequence[Field]) -> Address:
    """Return an address as it was asked for.

    Raises:
        UnknownName: when it has a field that the page does not know.
        InvalidArgument: when a field does not take its text, or stands twice.
    """
    known = {field.name: field for field in fields}
    for name in given:
        if name not in known and name != SEEN:
            raise UnknownName("field of this address", name, known)
    return Address(path, fields, {field.name: _value(field, given) for field in fields})


def _value(field: Field, given: QueryParams) -> object:
    texts = [text for text in given.getlist(field.name) if text.strip()]
    if field.joined:
        texts = [part for text in texts for part in text.split(",") if part.strip()]
    if field.many:
        found = tuple(dict.fromkeys(_read(field, text) for text in texts))
        if field.most is not None and len(found) > field.most:
            raise InvalidArgument(field.name, f"{len(found)} of them", f"at most {field.most}")
        return found
    if len(texts) > 1:
        raise InvalidArgument(field.name, " and ".join(texts[:2]), f"one value: {field.takes}")
    return _read(field, texts[0]) if texts else field.default


def _read(field: Field, text: str) -> object:
    try:
        return field.read(text.strip())
    except (ValueError, OverflowError) as fault:
        raise InvalidArgument(field.name, text, field.takes) from fault


def word(name: str, takes: str, default: str | None = None, *, many: bool = False) -> Field:
    """Return a field that takes any words."""
    return Field(name, takes, default=default, many=many)


def listed(name: str, takes: str) -> Field:
    """Return a field that takes several words, as ``voltage,current``."""
    return Field(name, takes, default=(), many=True, joined=True)


def choice(name: str, *choices: str, default: str | None = None, many: bool = False) -> Field:
    """Return a field that takes one of some words, the first where none is given."""

    def read(text: str) -> str:
        if text not in choices:
            raise ValueError(text)
        return text

    first = default if default is not None else choices[0]
    return Field(name, f"one of {', '.join(choices)}", read, default=first, many=many)


def whole(
    name: str, *, many: bool = False, default: int | None = None, most: int | None = None
) -> Field:
    """Return a field that takes a whole number from 0 on, or several as ``1,7,9``."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise ValueError(text)
        return int(text)

    return Field(name, "a whole number", read, default=default, many=many, joined=many, most=most)


def amount(name: str, takes: str = "a number", default: float | None = None) -> Field:
    """Return a field that takes a finite number."""

    def read(text: str) -> float:
        value = float(text)
        if not abs(value) < float("inf"):
            raise ValueError(text)
        return value

    # every digit: a window that was followed to is the one that was left
    return Field(name, takes, read, lambda value: repr(value).removesuffix(".0"), default)


def switch(name: str) -> Field:
    """Return a field that is on where it stands as 1."""

    def read(text: str) -> bool:
        if text not in {"0", "1"}:
            raise ValueError(text)
        return text == "1"

    return Field(name, "0 or 1", read, lambda value: str(int(value)), default=False)


def wholes(name: str, takes: str, most: int = MOST_WHOLES) -> Field:
    """Return a field that takes whole numbers and spans of them, as ``1 2 50-60``."""

    def read(text: str) -> tuple[int, ...]:
        found: dict[int, None] = {}
        for part in text.replace(",", " ").split():
            start, dash, end = part.partition("-")
            if not (start.isdigit() and (end.isdigit() or not dash) and len(part) <= 18):
                raise ValueError(text)
            last = int(end or start)
            if last - int(start) >= most:
                raise ValueError(text)
            found |= dict.fromkeys(range(int(start), last + 1))
        if len(found) > most:
            raise ValueError(text)
        return tuple(found)

    return Field(name, f"{takes}, at most {most}", read, lambda each: " ".join(map(str, each)))
