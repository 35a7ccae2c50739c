"""Questions about impedance sweeps: what a relation has of them, whichever tests they are of."""

from collections.abc import Sequence
from typing import Final

import duckdb

from schema.relation import Relation
from service.metric.scope import listed
from service.store.question import Question
from service.store.store import Store

_ASKED_FOR: Final = f"""\
WITH asked_for AS (
    SELECT sweep_id, test_id, spectrum_count
    FROM store.sweep
    WHERE sweep_id IN {listed("sweeps")}
)"""


class SweepQuestion(Question):
    """A question about sweeps: the rows of their tests have to be there."""

    def settle(self, store: Store, cursor: duckdb.DuckDBPyConnection) -> None:
        """Have the rows of the tests that the sweeps are of."""
        if store.state.absent or store.state.unreadable:
            sql = f"{_ASKED_FOR} SELECT DISTINCT test_id FROM asked_for"
            store.ready([test for (test,) in cursor.execute(sql, self.parameters).fetchall()])


def sweep_question(
    sweeps: list[int], relation: Relation, names: Sequence[str], order: str, where: str
) -> SweepQuestion:
    """Return the question for columns that a relation has of sweeps, those of each in an order."""
    sql = (
        f"{_ASKED_FOR}\nSELECT sweep_id, {', '.join(names)}\n"
        f"FROM asked_for JOIN store.{relation.name} USING (test_id, spectrum_count)\n"
        f"WHERE {where} ORDER BY sweep_id, {order}"
    )
    return SweepQuestion(sql, {"sweeps": sweeps}, relation.columns)
