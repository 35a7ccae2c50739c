"""Records of a test out of the lake, to be compared."""

from collections.abc import Sequence

import numpy as np
import pyarrow.parquet as pq

from ingest.identity.agreement import Columns
from schema.warehouse import Warehouse


def records(
    warehouse: Warehouse,
    paths: Sequence[str],
    names: Sequence[str] | None,
    count: int | None = None,
) -> Columns | None:
    """Return columns of points out of the lake, None where one of the files cannot be read.

    Args:
        warehouse: of which lake.
        paths: the files of one test, in their order.
        names: of columns; None is every column of numbers.
        count: how many first records at least; None is all of them.
    """
    parts: list[Columns] = []
    left = count
    try:
        for path in paths:
            with pq.ParquetFile(warehouse.lake.path(path)) as file:
                schema = file.schema_arrow
                chosen = [
                    name
                    for name in schema.names
                    if (names is None or name in names) and _is_number(str(schema.field(name).type))
                ]
                for group in range(file.num_row_groups):
                    if left is not None and left <= 0:
                        break
                    rows = file.read_row_group(group, columns=chosen)
                    parts.append({name: rows[name].to_numpy().astype(float) for name in chosen})
                    left = None if left is None else left - rows.num_rows
    except (OSError, ValueError):  # ArrowInvalid is a ValueError
        return None
    names_of_all = (
        [name for name in parts[0] if all(name in part for part in parts)] if parts else ()
    )
    return {name: np.concatenate([part[name] for part in parts]) for name in names_of_all}


def _is_number(kind: str) -> bool:
    return kind.startswith(("double", "float", "int", "uint"))
