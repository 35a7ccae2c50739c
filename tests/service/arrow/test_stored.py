"""Files as they rest, by their hash and by ranges, read by those who know nothing of us."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Self

import httpx
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
import uvicorn
from sqlalchemy import update

from schema.catalog import RawFile
from schema.catalog.connection import change
from schema.settings import Settings
from service.app import create_app
from tests.service.bench import Bench, Stretch


def files(asker: Any, query: str = "") -> list[dict[str, Any]]:  # noqa: ANN401 # a fixture
    """Return what is listed."""
    content = asker.get(f"/arrow/files{query}").content
    rows: list[dict[str, Any]] = pa.ipc.open_stream(BytesIO(content)).read_all().to_pylist()
    return rows


def file_of(asker: Any, test: int, kind: str) -> dict[str, Any]:  # noqa: ANN401 # a fixture
    """Return the only file of a kind that a test has."""
    (found,) = (each for each in files(asker, f"?test={test}") if each["kind"] == kind)
    return found


def test_the_files_of_a_test_are_listed_and_are_what_the_list_says(asker: Any) -> None:  # noqa: ANN401 # a fixture
    listed = files(asker, "?test=gcpl.mpr&test=peis.mpr")
    assert [(each["test_id"], each["kind"]) for each in listed] == [
        (1, "points"),
        (1, "raw"),
        (1, "steps"),
        (3, "raw"),
        (3, "spectra"),
    ]
    for each in listed:
        if each["kind"] != "raw":
            content = asker.get(each["path"]).content
            assert (len(content), sha256(content).hexdigest()) == (each["bytes"], each["sha256"])
            assert pq.read_metadata(BytesIO(content)).num_rows == each["rows"]
    assert len(files(asker)) == 8


def test_graphql_tells_where_the_files_of_a_test_are_listed(asker: Any) -> None:  # noqa: ANN401 # a fixture
    found = asker.data('{ test(id: "1") { series { download { files } } } }')["test"]["series"]
    content = asker.get(found["download"]["files"]).content
    assert pa.ipc.open_stream(BytesIO(content)).read_all().num_rows == 3


def test_a_range_of_a_file_is_that_part_of_it(asker: Any) -> None:  # noqa: ANN401 # a fixture
    file = file_of(asker, 1, "points")
    path, size, whole = file["path"], file["bytes"], asker.get(file["path"]).content
    for span, part in (
        ("bytes=0-3", whole[:4]),
        ("bytes=-8", whole[-8:]),
        (f"bytes={size - 1}-", whole[-1:]),
        ("bytes=-999999999", whole),
        (f"bytes=10-{size * 2}", whole[10:]),
    ):
        response = asker.get(path, headers={"Range": span})
        assert (response.status_code, response.content) == (206, part)
        assert response.headers["content-range"].endswith(f"/{size}")
    beyond = asker.get(path, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")


def test_the_headers_of_a_file_say_that_it_never_changes(asker: Any) -> None:  # noqa: ANN401 # a fixture
    file = file_of(asker, 1, "points")
    response = asker.request("HEAD", file["path"])
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(file["bytes"])
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["etag"] == f'"{file["sha256"]}"'
    assert "immutable" in response.headers["cache-control"]
    tag = f'"{file["sha256"]}"'
    for tags in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        assert asker.get(file["path"], headers={"If-None-Match": tags}).status_code == 304
    assert asker.get(file["path"], headers={"If-None-Match": '"other"'}).status_code == 200
    part = {"Range": "bytes=0-3"}
    assert asker.get(file["path"], headers={**part, "If-Range": tag}).status_code == 206
    assert asker.get(file["path"], headers={**part, "If-Range": '"other"'}).status_code == 200


@pytest.mark.slow
def test_only_what_the_catalog_knows_by_its_hash_is_served(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    orphan = warehouse.lake.folder / "points" / "orphan.parquet"
    orphan.write_bytes(b"nobody names it")
    raw = warehouse.lake.folder / "raw"
    raw.mkdir(exist_ok=True)
    digest = sha256(b"nobody names it").hexdigest()
    (raw / digest).write_bytes(b"nobody names it")
    for path in (
        f"/lake/{digest}.parquet",
        f"/raw/{digest}",
        "/lake/points/orphan.parquet",
        "/lake/..%2Fpoints%2Forphan.parquet",
        "/lake/%2e%2e%2f%2e%2e%2fcatalog.sqlite.parquet",
        "/raw/..%2f..%2fcatalog.sqlite",
        "/raw/" + "0" * 63,
        f"/lake/{digest.upper()}.parquet",
        f"/raw/{digest}%00",
    ):
        response = asker.get(path)
        assert (response.status_code, response.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.slow
def test_a_file_that_was_superseded_is_served_to_who_reads_it(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    file = file_of(asker, 1, "points")
    before = asker.get(file["path"]).content
    warehouse.supersede(1, warehouse.stretches(2))
    assert asker.get(file["path"]).content == before
    assert file["path"] not in [each["path"] for each in files(asker)]


@pytest.mark.slow
def test_a_file_that_is_damaged_or_gone_is_told_of(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    for kind, path in (("points", _points_path(warehouse)), ("raw", None)):
        file = file_of(asker, 1, kind)
        if path is not None:
            path.chmod(0o644)
            path.write_bytes(b"cut")
        response = asker.get(file["path"])
        assert (response.status_code, response.json()["code"]) == (503, "LAKE_FILE_UNREADABLE")


def _points_path(warehouse: Any) -> Path:  # noqa: ANN401 # a fixture
    found: Path = next((warehouse.lake.folder / "points").glob("1-*.parquet"))
    return found


@pytest.mark.slow
def test_an_export_is_kept_and_not_shown(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    content, name = b"<script>alert(1)</script>", 'a "b"\r\n<c>.html'
    digest = sha256(content).hexdigest()
    with change(warehouse.engine, "an export") as (session, _):
        values = {"sha256": digest, "bytes": len(content), "name": name}
        session.execute(update(RawFile).where(RawFile.id == 1).values(values))
    (warehouse.lake.folder / "raw").mkdir(exist_ok=True)
    warehouse.lake.raw(digest).write_bytes(content)
    response = asker.get(file_of(asker, 1, "raw")["path"])
    assert (response.status_code, response.content) == (200, content)
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["x-content-type-options"] == "nosniff"
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''a%20%22b%22%0D%0A")
    part = asker.get(f"/raw/{digest}", headers={"Range": "bytes=1-6"})
    assert (part.status_code, part.content) == (206, b"script")


@pytest.mark.slow
def test_an_export_whose_bytes_begin_a_longer_one_is_had_back(asker: Any, warehouse: Any) -> None:  # noqa: ANN401 # fixtures
    longer, content = b"3 records\n1\n2\n3\n", b"2 records\n1\n2\n"
    digests = [sha256(each).hexdigest() for each in (content, longer)]
    with change(warehouse.engine, "a longer version") as (session, _):
        for number, each in enumerate((content, longer), start=1):
            values = {"sha256": digests[number - 1], "bytes": len(each)}
            session.execute(update(RawFile).where(RawFile.id == number).values(values))
        shorter = {"prefix_of_id": 2, "prefix_patch": [(0, b"2".hex())]}
        session.execute(update(RawFile).where(RawFile.id == 1).values(shorter))
    address = f"/raw/{digests[0]}"
    assert asker.get(address).status_code == 503
    (warehouse.lake.folder / "raw").mkdir(exist_ok=True)
    warehouse.lake.raw(digests[1]).write_bytes(longer)
    response = asker.get(address)
    assert (response.status_code, response.content) == (200, content)
    assert response.headers["content-disposition"] == "attachment"
    assert response.headers["x-content-type-options"] == "nosniff"


def long_points() -> pa.Table:
    """Return points of which no two are alike."""
    count = 200_000
    drawn = np.random.default_rng(1).normal(0, 0.1, (2, count))
    return pa.table(
        {
            "record_index": np.arange(1, count + 1),
            "test_time_second": np.arange(count) * 1.0,
            "voltage_volt": 3.5 + drawn[0],
            "current_ampere": drawn[1],
            "cycle_count": np.ones(count, dtype=np.int64),
            "step_count": np.ones(count, dtype=np.int64),
            "interval_second": np.ones(count),
        }
    )


@pytest.fixture(scope="module")
def address(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where a service listens, on a copy of the warehouse of three tests."""
    home = tmp_path_factory.mktemp("served") / "home"
    shutil.copytree(filled_home, home)
    bench = Bench(home)
    rest = Stretch("rest", 1, 0.0, 200_000.0, 3.5, 3.5, 200_000)
    bench.add_test("long.mpr", [rest], points=long_points())
    bench.engine.dispose()
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(Settings(home=home)), log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()


