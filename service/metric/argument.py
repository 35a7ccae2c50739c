"""Arguments of a metric: what one takes, and whether a value will do.

A type is ``text(a, b)``, ``treatment``, ``integer``, ``number``, ``integers`` or ``numbers``.
Numbers may name their range, ends included: ``integer(1..)``, ``number(0.001..1)``. A treatment is
a name that the store knows, or one of the words it stands with: ``treatment(configuration)``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Final, Literal, TypeAlias, cast

from schema.error import InvalidArgument

ArgumentKind = Literal["text", "treatment", "integer", "number", "integers", "numbers"]
Value: TypeAlias = str | int | float | list[int] | list[float] | None

_TYPE: Final = re.compile(r"(text|treatment|integers?|numbers?)(?:\((.*)\))?")
_WORDS: Final = {
    "text": "text",
    "treatment": "the name of a treatment",
    "integer": "a whole number",
    "number": "a number",
    "integers": "a list of whole numbers",
    "numbers": "a list of numbers",
}
_OF_TEXT: Final = ("text", "treatment")


@dataclass(frozen=True, slots=True)
class Argument:
    """A named choice that a metric leaves to whoever asks."""

    name: str
    kind: ArgumentKind
    default: Value
    """None where the argument may be left open."""
    meaning: str
    choices: tuple[str, ...] = ()
    lowest: float = -inf
    highest: float = inf

    @property
    def only(self) -> tuple[str, ...]:
        """Return the only values it takes, none where it takes others besides."""
        return self.choices if self.kind == "text" else ()

    @property
    def takes(self) -> str:
        """Return what it takes, in words."""
        if self.kind == "treatment":
            text = " or ".join((_WORDS[self.kind], *self.choices))
        elif self.choices:
            text = f"one of {', '.join(self.choices)}"
        else:
            low = f" from {self.lowest:g}" if self.lowest > -inf else ""
            high = f" to {self.highest:g}" if self.highest < inf else ""
            text = f"{_WORDS[self.kind]}{low}{high}"
        return f"{text}, or null" if self.default is None else text

    @property
    def default_text(self) -> str:
        """Return the default as one writes it."""
        if self.default is None:
            return "null"
        if isinstance(self.default, list):
            return ", ".join(f"{each:g}" for each in self.default)
        return self.default if isinstance(self.default, str) else f"{self.default:g}"

    def checked(self, value: object) -> Value:
        """Return the value as it will be bound.

        Raises:
            InvalidArgument: when the argument does not take it.
        """
        if value is None and self.default is None:
            return None
        if self.kind == "treatment":
            if isinstance(value, str):
                return value
        elif self.kind == "text":
            if isinstance(value, str) and (not self.choices or value in self.choices):
                return value
        elif self.kind in {"integer", "number"}:
            if self._fits(value):
                return cast("int | float", value if self.kind == "integer" else float(value))  # type: ignore[arg-type] # it fits
        elif isinstance(value, Sequence) and value and all(map(self._fits, value)):
            return [each if self.kind == "integers" else float(each) for each in value]
        raise InvalidArgument(self.name, value, self.takes)

    def parsed(self, text: str) -> Value:
        """Return the value that a metric file writes as text: ``null``, ``2.5``, ``1, 2``.

        Raises:
            InvalidArgument: when the argument does not take it.
        """
        if text == "null":
            return self.checked(None)
        number = int if self.kind.startswith("integer") else float
        try:
            if self.kind.endswith("s"):
                return self.checked([number(part) for part in text.split(",")])
            return self.checked(text if self.kind in _OF_TEXT else number(text))
        except ValueError as fault:
            raise InvalidArgument(self.name, text, self.takes) from fault

    def _fits(self, value: object) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if self.kind.startswith("integer") and not (
            isinstance(value, int) and -(2**63) <= value < 2**63
        ):
            return False
        return isfinite(value) and self.lowest <= value <= self.highest


def read_argument(name: str, kind: str, default: str, meaning: str) -> Argument:
    """Return the argument that a ``takes:`` line declares.

    Raises:
        ValueError: when its type is none, or its default is not of it.
    """
    found = _TYPE.fullmatch(kind)
    if found is None:
        raise ValueError(
            f"{name} has no type {kind!r}: it is text, treatment, integer(s) or number(s)"
        )
    word, bounds = cast("ArgumentKind", found[1]), found[2]
    if word in _OF_TEXT:
        choices = tuple(part.strip() for part in (bounds or "").split(",") if part.strip())
        argument = Argument(name, word, None, meaning, choices)
    else:
        low, _, high = (bounds or "..").partition("..")
        argument = Argument(name, word, None, meaning, (), float(low or -inf), float(high or inf))
    try:
        value = argument.parsed(default)
    except InvalidArgument as fault:
        raise ValueError(f"default of {fault}") from fault
    return Argument(name, word, value, meaning, argument.choices, argument.lowest, argument.highest)


def inherited(
    own: Sequence[Argument], others: Mapping[str, Sequence[Argument]]
) -> tuple[Argument, ...]:
    """Return the arguments of a metric: its own, then those of the metrics it inherits from.

    Raises:
        ValueError: when a name is declared twice, or two metrics mean different things by it.
    """
    takes = {argument.name: argument for argument in own}
    if len(takes) < len(own):
        raise ValueError("it takes an argument of one name twice")
    declared = frozenset(takes)
    for name, arguments in others.items():
        for argument in arguments:
            if argument.name in declared:
                raise ValueError(f"it takes {argument.name} and inherits it from {name}")
            if takes.setdefault(argument.name, argument) != argument:
                raise ValueError(f"it inherits {argument.name} twice, not alike, last from {name}")
    return tuple(takes.values())
