"""What cells are grouped by: what it is called, who states nothing of it, who is in a group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from schema.error import InvalidArgument
from service.page.cell_facet import Where, camel

CONFIGURATION: Final = "configuration"
NOT_TOLD_WORDS: Final = "not stated"
_SIZES: Final = {"thickness_um": "thickness", "loading_mg_per_cm2": "loading"}
_SUBSTANCE: Final = "substance"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What cells are grouped by, as the store calls it: ``of.what``, or the configuration."""

    name: str

    @property
    def of(self) -> str:
        """Return of what it is: a substance, a role of layers, a kind of process."""
        return self.name.rpartition(".")[0]

    @property
    def what(self) -> str:
        """Return what of that."""
        return self.name.rpartition(".")[2]

    @property
    def words(self) -> str:
        """Return it for people."""
        if self.name == CONFIGURATION:
            return CONFIGURATION
        return f"{_SIZES.get(self.what, self.what.replace('_', ' '))} of {self.of}"

    @property
    def without(self) -> str:
        """Return what cells are called that have nothing it could be stated of; empty for none."""
        is_of_layers = self.what in _SIZES or self.what == _SUBSTANCE
        return f"without {self.of}" if is_of_layers else ""

    def called(self, setting: str | None) -> str:
        """Return what a group is called."""
        if setting is None:
            return self.without or NOT_TOLD_WORDS
        return f"{self.of} {setting}" if self.what in _SIZES else setting

    @property
    def unstated(self) -> Where:
        """Return the condition that cells meet which could state it and do not."""
        if self.name == CONFIGURATION:
            return {CONFIGURATION: {"isNull": True}}
        if self.what in _SIZES:
            layer = {"substance": {"eq": self.of}, camel(self.what): {"isNull": True}}
            return {"layers": {"some": layer}}
        if self.what == _SUBSTANCE:
            return {"layers": {"some": {"role": {"eq": self.of}, _SUBSTANCE: {"isNull": True}}}}
        return {"ancestors": {"none": self._of_process({})}}

    @property
    def said(self) -> Where:
        """Return the condition that cells meet which state it."""
        if self.name == CONFIGURATION:
            return {CONFIGURATION: {"isNull": False}}
        if not self.without:
            return {"ancestors": {"some": self._of_process({})}}
        of = "substance" if self.what in _SIZES else "role"
        return {"layers": {"some": {of: {"eq": self.of}, camel(self.what): {"isNull": False}}}}

    def without_unstated(self, where: Where | None) -> Where:
        """Return conditions with the one that cells state it, or have nothing to state it of."""
        return {"and": [*([where] if where else []), {"not": self.unstated}]}

    def members(self, setting: str | None, value: float | None) -> Where | None:
        """Return the condition that the cells of a group meet; None where none can be said."""
        if self.name == CONFIGURATION:
            return {CONFIGURATION: {"eq": setting}}
        if self.without:
            is_size = self.what in _SIZES
            layer: dict[str, Any] = {("substance" if is_size else "role"): {"eq": self.of}}
            if setting is None:
                return {"layers": {"none": layer}}
            what = {camel(self.what): {"eq": value if is_size else setting}}
            return {"layers": {"some": {**layer, **what}}}
        if value is None:
            return None
        return {"ancestors": {"some": self._of_process({"value": {"eq": value}})}}

    def _of_process(self, condition: Mapping[str, Any]) -> Where:
        return {"process": {"eq": self.of}, "parameter": {"name": {"eq": self.what}, **condition}}


def read_treatment(text: str) -> Treatment:
    """Return what cells are grouped by.

    Raises:
        InvalidArgument: when it is called as none is.
    """
    of, dot, what = text.rpartition(".")
    if text != CONFIGURATION and not (dot and of and what):
        takes = "configuration, PB.thickness_um, interlayer.substance, sinter.temperature …"
        raise InvalidArgument("group", text, takes)
    return Treatment(text)
