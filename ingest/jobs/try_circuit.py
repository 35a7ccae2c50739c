"""Another circuit is fitted to a sweep; it rests beside the fit that counts."""

from typing import Any

from ingest.analysis.trial import tried
from ingest.refitting import impedance_settings
from ingest.task import Task
from schema.queue.subject import TryCircuit


def do(task: Task, subject: TryCircuit) -> dict[str, Any]:
    """Fit the circuit; say by which analysis, and whether it was kept."""
    settings = impedance_settings((subject.circuit,), subject.weighting, 0)
    result = tried(task.warehouse, subject.test_id, subject.spectrum_count, settings, "fit")
    rows = result.rows.select(["circuit", "chosen", "status", "reason"]).slice(0, 1).to_pylist()
    return {"version": result.version, "parameter_hash": result.parameter_hash, **rows[0]}
