"""What DuckDB says of our metrics, written down: to ask it anew takes a second of every start.

kind.json is written by ``leyden docs``. It is believed as long as nothing has changed that the
kinds of columns hang on; else DuckDB is asked.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb

from schema.relation import Kind
from service.metric.metric import Metric
from service.metric.relation import RELATIONS

WRITTEN: Final = Path(__file__).with_name("kind.json")
Kinds = Mapping[str, Mapping[str, Kind]]
"""Of the columns of each metric, in their order."""


def written_kinds(metrics: Iterable[Metric]) -> Kinds | None:
    """Return the kinds that were written down, None where they are of other metrics than these."""
    try:
        written = json.loads(WRITTEN.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    kinds: Kinds = written["kinds"]
    return kinds if written["of"] == _of(metrics) else None


def kinds_page(metrics: Mapping[str, Metric]) -> str:
    """Return the text of kind.json."""
    lines = [
        f"{json.dumps(name)}: {json.dumps({each.name: each.kind for each in metric.answer})}"
        for name, metric in sorted(metrics.items())
    ]
    body = ",\n".join(lines)
    return f'{{"of": {json.dumps(_of(metrics.values()))}, "kinds": {{\n{body}\n}}}}\n'


def _of(metrics: Iterable[Metric]) -> str:
    """Return what changes whenever the kinds may: files, relations, and the engine."""
    versions = sorted((each.name, each.version) for each in metrics)
    columns = [
        (name, [(each.name, each.kind) for each in relation.columns])
        for name, relation in RELATIONS.items()
    ]
    text = repr((versions, columns, duckdb.__version__))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
