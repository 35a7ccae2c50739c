"""What BioLogic's column names mean, in .mpr and .mpt alike.

The words are in three tables beside the readers: ``biologic.tsv`` (a column's quantity, scale, and
what it becomes when an earlier row already gave that quantity) and ``biologic_technique.tsv``.
"""

import csv
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ingest.impedance_part import of_polar
from ingest.parse.biologic_loop import LOOP
from ingest.reading import Finding, RawColumn

_TABLES: Final = Path(__file__).parents[1] / "readers"

Columns = Mapping[str, NDArray[Any]]
STATES: Final[Mapping[str, str]] = {
    "Device serial": "instrument_serial",
    "Firmware version": "firmware",
    "Loaded Setting File": "program_name",
    "Comments": "comment",
    "Mass of active material": "stated_mass_gram",
    "Characteristic mass": "stated_mass_gram",
    "Electrode surface area": "stated_area_cm2",
    "Battery capacity": "stated_capacity_ah",
}
"""What EC-Lab and BT-Lab state, see ingest/statement.py."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column of EC-Lab or BT-Lab becomes."""

    quantity: str | None
    scale: float
    otherwise: str | None
    """What it becomes when a column further up the table already is its quantity."""
    unless: tuple[str, ...]
    """Columns whose presence takes the meaning away."""


@dataclass(frozen=True, slots=True)
class Technique:
    """A technique: the code .mpr writes, the acronym, the title .mpt writes."""

    code: int | None
    technique: str
    title: str


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table beside the readers."""
    with (_TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@cache
def meanings() -> Mapping[str, Meaning]:
    """Return every known column by name, in order of preference."""
    return MappingProxyType(
        {
            row["name"]: Meaning(
                row["quantity"] or None,
                float(row["scale"]),
                row["otherwise"] or None,
                tuple(filter(None, row["unless"].split(";"))),
            )
            for row in table("biologic.tsv")
        }
    )


@cache
def techniques() -> tuple[Technique, ...]:
    """Return the techniques we know."""
    return tuple(
        Technique(int(row["code"]) if row["code"] else None, row["technique"], row["title"])
        for row in table("biologic_technique.tsv")
    )


@dataclass(frozen=True, slots=True)
class Derivation:
    """A column EC-Lab shows but does not always store, and how it computes it."""

    name: str
    sources: tuple[str, ...]
    absent: tuple[str, ...]
    """It is not needed where one of these is stored."""
    formula: str
    compute: Callable[..., NDArray[Any]]
    """Takes the sources; a value hangs on no record but its own and the one before."""

    def of(self, columns: Columns) -> NDArray[Any]:
        """Return the column."""
        with np.errstate(all="ignore"):  # a damaged record gives NaN, not a warning
            return self.compute(*(columns[name] for name in self.sources))

    @property
    def finding(self) -> Finding:
        """Return what tells that the column was computed, and how."""
        detail = f"{self.name} is not stored; it is {self.formula}, as EC-Lab computes it"
        return Finding("derived_column", detail)


def _mean_current(
    charge_mah: NDArray[np.float64], time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    interval = np.empty_like(time_s)
    interval[:1] = 0.0
    np.subtract(time_s[1:], time_s[:-1], out=interval[1:])
    current = np.multiply(charge_mah, 3600.0)
    passes = interval > 0.0
    np.divide(current, interval, out=current, where=passes)
    current[~passes & (charge_mah != 0.0)] = np.nan
    return current


def _difference(working: NDArray[Any], counter: NDArray[Any]) -> NDArray[np.float32]:
    """Return the difference as EC-Lab shows it: of singles, in single precision."""
    difference: NDArray[np.float32] = np.subtract(working, counter, dtype=np.float32)
    return difference


_CURRENTS: Final = ("I/mA", "<I>/mA")
_CELLS: Final = ("Ewe-Ece/V", "<Ewe-Ece>/V", "Ecell/V")
_DERIVATIONS: Final = (
    Derivation("<I>/mA", ("dq/mA.h", "time/s"), _CURRENTS, "3600 dq / Δtime", _mean_current),
    *(
        Derivation("Ewe-Ece/V", (working, counter), _CELLS, f"{working} − {counter}", _difference)
        for working in ("Ewe/V", "<Ewe>/V")
        for counter in ("Ece/V", "<Ece>/V")
    ),
    Derivation(
        "Re(Z)/Ohm",
        ("|Z|/Ohm", "Phase(Z)/deg"),
        ("Re(Z)/Ohm",),
        "|Z| cos Phase(Z)",
        lambda size, phase: of_polar(size, phase).real,
    ),
    Derivation(
        "-Im(Z)/Ohm",
        ("|Z|/Ohm", "Phase(Z)/deg"),
        ("-Im(Z)/Ohm",),
        "−|Z| sin Phase(Z)",
        lambda size, phase: -of_polar(size, phase).imag,
    ),
)


def derivations(names: Collection[str]) -> tuple[Derivation, ...]:
    """Return how the columns come about that EC-Lab would show beside those of these names."""
    rules: list[Derivation] = []
    for rule in _DERIVATIONS:
        shown = {*names, *(other.name for other in rules)}
        if not shown & {*rule.absent} and {*names} >= {*rule.sources}:
            rules.append(rule)
    return tuple(rules)


def derived(columns: Columns) -> tuple[dict[str, NDArray[Any]], tuple[Finding, ...]]:
    """Return the columns EC-Lab would show beside these, each with a finding that says how."""
    rules = derivations(columns)
    return {rule.name: rule.of(columns) for rule in rules}, tuple(rule.finding for rule in rules)


def becoming(names: Collection[str]) -> Mapping[str, tuple[str, float]]:
    """Return what quantity columns of these names become, times what; none is given twice."""
    taken: dict[str, tuple[str, float]] = {}
    given: set[str] = set()
    for name, meaning in meanings().items():
        if name in names and not {*names} & {*meaning.unless}:
            for quantity in (meaning.quantity, meaning.otherwise):
                if quantity and quantity not in given:
                    given.add(quantity)
                    taken[name] = (quantity, meaning.scale)
                    break
    return taken


def interpreted(columns: Columns) -> tuple[RawColumn, ...]:
    """Return the columns with what each becomes."""
    taken = becoming(columns)
    return tuple(
        RawColumn(name, values, *taken.get(name, (None, 1.0))) for name, values in columns.items()
    )


def step_marks(columns: Collection[str]) -> tuple[str, ...]:
    """Return the columns whose change starts a new step.

    ``Ns`` is the step of the program and ``mode`` its control (1 current, 2 voltage, 3 none), so a
    rest within a sequence is a step. ``half cycle`` would lag a record behind them in Modulo Bat.
    A loop of the technique begins a step too. Sweeps have no ``Ns`` and impedance has no ``mode``:
    there a cycle is the step.
    """
    marks = [name for name in ("Ns", "mode", LOOP) if name in columns]
    swept = "Ns" not in columns or ("freq/Hz" in columns and "mode" not in columns)
    if swept and "cycle number" in columns:
        marks.append("cycle number")
    return tuple(marks)


def mended(name: str) -> str:
    """Return a column name whose µ or ° was lost on the way, as it was."""
    if "\ufffd" not in name:
        return name
    pattern = re.compile(".".join(re.escape(part) for part in name.split("\ufffd")))
    matches = [known for known in meanings() if pattern.fullmatch(known)]
    return matches[0] if len(matches) == 1 else name
