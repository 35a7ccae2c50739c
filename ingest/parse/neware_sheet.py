"""What the sheets of sensors in a Neware workbook tell, joined to the records by their number."""

import csv
import io
from collections.abc import Callable, Collection, Mapping
from typing import Final

Meaning = Callable[[str], str | None]
"""What the heading of a column means."""
_RECORDS: Final = frozenset({"voltage_volt", "current_ampere"})
_RECORD: Final = "record_index"


def joined(table: str, others: Mapping[str, str], meaning: Meaning) -> tuple[str, Collection[str]]:
    """Return the table with the columns of sensors, and the names of the sheets they stood in.

    A sheet of sensors has a column of record numbers and neither voltage nor current of its own;
    what it repeats of the records (step, times) is left out.

    Args:
        table: of records, comma-separated, its first line the header.
        others: sheets by name, in the same form.
        meaning: of a heading.
    """
    rows = list(csv.reader(io.StringIO(table)))
    key = _place(rows[0], meaning)
    if key is None:
        return table, ()
    sensors: dict[str, dict[str, str]] = {}
    used = []
    for name, text in others.items():
        header, *cells = list(csv.reader(io.StringIO(text))) or [[]]
        own = _place(header, meaning)
        sensed = [place for place, cell in enumerate(header) if _is_sensor(cell, meaning)]
        if own is None or not sensed or _RECORDS & {meaning(cell) for cell in header}:
            continue
        used.append(name)
        for place in sensed:
            column = sensors.setdefault(header[place].strip(), {})
            column |= {row[own]: row[place] for row in cells if len(row) > place}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*rows[0], *sensors])
    writer.writerows(
        [*row, *(values.get(row[key], "") for values in sensors.values())] for row in rows[1:]
    )
    return out.getvalue(), used


def _place(header: list[str], meaning: Meaning) -> int | None:
    return next((place for place, cell in enumerate(header) if meaning(cell) == _RECORD), None)


def _is_sensor(heading: str, meaning: Meaning) -> bool:
    """Return whether a column holds what a sensor tells, and no step, time or number."""
    quantity = meaning(heading)
    if quantity is not None:
        return quantity.startswith("temperature_")
    return heading.strip().startswith(("Auxiliary", "Gap of", "T(", "V("))
