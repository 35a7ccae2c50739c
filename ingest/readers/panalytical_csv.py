"""PANalytical csv: measurement conditions, a name and a value a line, then angle and intensity."""

import csv
from typing import Final

from ingest.parse.date import dates
from ingest.parse.instrument_text import fact_of, number_of, table_within, text_lines
from ingest.parse.scan import INTENSITY, TWO_THETA, Scan, doublet, one_test
from ingest.reader import Account, Reader
from ingest.reading import Export, Fact, Reading
from schema.error import EmptyExport, UnreadableExport

_NAME: Final = "panalytical_csv"
_BEGINS: Final = "[Measurement conditions]"
_POINTS: Final = "[Scan points]"
_ANGLE: Final = "Angle"
_AXES: Final = ("Gonio", "2Theta")
"""Of these scans the angle is 2θ."""


def _knows(export: Export) -> bool:
    return export.head.decode("latin-1").removeprefix("\xef\xbb\xbf").startswith(_BEGINS)


def _read(export: Export) -> list[Reading]:
    lines = text_lines(export, _NAME)
    stripped = [line.strip() for line in lines]
    if _POINTS not in stripped or len(lines) < stripped.index(_POINTS) + 3:
        raise EmptyExport(export.origin, _NAME, "it ends before its points")
    heading = stripped.index(_POINTS) + 1
    names = tuple(name.strip() for name in stripped[heading].split(","))
    if names[:1] != (_ANGLE,) or INTENSITY not in names:
        reason = f"the points are called {', '.join(names)}, not Angle, Intensity"
        raise UnreadableExport(export.origin, _NAME, f"line {heading + 1}", reason)
    table = table_within(
        export, _NAME, lines[heading + 1 :], heading + 2, names=names, separator=","
    )
    facts = _facts(lines[1 : heading - 1])
    axis = str(facts.get("Scan axis", ""))
    called = {_ANGLE: TWO_THETA if axis in _AXES else axis or _ANGLE}
    columns = {
        called.get(name, name): table.numbers(place) for place, name in enumerate(table.header)
    }
    alpha = ("K-Alpha1 wavelength", "K-Alpha2 wavelength", "Ratio K-Alpha2/K-Alpha1")
    how: dict[str, Fact] = {
        **doublet(*(number_of(facts.get(name)) for name in alpha)),
        "axis": axis or None,
        "anode": str(facts.get("Anode material") or "") or None,
        "counting_time_second": number_of(facts.get("Time per step")),
        "intensity_unit": "counts",
    }
    written = facts.get("File date and time")
    began = dates([str(written) if written is not None else None], "File date and time")
    return [
        one_test(
            [Scan(columns, how)],
            instrument=f"PANalytical {facts.get('Diffractometer system', '')}".strip(),
            facts=facts,
            findings=(*table.findings, *began.findings),
            started_at=began.first,
        )
    ]


def _facts(lines: list[str]) -> dict[str, Fact]:
    """Return what the lines state; a comment may name a thing and its value itself."""
    facts: dict[str, Fact] = {}
    for first, *values in csv.reader(line for line in lines if line.strip()):
        value = ",".join(values).strip()
        key, equals, rest = value.partition("=")
        if first.startswith("Comment") and equals and "," not in rest and ";" not in rest:
            facts[key.strip()] = fact_of(rest)
        elif value:
            facts[first.strip()] = fact_of(value)
    return facts


READER: Final = Reader(
    name=_NAME,
    version="1",
    title="PANalytical csv",
    suffixes=(".csv",),
    knows=_knows,
    read=_read,
    states={"Sample identification": "specimen", "Measurement program": "program_name"},
    account=Account(
        instrument="PANalytical and Malvern Panalytical diffractometers",
        counters="none: it is diffraction",
        gaps=("only counts of one scan were at hand",),
        real_files=1,
        tested="every number against the paired .xrdml",
    ),
)
