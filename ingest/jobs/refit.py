"""Sweeps, scans and regions of tests are computed again."""

from dataclasses import asdict
from typing import Any

from ingest.analysis.impedance.analysis import AnalysisSettings
from ingest.analysis.refit import refit
from ingest.refitting import impedance_settings, shares
from ingest.task import Task
from schema.queue.subject import METHODS, Refit


def do(task: Task, subject: Refit) -> dict[str, Any]:
    """Compute tests again; what was there before stays beside, of each test at once."""
    settings = impedance_settings(subject.circuits, subject.weighting, subject.resamples)
    methods = subject.methods or (("fit",) if settings != AnalysisSettings() else METHODS)
    work = list(shares(task.warehouse, methods, settings, ids=subject.test_ids))
    total, tests = sum(len(share.tests) for share in work), list[dict[str, Any]]()
    task.report(0, total)
    for share in work:
        for each in refit(
            task.warehouse, share.tests, share.analysis, share.methods, foremost=share.foremost
        ):
            tests.append(asdict(each))
            task.report(len(tests), total)
    return {"tests": tests}