def points_file(address: str) -> dict[str, Any]:
    """Return the file of the long test's points, as the service lists it."""
    content = httpx.get(f"{address}/arrow/files?test=long.mpr").content
    rows = pa.ipc.open_stream(BytesIO(content)).read_all().to_pylist()
    (found,) = (each for each in rows if each["kind"] == "points")
    return dict(found)


def test_polars_scans_a_file_over_http(address: str) -> None:
    file = points_file(address)
    late = pl.scan_parquet(address + file["path"]).filter(pl.col("test_time_second") >= 150_000)
    found = late.select("record_index", "voltage_volt").collect()
    points = f"{address}/arrow/points?test=long.mpr&start_second=150000&column=record_index"
    asked = httpx.get(f"{points}&column=voltage_volt").content
    table = pa.ipc.open_stream(BytesIO(asked)).read_all().drop(["test_id"])
    assert found.height == 50_000
    assert found["record_index"].to_list() == table["record_index"].to_pylist()
    assert found["voltage_volt"].to_list() == table["voltage_volt"].to_pylist()


def test_pyarrow_reads_a_column_over_http_and_no_more_than_it_needs(address: str) -> None:
    file = points_file(address)
    with Ranged(address + file["path"]) as source:
        table = pq.read_table(pa.PythonFile(source, mode="r"), columns=["voltage_volt"])
        assert np.array_equal(table["voltage_volt"], long_points()["voltage_volt"])
        assert 0 < source.read_bytes < 0.6 * file["bytes"]


class Ranged:
    """A file at an address, of which each part is asked for by its range."""

    def __init__(self, url: str) -> None:
        self._client, self._url = httpx.Client(), url
        self._size = int(self._client.head(url).headers["content-length"])
        self._at = self.read_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._client.close()

    closed = False

    def seek(self, place: int, whence: int = 0) -> int:
        """Go to a place."""
        self._at = place + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def size(self) -> int:
        """Return how long it is."""
        return self._size

    def read(self, count: int = -1) -> bytes:
        """Return bytes from the place on."""
        end = self._size if count < 0 else min(self._at + count, self._size)
        if end <= self._at:
            return b""
        part = self._client.get(self._url, headers={"Range": f"bytes={self._at}-{end - 1}"})
        assert part.status_code == 206
        self._at, self.read_bytes = end, self.read_bytes + len(part.content)
        return part.content

    def close(self) -> None:
        """Do nothing: leaving it closes it."""
