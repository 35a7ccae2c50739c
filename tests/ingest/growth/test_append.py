"""What a file becomes that is taken in while it grows is what it becomes when it is finished."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from ingest.growth.row_hash import rows_sha256
from ingest.intake import take_in
from schema.inspection import inspect, sweep
from schema.rows import rows_of
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.metric.library import read_metrics
from service.store.engine import EngineSettings
from service.store.question import asked, metric_question
from service.store.store import Store
from tests.ingest.growth.growing import REAL, findings, grow, raw_files, row_hashes, stated
from tests.law import law

SHARES = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=4)


@contextmanager
def warehouse_in(home: Path) -> Iterator[Warehouse]:
    warehouse = open_warehouse(Settings(home=home))
    yield warehouse
    warehouse.engine.dispose()


def compare(grown: Warehouse, whole: Warehouse) -> None:
    """Compare rows of points, steps and analyses, the tests, their findings, and what rests."""
    assert row_hashes(grown) == row_hashes(whole)
    assert stated(grown) == stated(whole)
    assert findings(grown) == findings(whole)
    sound = inspect(grown.engine, grown.lake)
    assert sound.faults == ()
    assert sweep(grown.engine, grown.lake, 0) == []


def metric_hashes(warehouse: Warehouse) -> Mapping[str, str]:
    """Return the hash of the rows of every metric that is of a test, in their order."""
    # several threads add up in any order, so that the last bit of a sum varies
    one_thread = EngineSettings(threads=1)
    store = Store(warehouse.engine, warehouse.lake, settings=one_thread)
    store.refresh()
    hashes = {}
    for name, metric in read_metrics().items():
        if metric.reach == "whole":
            continue
        with store.cursor() as cursor:
            rows = asked(store, cursor, metric_question(metric, [1])).to_arrow_table()
        order = [(each, "ascending") for each in metric.grain]
        rows = rows.sort_by(order) if order else rows
        hashes[name] = rows_sha256(rows_of(rows)) if rows.num_rows else "none"
    store.close()
    return hashes


@pytest.mark.exports
@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
@law(5, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(shares=SHARES)
def test_a_real_file_cut_anywhere_becomes_what_the_whole_one_becomes(
    exports: Path,
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    shares: list[float],
) -> None:
    folder = tmp_path_factory.mktemp("growth")
    content = (exports / name).read_bytes()
    path = folder / Path(name).name
    with warehouse_in(folder / "grown") as grown, warehouse_in(folder / "whole") as whole:
        outcomes = grow(grown, path, content, (int(share * len(content)) for share in shares))
        assert outcomes[-1].status == "ingested"
        assert take_in(whole, path).status == "ingested"
        compare(grown, whole)
        living = [raw for raw in raw_files(grown) if raw.removed_snapshot is None]
        assert [raw.growing for raw in living] == [False]


@pytest.mark.exports
@pytest.mark.slow
@pytest.mark.parametrize("name", REAL[::5])
def test_every_metric_of_a_grown_file_is_that_of_the_whole_one(
    exports: Path, tmp_path: Path, name: str
) -> None:
    content = (exports / name).read_bytes()
    path = tmp_path / Path(name).name
    with warehouse_in(tmp_path / "grown") as grown, warehouse_in(tmp_path / "whole") as whole:
        grow(grown, path, content, [len(content) * part // 5 for part in (2, 3, 4)])
        take_in(whole, path)
        ours, theirs = metric_hashes(grown), metric_hashes(whole)
        assert ours == theirs
        assert len({*ours.values()}) > 1, "some metric says something of it"
