"""Which base a store stands on, when there are several."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import pytest

from service.metric.library import read_metrics
from service.metric.metric import Metric
from service.store.store import Store

Bench = Any
METRICS = {name: read_metrics()[name] for name in ("mean_voltage",)}


@pytest.fixture
def opened() -> Iterator[Callable[..., Store]]:
    """Return a way to open stores on the bases of a warehouse."""
    with ExitStack() as stack:

        def opened(bench: Bench, metrics: Mapping[str, Metric] = METRICS) -> Store:
            store = Store(bench.engine, bench.lake, metrics, bench.settings.store_folder)
            stack.callback(store.close)
            store.refresh()
            return store

        yield opened


@pytest.mark.slow
def test_a_store_moves_to_a_base_made_anew_at_the_same_snapshot(
    warehouse: Bench, opened: Callable[..., Store]
) -> None:
    maker, other = opened(warehouse), opened(warehouse)
    path = maker.make_base()
    other.refresh()
    former = other.base
    assert former is not None
    assert maker.make_base(anew=True) == path == former.path
    other.refresh()
    assert other.base is not None
    assert (other.base.path, other.base.snapshot) == (former.path, former.snapshot)
    assert other.base.inode != former.inode
    moved = other.base
    other.refresh()
    assert other.base is moved


def test_the_base_of_another_version_of_the_program_stays_for_a_day(
    warehouse: Bench, opened: Callable[..., Store]
) -> None:
    store = opened(warehouse)
    path = store.make_base()
    assert path is not None
    theirs = path.with_name("base-another-1.duckdb")
    forgotten = path.with_name("base-forgotten-1.duckdb")
    for each in (theirs, forgotten):
        shutil.copy(path, each)
    os.utime(forgotten, (0, 0))
    warehouse.add_cell("another")
    following = store.make_base()
    assert set(path.parent.glob("base-*.duckdb")) == {theirs, following}
