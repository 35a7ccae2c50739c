"""What is in a warehouse and what its questions are answered from, for people and programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select

from schema.catalog import Cell, RawFile, Test
from schema.catalog.connection import current_snapshot, look
from schema.checking import standing as check_standing
from schema.queue.upkeep import count_by_state
from schema.warehouse import Warehouse
from service.arrival import arrival_counts
from service.store.compaction import progress
from service.store.store import Store


def standing(warehouse: Warehouse, store: Store) -> dict[str, Any]:
    """Return what there is, as the document of ``leyden status --json``."""
    with look(warehouse.engine) as session:
        files, size = session.execute(
            select(func.count(), func.coalesce(func.sum(RawFile.bytes), 0)).where(
                RawFile.removed_snapshot.is_(None)
            )
        ).one()
        tests, points = session.execute(
            select(func.count(), func.coalesce(func.sum(Test.point_count), 0)).where(
                Test.removed_snapshot.is_(None)
            )
        ).one()
        cells = session.scalar(select(func.count()).select_from(Cell))
        snapshot = current_snapshot(session)
        arrivals = arrival_counts(session)
        jobs = count_by_state(session)
        checks = check_standing(session)
    store.refresh()
    return {
        "catalog": warehouse.engine.url.render_as_string(),
        "lake": str(warehouse.lake.folder),
        "snapshot": snapshot,
        "exports": files,
        "bytes": int(size),
        "tests": tests,
        "points": int(points),
        "cells": cells,
        "arrivals": arrivals,
        "jobs": dict(jobs),
        "checked": {
            "files": checks.checked_count,
            "of": checks.file_count,
            "oldest": checks.oldest and f"{checks.oldest:%Y-%m-%d %H:%M:%S} UTC",
            "faults": dict(checks.faults),
        },
        "store": store_standing(store),
    }


def store_standing(store: Store) -> dict[str, Any]:
    """Return what a store stands on and what is beside it."""
    base, state = store.base, store.state
    making = progress(store.folder) if store.folder else None
    return {
        "base": base
        and {
            "path": str(base.path),
            "bytes": base.path.stat().st_size,
            "snapshot": base.snapshot,
            "subjects": len(base.fingerprints),
            "not_computed": dict(base.failed),
        },
        "delta": len(state.delta),
        "to_come": len(state.absent),
        "left_out": [
            {"test_id": each.test_id, "path": str(each.path), "reason": each.reason}
            for each in state.unreadable.values()
        ],
        "computing": making and {"done": making.done, "total": making.total},
    }


def lines(state: dict[str, Any]) -> Iterator[str]:
    """Yield what there is, a line each."""
    yield f"home      {state['home']['folder']} ({state['home']['origin']})"
    yield f"catalog   {state['catalog']}"
    yield f"lake      {state['lake']}"
    yield f"snapshot  {state['snapshot']}"
    yield f"exports   {state['exports']:,} ({state['bytes']:,} bytes)"
    yield f"tests     {state['tests']:,} ({state['points']:,} points)"
    yield f"cells     {state['cells']:,}"
    if any(state["arrivals"].values()):
        counts = (f"{number:,} {name}" for name, number in state["arrivals"].items() if number)
        yield f"arrivals  {', '.join(counts)}"
    yield f"jobs      {_job_line(state['jobs'])}"
    yield from _check_lines(state["checked"])
    yield from store_lines(state["store"])


def _job_line(jobs: Mapping[str, int]) -> str:
    """Return how many jobs are open or failed, and what to do about those that are."""
    words = {"waiting": "waiting", "leased": "worked on", "set_aside": "set aside"}
    said = ", ".join(f"{jobs[state]:,} {word}" for state, word in words.items())
    return f"{said}, {jobs['failed']:,} failed" if jobs["failed"] else said


def _check_lines(checks: dict[str, Any]) -> Iterator[str]:
    since = f", all since {checks['oldest']}" if checks["oldest"] else ""
    yield f"checked   {checks['files']:,} of {checks['of']:,} files{since}"
    for path, why in checks["faults"].items():
        yield f"damaged   {path}: {why}"


def store_lines(state: dict[str, Any]) -> Iterator[str]:
    """Yield what a store stands on, a line each."""
    base, making = state["base"], state["computing"]
    if base is None:
        yield "base      none: everything is computed in memory"
    else:
        yield f"base      {base['path']} ({base['bytes']:,} bytes), snapshot {base['snapshot']}"
        yield f"          {base['subjects']:,} cells and tests of no cell"
        for name, why in base["not_computed"].items():
            yield f"          {name} not computed: {why}"
    waiting = f", {state['to_come']:,} to come with the next base" if state["to_come"] else ""
    yield f"delta     {state['delta']:,} cells and tests of no cell{waiting}"
    for each in state["left_out"]:
        yield f"left out  test {each['test_id']}: {each['path']}: {each['reason']}"
    if making is not None:
        yield f"computing {making['done']:,} of {making['total']:,} for the next base"
