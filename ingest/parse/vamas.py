"""Head and blocks of a VAMAS file, by ISO 14976, as they follow one another.

An item of a block is what the standard gives a number: blocks behind the first may leave it out,
where the head says so, and then have it of the first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from ingest.parse.value_line import ValueLines
from ingest.reading import Fact

Values = dict[str, Fact]
Names = tuple[tuple[int, tuple[str, ...]], ...]
"""Items by their number, and what each consists of; a name with ! is of text."""
T = TypeVar("T")

NO_VALUE: Final = 9e36
PHOTOEMISSION: Final = ("XPS", "UPS")
MAPS: Final = ("MAP", "MAPDP")
_SPUTTERED: Final = ("MAPDP", "SDP", "SDPSV")
_MODES: Final = ("MAP", "MAPDP", "NORM", "SDP", "NOEXP", "SDPSV")
_ITEMS: Final = 40

DATE: Final = ("year", "month", "day", "hour", "minute", "second")
HOURS: Final = "hours in advance of GMT"
_DATE: Final[Names] = (*((k, (name,)) for k, name in enumerate(DATE, start=1)), (7, (HOURS,)))
_POSITION: Final[Names] = ((10, ("x", "y")),)
_ION: Final[Names] = ((13, ("sputter ion Z", "sputter ion atoms", "sputter ion charge")),)
_BEAM: Final[Names] = (
    (14, ("source energy",)),
    (15, ("source strength",)),
    (16, ("source width x", "source width y")),
)
_FIELD: Final[Names] = ((17, ("field of view x", "field of view y")),)
_ANALYZER: Final[Names] = (
    (19, ("source polar angle",)),
    (20, ("source azimuth",)),
    (21, ("!analyzer mode",)),
    (22, ("pass energy or retard ratio",)),
    (24, ("magnification of transfer lens",)),
    (25, ("work function or acceptance energy",)),
    (26, ("target bias",)),
    (27, ("analysis width x", "analysis width y")),
    (28, ("takeoff polar angle", "takeoff azimuth")),
    (29, ("!species",)),
    (30, ("!transition", "charge of particle")),
)
_SIGNAL: Final[Names] = (
    (33, ("!signal mode",)),
    (34, ("collection time",)),
    (35, ("scans",)),
    (36, ("time correction",)),
)
_SPUTTER: Final[Names] = (
    (
        37,
        (
            *("sputter energy", "sputter current", "sputter width x", "sputter width y"),
            *("sputter polar angle", "sputter azimuth", "!sputter mode"),
        ),
    ),
)
_SAMPLE: Final[Names] = ((38, ("tilt polar angle", "tilt azimuth")), (39, ("rotation angle",)))


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the blocks.

    Attributes:
        mode: of the experiment, e.g. NORM.
        scan: REGULAR or IRREGULAR.
        variables: of the experiment, label and unit of each.
        left_out: numbers of the items that only the first block has.
        block_count: how many follow.
        facts: all of it by name.
    """

    mode: str
    scan: str
    variables: list[tuple[str, str]]
    left_out: frozenset[int]
    block_count: int
    facts: Values


@dataclass(slots=True)
class Block:
    """A spectrum with how it was taken.

    Attributes:
        name: of the block.
        sample: it is of.
        items: numbers and words by their name; None for no value.
        comment: lines of text.
        technique: e.g. XPS.
        conditions: label, unit and value of each variable of the experiment.
        source: of the photons.
        abscissa: label, unit, start and step where the scan is REGULAR.
        variables: label and unit of each column of the values.
        more: label, unit and value of further parameters.
        values: (energies, variables).
    """

    name: str
    sample: str
    items: Values = field(default_factory=dict)
    comment: str = ""
    technique: str = ""
    conditions: list[tuple[str, str, Fact]] = field(default_factory=list)
    source: str = ""
    abscissa: tuple[str, str, float, float] | None = None
    variables: list[tuple[str, str]] = field(default_factory=list)
    more: list[tuple[str, str, Fact]] = field(default_factory=list)
    values: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 1)))

    def number(self, name: str) -> float | None:
        """Return a number of its items, None where it has no value."""
        value = self.items.get(name)
        return value if isinstance(value, float) else None

    def text(self, name: str) -> str:
        """Return a word of its items, "" where it has none."""
        return str(self.items.get(name) or "")


