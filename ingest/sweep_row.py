"""The rows of the catalog that tell of the impedance sweeps of a test."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from ingest.analysis.impedance.analysis import SWEEPS
from ingest.spectrum import describe_sweeps
from schema.catalog import Sweep


def put_sweeps(session: Session, test_id: int, spectra: Mapping[str, Any] | None) -> None:
    """Bring the sweeps of a test up to date; one at the same place keeps its key."""
    known = {
        row.spectrum_count: row.id
        for row in session.execute(
            select(Sweep.id, Sweep.spectrum_count).where(Sweep.test_id == test_id)
        )
    }
    told = (
        ()
        if spectra is None
        else zip(describe_sweeps(spectra), SWEEPS.hashes(spectra), strict=True)
    )
    old: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    for columns, input_hash in told:
        row = {**columns, "test_id": test_id, "input_hash": input_hash}
        key = known.pop(columns["spectrum_count"], None)
        (new if key is None else old).append(row if key is None else {**row, "id": key})
    if new:
        session.execute(insert(Sweep), new)
    if old:
        session.execute(update(Sweep), old)
    session.execute(delete(Sweep).where(Sweep.id.in_(known.values())))
