"""What an address asks for behind its question mark: known names, each as often as it may be."""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Final

from starlette.datastructures import QueryParams

from schema.error import InvalidArgument
from service.download import Format, format_named

MOST: Final = 1_000
"""Tests, or cells, named in one address."""


class Parameters:
    """The parameters of an address, of which only some are known.

    Raises:
        InvalidArgument: when one is not known.
    """

    def __init__(self, given: QueryParams, known: Iterable[str]) -> None:
        self._given, known = given, tuple(known)
        for name in given:
            if name not in known:
                raise InvalidArgument("the query", name, f"these: {', '.join(known)}")

    def one(self, name: str) -> str | None:
        """Return a value that is given once, None where it is not.

        Raises:
            InvalidArgument: when it is given again.
        """
        values = self._given.getlist(name)
        if len(values) > 1:
            raise InvalidArgument(name, ", ".join(values[:3]), "one value: give it once")
        return values[0] if values else None

    def several(self, name: str) -> Sequence[str]:
        """Return the values of a name that may be repeated, each once.

        Raises:
            InvalidArgument: when they are too many.
        """
        values = self._given.getlist(name)
        if len(values) > MOST:
            raise InvalidArgument(name, f"{len(values)} of them", f"at most {MOST}")
        return list(dict.fromkeys(values))

    def columns(self) -> Sequence[str] | None:
        """Return the columns chosen, None where all are.

        Raises:
            InvalidArgument: when one is chosen again.
        """
        names = self._given.getlist("column")
        if len(set(names)) < len(names):
            twice = next(name for place, name in enumerate(names) if name in names[:place])
            raise InvalidArgument("column", twice, "each column once")
        return names or None

    def second(self, name: str) -> float | None:
        """Return a time in seconds, None where it is not given.

        Raises:
            InvalidArgument: when it is none.
        """
        text = self.one(name)
        try:
            value = None if text is None else float(text)
        except ValueError as fault:
            raise InvalidArgument(name, text, "a number of seconds") from fault
        if value is not None and not isfinite(value):
            raise InvalidArgument(name, text, "a number of seconds")
        return value

    def format(self) -> Format:
        """Return the form to take rows in.

        Raises:
            UnknownName: when there is none of that name.
        """
        return format_named(self.one("format") or "arrow")