def read_header(lines: ValueLines) -> Header:
    """Return the head.

    Raises:
        EOFError: where the file ends within it.
        UnreadableExport: by its line; maps and later versions of the format are refused.
    """
    facts: Values = {}
    lines.text()
    for name in ("institution", "instrument model", "operator", "experiment"):
        facts[name] = lines.text()
    facts["comment"] = _paragraph(lines)
    mode, scan = lines.text().upper(), lines.text().upper()
    if mode not in _MODES or scan not in {"REGULAR", "IRREGULAR"}:
        raise lines.refusal(f"experiment mode {mode}, scan mode {scan}: maps are not read")
    facts |= {"experiment mode": mode, "scan mode": scan}
    if mode in {*MAPS, "NORM", "SDP"}:
        facts["spectral regions"] = lines.number()
    if mode in MAPS:
        for name in ("analysis positions", "x coordinates of map", "y coordinates of map"):
            facts[name] = lines.number()
    variables = _labels(lines)
    left_out = _left_out(lines)
    facts["manually entered items"] = " ".join(lines.text() for _ in range(lines.count()))
    for what in ("experiment", "block"):
        if lines.count():
            raise lines.refusal(f"it has {what} entries of a future upgrade of the format")
    return Header(mode, scan, variables, left_out, lines.count(), facts)


def _left_out(lines: ValueLines) -> frozenset[int]:
    """Return the items that only the first block has; a list may say those that all have."""
    count = lines.number() or 0.0
    listed = {int(abs(lines.number() or 0.0)) for _ in range(int(min(abs(count), _ITEMS)))}
    return frozenset(range(1, _ITEMS + 1)) - listed if count > 0 else frozenset(listed)


def read_block(lines: ValueLines, header: Header, first: Block | None) -> Block:
    """Return the next block without its values.

    Args:
        lines: from its first on.
        header: of the file.
        first: block of the file, None where this is it.

    Raises:
        EOFError: where the file ends within it.
        UnreadableExport: by its line; other techniques than photoemission are refused.
    """
    block = Block(lines.text(), lines.text())
    like = first if header.left_out else None

    def own(number: int) -> bool:
        return like is None or number not in header.left_out

    def or_first(number: int, read: Callable[[], T], known: Callable[[Block], T]) -> T:
        return known(like) if like is not None and not own(number) else read()

    def take(names: Names) -> None:
        for number, parts in names:
            for part in parts:
                name = part.removeprefix("!")
                read = lines.number if part == name else lines.text
                block.items[name] = or_first(number, read, lambda it, name=name: it.items.get(name))  # type: ignore[misc]

    take(_DATE)
    block.comment = or_first(8, lambda: _paragraph(lines), lambda it: it.comment)
    block.technique = or_first(9, lines.text, lambda it: it.technique)
    take(_POSITION if header.mode in MAPS else ())
    block.conditions = or_first(11, lambda: _conditions(lines, header), lambda it: it.conditions)
    block.source = or_first(12, lines.text, lambda it: it.source)
    take(_ION if header.mode in _SPUTTERED else ())
    take(_BEAM)
    take(_FIELD if header.mode in MAPS else ())
    take(_ANALYZER)
    if block.technique not in PHOTOEMISSION:
        raise lines.refusal(f"technique {block.technique!r} is not read: it is no photoemission")
    if header.scan == "REGULAR":
        block.abscissa = or_first(31, lambda: _abscissa(lines), lambda it: it.abscissa)
    block.variables = or_first(32, lambda: _labels(lines), lambda it: it.variables)
    if not block.variables:
        raise lines.refusal("a block without variables has no spectrum")
    take(_SIGNAL)
    take(_SPUTTER if header.mode in _SPUTTERED else ())
    take(_SAMPLE)
    block.more = or_first(40, lambda: _parameters(lines), lambda it: it.more)
    return block


def take_values(lines: ValueLines, block: Block) -> Sequence[tuple[str, str]]:
    """Give the block its values; return what was noticed: kind and detail of each.

    Raises:
        UnreadableExport: when they are not as many as its variables tell.
    """
    count, width = lines.count(), len(block.variables)
    for _ in range(2 * width):  # least and greatest of each
        lines.number()
    values = lines.numbers(count)
    whole = len(values) // width
    block.values = values[: whole * width].reshape(whole, width)
    if len(values) < count:
        return [("truncated", f"{whole} of {count // width} energies are there")]
    if count % width:
        raise lines.refusal(f"{count} values are not those of {width} variables")
    return []


def _paragraph(lines: ValueLines) -> str:
    return "\n".join(lines.text() for _ in range(lines.count()))


def _labels(lines: ValueLines) -> list[tuple[str, str]]:
    return [(lines.text(), lines.text()) for _ in range(lines.count())]


def _conditions(lines: ValueLines, header: Header) -> list[tuple[str, str, Fact]]:
    return [(label, unit, lines.number()) for label, unit in header.variables]


def _parameters(lines: ValueLines) -> list[tuple[str, str, Fact]]:
    return [(lines.text(), lines.text(), lines.number()) for _ in range(lines.count())]


def _abscissa(lines: ValueLines) -> tuple[str, str, float, float]:
    label, unit, start, step = lines.text(), lines.text(), lines.number(), lines.number()
    if start is None or step is None:
        raise lines.refusal("energies without a start or a step")
    return label, unit, start, step
