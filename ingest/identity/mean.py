"""Means over the first records, by which tests that begin alike are looked up.

A mean is alike where the records are, whatever number of digits they were written with: a hash
would not be. Beside a mean for each power of two stands that of all records.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from ingest.identity.agreement import Columns
from ingest.identity.points import records
from ingest.identity.start import start_second
from schema.catalog import LakeFile, RecordMean, Test
from schema.catalog.connection import change, look
from schema.warehouse import Warehouse

VERSION: Final = 1
"""Of these means: those of tests that have an older one are computed anew at the next ingest."""
_OF: Final = ("real_impedance_ohm", "voltage_volt", "intensity")
_AT_ONCE: Final = 500
Means = Mapping[int, float]


def means(columns: Columns) -> Means:
    """Return the mean of what was measured over the first 1, 2, 4 … and over all records.

    Empty where nothing was measured that has a canonical name.
    """
    values = next((columns[n] for n in _OF if n in columns and np.isfinite(columns[n]).any()), None)
    if values is None:
        return {}
    known = np.isfinite(values)
    sums = np.cumsum(np.where(known, values, 0.0))
    counts = np.cumsum(known)
    sizes = {2**power for power in range(values.size.bit_length())} | {values.size}
    return {
        size: float(sums[size - 1] / counts[size - 1]) for size in sorted(sizes) if counts[size - 1]
    }


def put_means(session: Session, test_id: int, by_count: Means, *, is_new: bool = False) -> None:
    """Store the means of a test, in place of those it had unless it is new."""
    if not is_new:
        session.execute(delete(RecordMean).where(RecordMean.test_id == test_id))
    if by_count:
        largest = max(by_count)
        rows: list[dict[str, Any]] = [
            {
                "test_id": test_id,
                "record_count": size,
                "mean": mean,
                "longest": 2 * size > largest,
            }
            for size, mean in by_count.items()
        ]
        session.execute(insert(RecordMean), rows)


_BEHIND: Final = (Test.identity_version < VERSION) & Test.removed_snapshot.is_(None)


_ANY_BEHIND: Final = select(Test.id).where(_BEHIND).limit(1)


def is_behind(session: Session) -> bool:
    """Return whether some living test has no means of this version."""
    return session.connection().scalar(_ANY_BEHIND) is not None


def behind(warehouse: Warehouse) -> int:
    """Return how many living tests have no means of this version."""
    with look(warehouse.engine) as session:
        return session.scalar(select(func.count()).select_from(Test).where(_BEHIND)) or 0


def catch_up(warehouse: Warehouse) -> None:
    """Compute the means of living tests that a former version brought, out of the lake.

    A test whose file is damaged or gone has none, and is known again by its start alone: ``leyden
    check`` names the file.
    """
    lacking = select(Test.id).where(_BEHIND)
    while True:
        with look(warehouse.engine) as session:
            tests = session.scalars(lacking.order_by(Test.id).limit(_AT_ONCE)).all()
        if not tests:
            return
        by_test = {test_id: means(_resting(warehouse, test_id)) for test_id in tests}
        with change(warehouse.engine, f"know {len(tests)} tests again") as (session, _):
            # another process may have done the same, or brought newer records, meanwhile
            for test_id in session.scalars(lacking.where(Test.id.in_(tests))).all():
                test = session.get_one(Test, test_id)
                put_means(session, test_id, by_test[test_id])
                session.execute(
                    update(Test)
                    .where(Test.id == test_id)
                    .values(
                        identity_version=VERSION,
                        start_second=start_second(test.started_at),
                    )
                )


def _resting(warehouse: Warehouse, test_id: int) -> Columns:
    with look(warehouse.engine) as session:
        paths = session.scalars(
            select(LakeFile.path)
            .where(
                LakeFile.test_id == test_id,
                LakeFile.kind == "points",
                LakeFile.removed_snapshot.is_(None),
            )
            .order_by(LakeFile.id)
        ).all()
    return records(warehouse, paths, _OF) or {}
