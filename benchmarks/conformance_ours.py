"""What a user is told of real exports after ``leyden ingest``: their cycles and their sweeps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select, update

from ingest.companion import data_beside
from ingest.intake import take_in
from schema.catalog import RawFile, RecordMean, Test
from schema.catalog.connection import change, look
from schema.recount import recount
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.metric.library import read_metrics
from service.store.question import asked, metric_question
from service.store.store import Store

_CYCLES: Final = "SELECT * FROM store.cycle ORDER BY test_id, cycle_count"
_SOURCES: Final = """
SELECT test_id, charge_source, count(*) AS steps FROM store.step
WHERE mode IN ('charge', 'discharge') AND charge_source IS NOT NULL GROUP BY ALL
"""


_POINTS: Final = """
SELECT test_id, frequency_hertz, real_impedance_ohm, imaginary_impedance_ohm
FROM store.spectrum ORDER BY ALL
"""

Table = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OurCycle:
    """A cycle as the store tells it; nothing that is not known is 0."""

    number: int
    charge_ah: float | None
    discharge_ah: float | None
    efficiency: float | None
    status: str


@dataclass(frozen=True, slots=True)
class OurTest:
    """A test of an export.

    Attributes:
        file: its place in the folder that holds the folders of exports.
        reader: what read it.
        points: how many records it has.
        turns: its cycles by the turns of charge.
        instrument: its cycles by the instrument's numbers; none where it has but one number.
        steps: how many steps with current took their charge from the counter, and the trapezoid.
    """

    file: str
    reader: str
    points: int
    turns: tuple[OurCycle, ...]
    instrument: tuple[OurCycle, ...] = ()
    steps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class OurSweeps:
    """The impedance of all sweeps of an export.

    Attributes:
        file: its place in the folder that holds the folders of exports.
        reader: what read it.
        frequency_hertz: of every point, (P,).
        impedance_ohm: of every point, (P,) complex.
    """

    file: str
    reader: str
    frequency_hertz: NDArray[np.float64]
    impedance_ohm: NDArray[np.complex128]


@dataclass(frozen=True, slots=True)
class Ours:
    """All of ours, in the order of files.

    Attributes:
        tests: those that have a cycle.
        sweeps: exports that have a sweep.
    """

    tests: tuple[OurTest, ...]
    sweeps: tuple[OurSweeps, ...]


def ours(paths: Iterable[Path], root: Path) -> Ours:
    """Return what is told of exports, named by their places in a folder."""
    with TemporaryDirectory(prefix="leyden-conformance-") as folder:
        warehouse = open_warehouse(Settings(home=Path(folder) / "home"))
        store = Store(warehouse.engine, warehouse.lake)
        alone = Path(folder) / "alone"
        try:
            for path in paths:
                take_in(warehouse, _alone(path, alone / path.relative_to(root)))
                _let_twins_be_tests(warehouse)
            # tests are known by where their files truly lie, whatever link leads there
            return _told(warehouse, store, (alone.resolve(), root.resolve()))
        finally:
            store.close()
            warehouse.engine.dispose()


def _let_twins_be_tests(warehouse: Warehouse) -> None:
    """Forget by what tests are known again: each export is held beside peers by itself."""
    with change(warehouse.engine, "forget") as (session, _):
        session.execute(delete(RecordMean))
        session.execute(update(Test).values(start_second=None))


def _alone(path: Path, place: Path) -> Path:
    """Return a file by itself: beside its .mpr the text of a .mpr would be no test."""
    if data_beside(path) is None:
        return path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(path)
    return place


def _place(origin: Path, roots: Iterable[Path]) -> str:
    root = next(root for root in roots if origin.is_relative_to(root))
    return str(origin.relative_to(root))


def _told(warehouse: Warehouse, store: Store, roots: tuple[Path, Path]) -> Ours:
    turns, steps, sweeps = _cycles(store), _steps(store), _sweeps(store)
    with change(warehouse.engine, "recount") as (session, _):
        everyone = list(session.scalars(select(Test)))
        for test in everyone:
            test.cycle_convention = "instrument"
        recount(session, everyone)
    instrument = _cycles(store)
    tests = []
    of_file: dict[tuple[str, str], list[Table]] = defaultdict(list)
    with look(warehouse.engine) as session:
        readers = {raw.origin: raw.reader for raw in session.scalars(select(RawFile))}
        for test in session.scalars(select(Test).order_by(Test.origin, Test.position)):
            file, reader = _place(Path(test.origin), roots), readers[test.origin]
            if test.id in sweeps:
                of_file[file, reader].append(sweeps[test.id])
            if test.id in turns:
                numbered = () if test.instrument_count is None else instrument[test.id]
                tests.append(
                    OurTest(
                        file, reader, test.point_count, turns[test.id], numbered, steps[test.id]
                    )
                )
    spectra = []
    for (file, reader), tables in of_file.items():
        frequency, real, imaginary = np.concatenate(tables, axis=1)
        spectra.append(OurSweeps(file, reader, frequency, real + 1j * imaginary))
    return Ours(tuple(tests), tuple(spectra))


def _sweeps(store: Store) -> Mapping[int, Table]:
    found: dict[int, list[tuple[float, ...]]] = defaultdict(list)
    with store.cursor() as cursor:
        for test, *point in cursor.sql(_POINTS).fetchall():
            found[test].append(tuple(point))
    return {test: np.array(points).T for test, points in found.items()}


def _cycles(store: Store) -> dict[int, tuple[OurCycle, ...]]:
    store.refresh()
    with store.cursor() as cursor, store.cursor() as other:
        ratio = metric_question(read_metrics()["coulombic_efficiency"], None)
        efficiency = {
            (row["test_id"], row["cycle_count"]): row["coulombic_efficiency"]
            for row in asked(store, other, ratio).to_arrow_table().to_pylist()
        }
        rows = cursor.sql(_CYCLES).to_arrow_table().to_pylist()
    found: dict[int, list[OurCycle]] = defaultdict(list)
    for row in rows:
        found[row["test_id"]].append(_cycle(row, efficiency))
    return {test: tuple(cycles) for test, cycles in found.items()}


def _cycle(row: Mapping[str, Any], efficiency: Mapping[tuple[int, int], float | None]) -> OurCycle:
    return OurCycle(
        row["cycle_count"],
        row["charge_capacity_ah"],
        row["discharge_capacity_ah"],
        efficiency.get((row["test_id"], row["cycle_count"])),
        row["status"],
    )


def _steps(store: Store) -> Mapping[int, Mapping[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    with store.cursor() as cursor:
        for row in cursor.sql(_SOURCES).to_arrow_table().to_pylist():
            found[row["test_id"]][row["charge_source"]] = row["steps"]
    return found
