"""The kinds of columns that are written down are those that DuckDB describes."""

import shutil
from pathlib import Path

import pytest

from service.metric.kind import WRITTEN, kinds_page, written_kinds
from service.metric.library import FOLDER, described, read_metrics


@pytest.mark.slow
def test_what_is_written_down_is_what_the_engine_tells() -> None:
    assert WRITTEN.read_text(encoding="utf-8") == kinds_page(described())
    assert written_kinds(described().values()) is not None
    assert read_metrics() == described()


def test_of_other_metrics_nothing_is_believed(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    shutil.copytree(FOLDER, folder)
    assert written_kinds(described(folder).values()) is not None
    path = folder / "cycling" / "mean_voltage.sql"
    path.write_text(path.read_text(encoding="utf-8") + "-- changed\n", encoding="utf-8")
    assert written_kinds(described(folder).values()) is None
