"""Autolab FRA .dfr as the FRA program writes it."""

from tests.ingest.readers.sample import Sample

RECORDS = [[1000.0, 3.0, 4.0], [100.0, 30.0, 40.0], [10.0, 300.5, -400.0]]
BEHIND = " 1.0\n13.07.2022 22:32:00\n 2.0\n"


def dfr(records: list[list[float]] = RECORDS, announced: int = 3, behind: str = BEHIND) -> str:
    """Return a .dfr as the FRA program writes it."""
    numbers = [number for record in records for number in [*record, *[0.0] * 6]]
    return f"VERSION8.0\n {announced}\n 1\n" + "".join(f" {n}\n" for n in numbers) + behind


SAMPLES = (Sample("test.dfr", dfr().encode()),)
