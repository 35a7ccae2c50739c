"""Every method on the parts of a test; what was computed before is not computed again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ingest.analysis.earlier import Earlier
from ingest.analysis.procedure import Analysis, B, Procedure
from ingest.analysis.result import Result
from ingest.analysis.subject import How
from schema.analysis import Method

Hashes = NDArray[np.object_]


def results(
    columns: Mapping[str, Any],
    analysis: Analysis[B],
    earlier: Earlier,
    methods: Sequence[Method] | None = None,
    how: How = (),
) -> tuple[Result, ...]:
    """Return what methods, all where none are named, make of the points of one test.

    Args:
        columns: of the points, in the order of their place.
        analysis: what is computed of them.
        earlier: what finds rows that were computed before.
        methods: those wanted; what they rest on is had too, and not returned.
        how: each measurement was taken, where results rest on that.
    """
    procedures = {each.method: each for each in analysis.procedures}
    wanted = tuple(procedures if methods is None else methods)
    needed = {*wanted}
    for each in reversed(procedures.values()):
        needed |= {*each.rests_on} if each.method in needed else set()
    place = analysis.subject.place
    parts = _Parts(
        analysis.laid_out(columns, how),
        place,
        np.unique(columns[place]).astype(np.int64),
        np.array(analysis.subject.hashes(columns, how), dtype=object),
    )
    found: dict[Method, Result] = {}
    for each in procedures.values():
        if each.method in needed:
            found[each.method] = _result(each, parts, earlier, found)
    return tuple(found[method] for method in wanted)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts(Generic[B]):
    """The parts of a test: laid out, the column that numbers them, number and hash of each."""

    batch: B
    place: str
    counts: NDArray[np.int64]
    hashes: Hashes


def _result(
    procedure: Procedure[B], parts: _Parts[B], earlier: Earlier, found: Mapping[Method, Result]
) -> Result:
    counts, hashes, place = parts.counts, parts.hashes, parts.place
    parameters = dict(procedure.parameters)
    for method in procedure.rests_on:
        # what was made of other results is something else
        below = found[method]
        parameters[method] = {"version": below.version, "parameter_hash": below.parameter_hash}
    known = earlier(procedure.method, procedure.version, parameters, hashes.tolist())
    recalled = np.isin(hashes, np.array(known["input_hash"].to_pylist(), dtype=object))
    rows = _recalled(known, counts[recalled], hashes[recalled], place)
    if not recalled.all():
        fresh = procedure.compute(parts.batch.take(~recalled), found)
        rows = pa.concat_tables([rows, fresh]).sort_by(place)
    result = Result(procedure.method, procedure.version, parameters, rows)
    of_row = hashes[np.searchsorted(counts, rows[place].to_numpy())]
    keys = {
        "input_hash": pa.array(of_row, pa.string()),
        "version": pa.repeat(pa.scalar(result.version), rows.num_rows),
        "parameter_hash": pa.repeat(pa.scalar(result.parameter_hash), rows.num_rows),
    }
    for name, values in keys.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, values)
    return replace(result, rows=rows)


def _recalled(known: pa.Table, counts: NDArray[np.int64], hashes: Hashes, place: str) -> pa.Table:
    """Return the rows of earlier parts with these hashes, as those of the parts counted so."""
    first: dict[str, int] = {}
    rows: dict[str, list[int]] = {}
    places = known[place].to_pylist()
    for row, input_hash in enumerate(known["input_hash"].to_pylist()):
        # a test may have equal parts: one of them tells all
        if first.setdefault(input_hash, places[row]) == places[row]:
            rows.setdefault(input_hash, []).append(row)
    taken = [row for input_hash in hashes for row in rows[input_hash]]
    sizes = [len(rows[input_hash]) for input_hash in hashes]
    found = known.take(pa.array(taken, pa.int64()))
    column = found.schema.get_field_index(place)
    return found.set_column(column, place, pa.array(np.repeat(counts, sizes), pa.int64()))
