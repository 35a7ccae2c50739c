"""A file read as it would be taken in, with nothing written: and what would become of it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pyarrow as pa

from ingest.channel import by_channel
from ingest.companion import log_of
from ingest.container import container_of, unpacked
from ingest.draft import Draft, draft
from ingest.outline import outline
from ingest.reading import Export, Reading
from ingest.recognize import reader_for
from ingest.series import Values
from ingest.sidecar import beside, sidecar_of
from schema.error import RefusedExport
from schema.quantity import quantities

_FIRST_ROWS: Final = 10


def trial(path: Path, sidecar: str | None = None, origin: Path | None = None) -> dict[str, Any]:
    """Return what a file would become: tests with columns, first rows and findings, or a refusal.

    Args:
        path: the file, or a member of a container.
        sidecar: the text of the sidecar to try; None takes the one that lies beside it.
        origin: where it came from, if that is elsewhere.
    """
    try:
        with _exported(path, sidecar, origin or path) as export:
            reader = reader_for(export)
            readings = [test for each in reader.read(export) for test in by_channel(each)]
            tests = [_test(each, draft(each)) for each in readings]
    except RefusedExport as fault:
        refusal = {"reader": fault.reader, "place": fault.place, "reason": fault.reason}
        return {"refused": refusal, "tests": []}
    except OSError as fault:
        reason = f"cannot be read: {fault.strerror or fault}"
        return {"refused": {"reader": None, "place": None, "reason": reason}, "tests": []}
    return {"reader": reader.name, "refused": None, "tests": tests}


@contextmanager
def _exported(path: Path, sidecar: str | None, origin: Path) -> Iterator[Export]:
    """Yield a file as readers take it, with the sidecar that speaks for it."""
    with ExitStack() as stack:
        container = container_of(path)
        file = stack.enter_context(unpacked(*container)) if container else path
        export = Export.at(file, sidecar_of(file) or log_of(file))
        export = replace(export, name=origin.name, origin=origin)
        if sidecar is not None:
            folder = stack.enter_context(TemporaryDirectory(prefix="leyden-trial-"))
            tried = Path(folder) / beside(Path(origin.name))[0]
            tried.write_text(sidecar, encoding="utf-8")
            export = replace(export, sidecar=tried)
        yield export


def _test(reading: Reading, made: Draft) -> dict[str, Any]:
    raw = {each.quantity or each.name: each.name for each in reading.columns}
    points = made.points
    return {
        "technique": made.technique,
        "instrument": reading.instrument,
        "channel": reading.channel,
        "started_at": reading.started_at and reading.started_at.isoformat(),
        "points": points.row_count,
        "steps": made.step_count,
        "cycles": made.turn_count,
        "spectra": made.spectrum_count,
        "columns": [
            {
                "name": name,
                "read_from": raw.get(name),
                "unit": quantities()[name].unit if name in quantities() else None,
                "first": _first(values),
            }
            for name, values in points.columns.items()
        ],
        "outline": outline(points),
        "findings": [asdict(each) for each in (*reading.findings, *made.findings)],
        "facts": {name: str(fact) for name, fact in reading.facts.items()},
    }


def _first(values: Values) -> list[Any]:
    """Return the first values as JSON can hold them: a number that is none is null."""
    some = values if isinstance(values, pa.Array) else pa.array(np.asarray(values)[:_FIRST_ROWS])
    few = some.slice(0, _FIRST_ROWS).to_pylist()
    return [None if isinstance(each, float) and not np.isfinite(each) else each for each in few]
