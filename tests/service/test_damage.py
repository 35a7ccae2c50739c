"""A damaged file is an error that names it, never a number, whoever asks."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy import select

from schema.catalog import LakeFile
from schema.catalog.connection import look
from schema.verification import damage
from service.store.store import Store
from tests.law import law
from tests.service.asker import asked

Bench = Any
SERIES = "{ test(id: 1) { series { testTimeSecond voltageVolt } } }"


def file_of(warehouse: Bench, test: int, kind: str) -> tuple[Path, str]:
    """Return where a file of a test rests, and its hash."""
    with look(warehouse.engine) as session:
        columns = select(LakeFile.path, LakeFile.sha256)
        query = columns.where(LakeFile.test_id == test, LakeFile.kind == kind)
        path, sha256 = session.execute(query).one()
    return warehouse.lake.path(path), sha256


def flip(path: Path, byte: int, bit: int = 0) -> None:
    """Turn one bit of a file over."""
    content = bytearray(path.read_bytes())
    content[byte % len(content)] ^= 1 << bit
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_flipped_bit_of_points_is_told_by_graphql_arrow_and_pages(warehouse: Bench) -> None:
    path, _ = file_of(warehouse, 1, "points")
    with asked(warehouse.settings) as asker:
        assert asker.data(SERIES)["test"]["series"]
        assert asker.get("/arrow/points?test=1").status_code == 200
        flip(path, path.stat().st_size // 2)
        error = asker.error(SERIES)
        assert error["extensions"]["code"] == "LAKE_FILE_UNREADABLE"
        assert f"{path}: it is damaged" in error["message"]
        for address in ("/arrow/points?test=1", "/arrow/metrics/differential_capacity?test=1"):
            answer = asker.get(address)
            assert (answer.status_code, answer.json()["code"]) == (503, "LAKE_FILE_UNREADABLE")
            assert str(path) in answer.json()["error"]
        page = asker.get("/tests/1")
        assert str(path) in page.text
        flip(path, path.stat().st_size // 2)
        assert asker.get("/arrow/points?test=1").status_code == 200


@pytest.mark.parametrize(("test", "kind"), [(1, "steps"), (3, "spectra")])
def test_a_flipped_bit_of_what_is_loaded_leaves_its_test_out_and_says_so(
    warehouse: Bench, test: int, kind: str
) -> None:
    path, _ = file_of(warehouse, test, kind)
    flip(path, path.stat().st_size // 3)
    with asked(warehouse.settings) as asker:
        answer = asker.get(f"/arrow/{kind}?test={test}")
        assert (answer.status_code, answer.json()["code"]) == (503, "LAKE_FILE_UNREADABLE")
        assert f"{path}: it is damaged" in answer.json()["error"]
        assert f"test {test} is left out" in answer.json()["error"]


@given(place=st.integers(0), bit=st.integers(0, 7), kind=st.sampled_from(["points", "steps"]))
@law(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bit_of_a_file_is_missed_when_it_is_another(
    warehouse: Bench, place: int, bit: int, kind: str
) -> None:
    path, sha256 = file_of(warehouse, 1, kind)
    assert damage(path, sha256) is None
    flip(path, place, bit)
    assert damage(path, sha256) == "it is damaged: its bytes are not those it came with"
    flip(path, place, bit)
    assert damage(path, sha256) is None


def test_a_file_that_was_read_before_is_looked_at_again_when_it_is_another(
    warehouse: Bench,
) -> None:
    path, sha256 = file_of(warehouse, 1, "points")
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    assert store.points_files(store.state, [1])[1:] == [str(path)]
    path.unlink()
    assert damage(path, sha256) == "it is gone"
    store.close()
