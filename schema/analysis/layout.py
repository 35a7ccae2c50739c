"""How the results of a method rest: rows of one relation, with lists of others in them."""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from schema.relation import Column, Relation

METHOD: Final = (
    Column("version", "VARCHAR", "", "Version of the method."),
    Column("parameter_hash", "VARCHAR", "", "Hash of its settings."),
)
INPUT: Final = Column("input_hash", "VARCHAR", "", "Hash of the points it was computed of.")
STATUS: Final = (
    Column("status", "VARCHAR", "", "ok, low_quality or not_computable."),
    Column("reason", "VARCHAR", "", "Why the status is not ok."),
)
_LATEST: Final = Column("latest", "BOOLEAN", "", "Whether the test has no later one of its method.")
_COUNTING: Final = Column(
    "latest",
    "BOOLEAN",
    "",
    "Whether its analysis counts for the sweep: one that a person chose, else the test's latest.",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How the results of a method rest.

    The keys of a list are the columns it has of the rows: they are not kept twice.
    """

    kind: str
    """Kind of its lake files."""
    rows: Relation
    lists: tuple[Relation, ...] = ()
    trial_kind: str | None = None
    """Kind of the lake files of trials on one measurement; None: it is tried on none."""

    @property
    def arrow(self) -> pa.Schema:
        """Return the schema of a file: the columns of the rows, then a list for each of the lists.

        A list holds structs of what its relation has beyond the keys.
        """
        lists = [
            pa.field(each.name, pa.list_(pa.struct(self.own(each).arrow))) for each in self.lists
        ]
        return pa.schema([*self.rows.arrow, *lists])

    def own(self, listed: Relation) -> Relation:
        """Return a relation of the lists without the columns it has of the rows."""
        keys = {column.name for column in self.rows.columns}
        columns = tuple(column for column in listed.columns if column.name not in keys)
        return Relation(listed.name, listed.meaning, columns)

    def stored(self, relation: Relation) -> Relation:
        """Return a relation as the store has it: with ``latest`` behind its columns."""
        columns = (*relation.columns, _COUNTING if self.trial_kind else _LATEST)
        return Relation(relation.name, relation.meaning, columns, owner="test_id", files=self.kind)
