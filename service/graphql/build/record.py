"""A record whose values are ready as they are: no resolver, no completing, for a table has many."""

from collections.abc import Mapping
from typing import Any, Final


class Record:
    """Values of a type that has leaves alone, by the names its fields have in Python.

    Each is what JSON will carry: text, a finite number, true, false or null.
    """

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values: Final = values


class Records:
    """Records by the fields of their type; an exception is the error of its field."""

    def __init__(self, fields: Mapping[str, Record | BaseException | None]) -> None:
        self._fields: Final = fields

    def __getattr__(self, name: str) -> Record | None:
        """Return the record of a field.

        Raises:
            Exception: what came of asking for it.
        """
        try:
            found = self._fields[name]
        except KeyError as fault:
            raise AttributeError(name) from fault
        if isinstance(found, BaseException):
            raise found
        return found
