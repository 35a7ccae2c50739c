"""VAMAS .vms, written here from ISO 14976."""

from collections.abc import Sequence

from tests.ingest.readers.sample import Sample

FORMAT = "VAMAS Surface Chemical Analysis Standard Data Transfer Format 1988 May 4"
NONE = "1E+37"
Line = str | float


def block(
    name: str = "C 1s",
    sample: str = "pellet",
    *,
    start: float = 1190.0,
    step: float = 0.5,
    counts: Sequence[float] = (400, 410, 900, 420, 405),
    irregular: bool = False,
    etch: float | None = None,
    technique: str = "XPS",
    date: Sequence[int] = (2026, 3, 4, 5, 6, 7),
) -> list[Line]:
    """Return the lines of a block with counts and a transmission of 2 less 0.1 each energy."""
    rows = [(start + step * k, y, round(2 - 0.1 * k, 6)) for k, y in enumerate(counts)]
    width = 3 if irregular else 2
    element, _, line = name.partition(" ")
    x: list[Line] = [] if irregular else ["kinetic energy", "eV", start, step]
    variables: list[Line] = ["counts", "d", "Transmission", "d"]
    energy: list[Line] = ["Kinetic Energy", "eV"] if irregular else []
    values = [number for row in rows for number in row[3 - width :]]
    return [
        *(name, sample, *date, 0),
        *(1, "first pass", technique),
        *(() if etch is None else (etch,)),
        *("Al", 1486.6, 150, NONE, NONE, 54.7, 0, "FAT", 40, NONE, 4.2, 0, NONE, NONE, 0, 0),
        *(element, line, -1, *x, width, *energy, *variables),
        *("pulse counting", 0.1, 3, 0, 0, 0, 0),
        *(1, "Escape depth", "d", 0.75),
        *(len(values), *(bound for place in range(width) for bound in (place, 9)), *values),
    ]


def vamas(
    *blocks: Sequence[Line], scan: str = "REGULAR", mode: str = "NORM", etched: bool = False
) -> str:
    """Return a file of these blocks."""
    regions: list[Line] = [1] if mode in {"NORM", "SDP", "MAP"} else []
    positions: list[Line] = [1, 1, 1] if mode == "MAP" else []
    variables: list[Line] = [1, "Etch Time", "s"] if etched else [0]
    head: list[Line] = [
        *(FORMAT, "Not Specified", "Acme 5", "Not Specified", "aging"),
        *(1, "CasaRowLabel: pellet", mode, scan, *regions, *positions, *variables),
        *(0, 0, 0, 0, len(blocks)),
    ]
    lines = [*head, *(line for each in blocks for line in each), "end of experiment"]
    return "".join(f"{line}\r\n" for line in lines)


SAMPLES = (
    Sample("regular.vms", vamas(block(), block("O 1s", start=950.0)).encode()),
    Sample("irregular.vms", vamas(block(irregular=True), scan="IRREGULAR").encode()),
    Sample("etched.vms", vamas(block(etch=0), block(etch=30), etched=True).encode()),
)
