"""Exports of one measurement in several forms, arriving at a warehouse one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from ingest.intake import take_in
from ingest.outcome import Outcome
from schema.catalog import Finding, Test
from schema.catalog.connection import look
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.readers.samples.biologic_mpr import mpr, records
from tests.ingest.readers.samples.biologic_mpt import mpt

STARTED = "01/10/2024 11:02:29.886"
"""As the log within a sample of .mpr has it."""
REST = 10
"""First records of a measurement that are a rest."""


def volts(count: int, seed: int = 1) -> NDArray[np.float64]:
    """Return voltages of a cell that rests and is charged then, with the noise of an instrument."""
    noise = np.random.default_rng(seed).normal(0.0, 1e-4, count)
    return 3.4 + 0.01 * np.maximum(np.arange(count) - REST, 0) + noise


def amperes(count: int) -> NDArray[np.float64]:
    """Return the current that goes with these voltages."""
    return np.where(np.arange(count) < REST, 0.0, 0.5)


def write_table(path: Path, volt: NDArray[np.float64], note: str = "a") -> Path:
    """Write a Battery Data Format csv, which states neither start nor channel."""
    rows = zip(volt.tolist(), amperes(volt.size).tolist(), strict=True)
    lines = [f"{60 * n},{v:.7f},{i},{note}" for n, (v, i) in enumerate(rows)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["Test Time / s,Voltage / V,Current / A,Remark", *lines, ""]))
    return path


def write_mpr(path: Path, volt: NDArray[np.float64]) -> Path:
    """Write a .mpr, which states channel and start."""
    rows = records((4, 8, 6), volt.size)
    rows["time/s"], rows["Ewe/V"] = 60.0 * np.arange(volt.size), volt
    rows["I/mA"] = 1e3 * amperes(volt.size)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(mpr((4, 8, 6), rows))
    return path


def write_mpt(
    path: Path, volt: NDArray[np.float64], started: str = STARTED, channel: int = 3
) -> Path:
    """Write the text that EC-Lab makes of a .mpr."""
    rows = zip(volt.astype("f4").tolist(), amperes(volt.size).tolist(), strict=True)
    lines = tuple(f"{60 * n}\t{v:.7E}\t{1e3 * i:.7E}" for n, (v, i) in enumerate(rows))
    text = mpt(lines, ("time/s", "Ewe/V", "I/mA"), started)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("channel : 3", f"channel : {channel}"), encoding="latin-1")
    return path


@contextmanager
def nothing_yet() -> Iterator[tuple[Warehouse, Path]]:
    """Yield a warehouse that holds nothing, and a folder for exports."""
    with TemporaryDirectory() as folder:
        warehouse = open_warehouse(Settings(home=Path(folder) / "home"))
        yield warehouse, Path(folder) / "exports"
        warehouse.engine.dispose()


def arrive(warehouse: Warehouse, path: Path) -> Outcome:
    """Take an export in; none is refused."""
    outcome = take_in(warehouse, path)
    assert outcome.status != "refused", outcome.reason
    return outcome


def living(warehouse: Warehouse) -> list[Test]:
    """Return the living tests in the order of their ids."""
    with look(warehouse.engine) as session:
        query = select(Test).where(Test.removed_snapshot.is_(None)).order_by(Test.id)
        return list(session.scalars(query))


def findings(warehouse: Warehouse, kind: str) -> dict[int, str]:
    """Return what findings of a kind say, by test."""
    with look(warehouse.engine) as session:
        query = select(Finding.test_id, Finding.detail).where(Finding.kind == kind)
        return {row.test_id: row.detail for row in session.execute(query)}
