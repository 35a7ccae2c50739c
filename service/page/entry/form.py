"""A form as it is filled in: what it says, what of it is new, and what is amiss at which field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

import orjson

from schema.error import LeydenError
from service.page.entry.field import Field


def filled(given: Mapping[str, str], before: Mapping[str, str] | None) -> dict[str, str]:
    """Return the texts of a form: as it was sent, else as the thing stands.

    A form that was opened on a thing says ``opened``, and then says of every field what is in it.
    """
    return dict(given) if "opened" in given or before is None else {**before, **given}


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text cannot be: in words, and where what it lacks is entered."""

    message: str
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """Numbered rows of a form, each with the same fields: layers of a cell."""

    column: str
    """Of the mutation's input."""
    kind: str
    """What a row is called, ``layer``: its fields are ``layer-2-thickness``."""
    fields: Sequence[Field]
    numbers: Sequence[int]
    """Which rows there are, from 1, in the order they are sent."""

    def every(self) -> list[Field]:
        """Return the fields of all rows."""
        return [each.of_row(self.kind, number) for number in self.numbers for each in self.fields]


@dataclass(frozen=True, slots=True)
class Form:
    """A form and its texts; ``before`` are those of what stands, none for a new thing."""

    fields: Sequence[Field]
    texts: Mapping[str, str]
    before: Mapping[str, str] | None = None
    rows: Rows | None = None
    faults: Mapping[str, Fault] = field(default_factory=dict)
    """By the name of the field; of the whole form under the empty name."""

    def every(self) -> list[Field]:
        """Return all fields, rows and all."""
        return [*self.fields, *(self.rows.every() if self.rows else ())]

    def text(self, name: str) -> str:
        """Return the text of a field."""
        return self.texts.get(name, "")

    def changed(self, name: str) -> bool:
        """Return whether a field says other than what stands."""
        return self.text(name).strip() != (self.before or {}).get(name, "")

    def said(self) -> dict[str, Any]:
        """Return what the single fields say: all that is filled in, or of a change what is new."""
        new = self.before is None
        found: dict[str, Any] = {}
        for each in self.fields:
            if self.changed(each.name) or (new and each.needed):
                found |= each.said(self.text(each.name))
        return found

    def row(self, number: int) -> dict[str, Any]:
        """Return what a row says, by column."""
        found: dict[str, Any] = {}
        if self.rows:
            for each in self.rows.fields:
                found |= each.said(self.text(f"{self.rows.kind}-{number}-{each.name}"))
        return found

    def checked(self) -> "Form":
        """Return the form with the faults of texts that cannot be read."""
        return self.but(self.readings()[1])

    def but(self, faults: Mapping[str, Fault]) -> "Form":
        """Return the form with more faults."""
        return replace(self, faults={**self.faults, **faults})

    def readings(self) -> tuple[list[tuple[str, str]], dict[str, Fault]]:
        """Return what is understood of each quantity, by its label, and what cannot be read."""
        understood, faults = [], {}
        for each in self.every():
            text = self.text(each.name)
            try:
                each.said(text)
                if reading := each.understood(text):
                    understood.append((each.label, reading))
            except (LeydenError, ValueError, OverflowError) as fault:
                faults[each.name] = Fault(str(fault))
        return understood, faults

    def declined(self, path: str, fault: Fault) -> "Form":
        """Return the form with what a mutation was declined for, at the field its path names."""
        head, *rest = path.split(".")
        name, message = "", fault.message
        if self.rows and head == self.rows.column and rest:
            name = self._in_row(int(rest[0]), rest[1] if len(rest) > 1 else "")
        else:
            name = next((each.name for each in self.fields if head in each.columns), "")
            if rest and rest[0].isdigit() and name:
                message = f"line {int(rest[0]) + 1}: {message}"
        return self.but({name: replace(fault, message=message if name else f"{path}: {message}")})

    def _in_row(self, index: int, column: str) -> str:
        if self.rows is None or index >= len(self.rows.numbers):
            return ""
        among = [each for each in self.rows.fields if column in each.columns] or self.rows.fields
        return f"{self.rows.kind}-{self.rows.numbers[index]}-{among[0].name}"

    @property
    def first_fault(self) -> str:
        """Return the name of the first field that is amiss."""
        return next((each.name for each in self.every() if each.name in self.faults), "")

    def label(self, name: str) -> str:
        """Return the label of a field."""
        return next((each.label for each in self.every() if each.name == name), "")

    @property
    def opened(self) -> str:
        """Return the mark of what stands: another one where somebody changed it since."""
        if self.before is None:
            return ""
        return sha256(orjson.dumps(self.before, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def overtaken(self) -> "Form":
        """Return the form with what stands now, where others changed it since it was opened."""
        if self.before is None or self.text("opened") in {"", self.opened}:
            return self
        faults = {
            each.name: Fault(f"it stands as {self.before.get(each.name) or 'not stated'} now")
            for each in self.every()
            if self.changed(each.name)
        }
        why = "Somebody changed it since you opened this form. Look at it again, then save."
        return self.but({"": Fault(why), **faults})
