"""Questions about sweeps, scans and regions: what a relation has of them, whichever tests."""

from collections.abc import Sequence

import duckdb

from schema.catalog.structure import Measured
from schema.relation import Relation
from service.metric.scope import listed
from service.store.question import Question
from service.store.store import Store


class MeasurementQuestion(Question):
    """A question about measurements: the rows of their tests have to be there.

    Its statement begins with ``asked_for``: the measurements with their tests.
    """

    def settle(self, store: Store, cursor: duckdb.DuckDBPyConnection) -> None:
        """Have the rows of the tests that the measurements are of."""
        if store.state.absent or store.state.unreadable:
            asked_for, _, _ = self.sql.partition("\n)")
            sql = f"{asked_for}\n) SELECT DISTINCT test_id FROM asked_for"
            store.ready([test for (test,) in cursor.execute(sql, self.parameters).fetchall()])


def measurement_question(
    of: type[Measured],
    ids: list[int],
    relation: Relation,
    *,
    names: Sequence[str],
    order: str,
    where: str,
) -> MeasurementQuestion:
    """Return the question for columns that a relation has of measurements, behind their keys.

    Args:
        of: which kind they are.
        ids: their keys.
        relation: whose second column numbers them within their test.
        names: its columns.
        order: of the rows of each.
        where: a condition on the rows.
    """
    place, table = relation.columns[1].name, of.__tablename__
    sql = (
        f"WITH asked_for AS (\n    SELECT {table}_id, test_id, {place}\n"
        f"    FROM store.{table}\n    WHERE {table}_id IN {listed('measurements')}\n)\n"
        f"SELECT {table}_id, {', '.join(names)}\n"
        f"FROM asked_for JOIN store.{relation.name} USING (test_id, {place})\n"
        f"WHERE {where} ORDER BY {table}_id, {order}"
    )
    return MeasurementQuestion(sql, {"measurements": ids}, relation.columns)
