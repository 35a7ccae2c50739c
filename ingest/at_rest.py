"""What became of an export is brought to rest in the lake, before the catalog names it."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from secrets import token_hex

import pyarrow as pa

from ingest.analysis.result import Result
from ingest.draft import Draft
from ingest.growth.continuation import POINTS, Continuation
from ingest.growth.prefix import Former
from ingest.reader import Reader
from ingest.reading import Export
from schema.analysis import LAYOUTS
from schema.catalog import LakeFile
from schema.lake import Archived, Lake, WrittenFile
from schema.parquet import Layout
from schema.relation import Relation
from schema.rows import Rows, rows_of


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where drafts come from."""

    export: Export
    archived: Archived
    reader: Reader
    sidecar: Archived | None
    """The sidecar that declared its columns, where the reader needs one."""
    former: Former | None = None
    """The version that is there, which was still written to, and which this one goes on."""

    @property
    def sidecar_sha256(self) -> str | None:
        """Return the hash of the sidecar, None without one."""
        return None if self.sidecar is None else self.sidecar.sha256

    @property
    def raw_paths(self) -> tuple[str, ...]:
        """Return the paths of the raw bytes inside the lake."""
        sidecar = () if self.sidecar is None else (self.sidecar,)
        return tuple(f"raw/{archived.sha256}" for archived in (self.archived, *sidecar))


@dataclass(frozen=True, slots=True)
class FileAtRest:
    """A lake file at rest that has no row yet."""

    test_id: int
    kind: str
    file: WrittenFile
    result: Result | None = None
    """What its rows are, where they were computed of measurements."""
    rows_sha256: str | None = None
    """By what they are known to be the same, where more may follow them."""

    def row(self, raw_file_id: int, snapshot: int) -> LakeFile:
        """Return its row, of an export and since a snapshot."""
        return LakeFile(
            test_id=self.test_id,
            raw_file_id=raw_file_id,
            kind=self.kind,
            path=self.file.path,
            rows=self.file.rows,
            bytes=self.file.bytes,
            sha256=self.file.sha256,
            rows_sha256=self.rows_sha256,
            added_snapshot=snapshot,
        )


def to_lake(
    lake: Lake,
    provenance: Provenance,
    drafts: Sequence[tuple[int, Draft]],
    written: list[FileAtRest],
    points: Continuation,
) -> None:
    """Bring the export and what became of it to rest; note in ``written`` each file that is.

    Of the files of points that are there, those that stay are noted beside them.
    """
    archived, reader = provenance.archived, provenance.reader
    archived.keep()
    if provenance.sidecar is not None:
        provenance.sidecar.keep()

    def lay_down(
        test_id: int,
        kind: str,
        relation: Relation,
        table: Rows | pa.Table,
        result: Result | None = None,
    ) -> None:
        rows = rows_of(table)
        if kind == POINTS:
            rest = points.rest(test_id, rows)
            if rest is None:
                return
            rows = rest
        layout = Layout(relation, archived.sha256, reader.name, reader.release)
        # a name nobody else can have chosen: a superseded test's files stay beside the new
        parts = lake.write_parts(f"{kind}/{test_id}-{token_hex(4)}", rows, layout)
        for part in parts:
            own, rows = rows.slice(0, part.rows), rows.slice(part.rows, rows.num_rows)
            known_by = points.known_by(own) if kind == POINTS else None
            written.append(FileAtRest(test_id, kind, part, result, known_by))

    with ThreadPoolExecutor(2) as pool:  # one file is encoded while another is flushed
        work = [
            pool.submit(lay_down, test_id, kind, relation, table)
            for test_id, draft in drafts
            for kind, (relation, table) in draft.tables(test_id).items()
        ]
        work += [
            pool.submit(
                lay_down,
                test_id,
                LAYOUTS[result.method].kind,
                LAYOUTS[result.method].rows,
                result.of_test(test_id),
                result,
            )
            for test_id, draft in drafts
            for result in draft.results
        ]
    for each in work:
        each.result()
