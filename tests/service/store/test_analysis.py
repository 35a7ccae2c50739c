"""What was computed of sweeps, out of its files into the store."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from schema.analysis import LAYOUTS
from schema.analysis.impedance import KRAMERS_KRONIG, KRAMERS_KRONIG_RESIDUAL
from service.metric.relation import created
from service.store.analysis import lay_out

LAYOUT = LAYOUTS["kramers_kronig"]


def test_what_an_older_version_did_not_tell_is_null(tmp_path: Path) -> None:
    residual = replace(KRAMERS_KRONIG_RESIDUAL, columns=KRAMERS_KRONIG_RESIDUAL.columns[:-1])
    rows = replace(
        KRAMERS_KRONIG,
        columns=tuple(each for each in KRAMERS_KRONIG.columns if each.name != "noise"),
    )
    older = replace(LAYOUT, rows=rows, lists=(residual,))
    files = []
    for version, layout in (("1", older), ("2", LAYOUT)):
        own = layout.own(layout.lists[0]).arrow.names
        row = {"test_id": 7, "spectrum_count": 1, "version": version, "noise": 0.01}
        row |= {"kramers_kronig_residual": [dict.fromkeys(own, True)]}
        files.append((7, tmp_path / f"{version}.parquet"))
        pq.write_table(pa.Table.from_pylist([row], schema=layout.arrow), files[-1][1])
    prototype = tmp_path / "prototype.parquet"
    pq.write_table(LAYOUT.arrow.empty_table(), prototype)
    with duckdb.connect() as store:
        store.execute("CREATE SCHEMA delta")
        for relation in (LAYOUT.rows, *LAYOUT.lists):
            store.execute(created(f"delta.{relation.name}", LAYOUT.stored(relation).columns))
        lay_out(store.cursor(), LAYOUT, prototype, files)
        stored = store.execute(
            "SELECT version, noise, outlier, latest FROM delta.kramers_kronig "
            "JOIN delta.kramers_kronig_residual USING (test_id, version, latest) ORDER BY version"
        ).fetchall()
    assert stored == [("1", None, None, False), ("2", 0.01, True, True)]
