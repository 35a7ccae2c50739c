"""Exports are sent over HTTP, hashed on the way, and read by workers."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog import Cell, Job, Test
from schema.catalog.connection import change, look
from schema.inspection import inspect
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS
from schema.queue.worker import this_machine
from schema.settings import Settings
from schema.upload.upkeep import forget_uploads
from schema.upload.upload import PART_BYTES
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.working import small_export
from tests.service.asker import Asker

STUDY = """\
study: sent along
substances:
  Li: {formula: Li}
  LATP: {formula: Li1.3Al0.3Ti1.7(PO4)3}
cells:
  cell of an upload: {configuration: Li/LATP/Li, area: 1 cm2, tests: ["7"]}
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return where a new warehouse is."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[Warehouse]:
    """Return a new warehouse."""
    warehouse = open_warehouse(settings)
    yield warehouse
    warehouse.engine.dispose()


@pytest.fixture
def service(settings: Settings, warehouse: Warehouse, ask: Callable[[Settings], Any]) -> Asker:
    """Return who asks a service on it."""
    del warehouse
    asker: Asker = ask(settings)
    return asker


def read_all(settings: Settings) -> list[Any]:
    """Work until nothing waits."""
    wanted = Wanted(tuple(KINDS), this_machine())
    return list(work(settings, Work(wanted, 0, until_empty=True, most_failures=3), Stop()))


def names_in(warehouse: Warehouse) -> list[str]:
    """Return the names of the tests there are."""
    with look(warehouse.engine) as session:
        return list(session.scalars(select(Test.name).order_by(Test.name)))


def jobs_in(warehouse: Warehouse) -> list[Job]:
    """Return every job."""
    with look(warehouse.engine) as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


def test_one_export_is_sent_as_its_bytes_and_read(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    answer = service.request("POST", "/upload?name=7.bdf.csv", content=content)
    assert answer.status_code == 202
    said = answer.json()
    assert said["files"] == [
        {"name": "7.bdf.csv", "bytes": len(content), "sha256": sha256(content).hexdigest()}
    ]
    read_all(settings)
    assert names_in(warehouse) == ["7"]
    assert {job.lot for job in jobs_in(warehouse)} == {said["lot"]}
    assert jobs_in(warehouse)[0].id == int(said["job"])
    assert (warehouse.lake.folder / "raw" / sha256(content).hexdigest()).read_bytes() == content


def test_a_form_brings_files_a_sidecar_and_a_study_along(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    export = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    table = b"t;U;I\n" + b"".join(b"%d;3,%d;0,1\n" % (each, each) for each in range(10, 40))
    sidecar = (
        b'delimiter: ";"\ndecimal: ","\npositive_current: charge\ncolumns:\n'
        b"  t: {quantity: test_time_second, unit: s}\n  U: {quantity: voltage_volt, unit: V}\n"
        b"  I: {quantity: current_ampere, unit: mA}\n"
    )
    files = [
        ("files", ("run 3/7.bdf.csv", export)),
        ("files", ("run 3/own.csv", table)),
        ("files", ("run 3/own.csv.leyden.yaml", sidecar)),
        ("files", ("study.yaml", STUDY.encode())),
    ]
    answer = service.request("POST", "/upload", files=files, data={"study": "study.yaml"})
    assert answer.status_code == 202, answer.text
    read_all(settings)
    jobs = [(job.kind, job.state, job.reason) for job in jobs_in(warehouse)]
    kinds = ("walk", "ingest", "ingest", "enter_study")
    assert jobs == [(kind, "done", None) for kind in kinds]
    assert names_in(warehouse) == ["7", "own"]
    data = service.data("{cells {nodes {name tests {name}}}}")
    assert data["cells"]["nodes"] == [{"name": "cell of an upload", "tests": [{"name": "7"}]}]


def test_a_large_file_goes_on_where_its_line_broke(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    begun = service.request("POST", "/upload", json={"files": [{"name": "7.bdf.csv"}]})
    assert begun.status_code == 201
    key = begun.json()["upload"]
    assert begun.json()["partBytes"] == PART_BYTES

    def send(start: int, stop: int) -> Any:  # noqa: ANN401 # a response
        query = f"offset={start}&bytes={len(content)}&sha256={sha256(content).hexdigest()}"
        return service.request(
            "PUT", f"/upload/{key}/7.bdf.csv?{query}", content=content[start:stop]
        )

    assert send(0, 100).json() == {"name": "7.bdf.csv", "offset": 100, "complete": False}
    again = send(0, 100)
    assert (again.status_code, again.json()["offset"]) == (409, 100)
    assert service.request("POST", f"/upload/{key}/end").status_code == 409
    there = service.get(f"/upload/{key}").json()["files"]
    assert there == [{"name": "7.bdf.csv", "offset": 100, "complete": False}]
    assert send(100, len(content)).json()["complete"]
    ended = service.request("POST", f"/upload/{key}/end")
    assert ended.status_code == 202
    assert service.request("POST", f"/upload/{key}/end").json() == ended.json()
    read_all(settings)
    assert names_in(warehouse) == ["7"]


def test_bytes_that_changed_on_the_way_are_asked_for_anew(service: Asker) -> None:
    key = service.request("POST", "/upload", json={}).json()["upload"]
    address = f"/upload/{key}/a.csv?bytes=5&sha256={sha256(b'right').hexdigest()}"
    wrong = service.request("PUT", address, content=b"wrong")
    assert (wrong.status_code, wrong.json()["offset"]) == (409, 0)
    assert service.request("PUT", address, content=b"right").json()["complete"]


def test_bytes_that_are_known_are_not_sent(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    service.request("POST", "/upload?name=7.bdf.csv", content=content)
    read_all(settings)
    offer = [
        {"name": "copy.bdf.csv", "sha256": sha256(content).hexdigest()},
        {"name": "new.bdf.csv", "sha256": sha256(b"new").hexdigest()},
    ]
    begun = service.request("POST", "/upload", json={"files": offer}).json()
    assert [each["known"] for each in begun["files"]] == [True, False]
    service.request("POST", f"/upload/{begun['upload']}/end")
    *_, last = read_all(settings)
    assert last.result["status"] == "already"
    assert names_in(warehouse) == ["copy"]  # the same test, found under another name


def test_what_was_read_is_forgotten_and_what_was_refused_stays(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    read = service.request("POST", "/upload?name=7.bdf.csv", content=content).json()["upload"]
    refused = service.request("POST", "/upload?name=a.csv", content=b"what?").json()["upload"]
    begun = service.request("POST", "/upload", json={}).json()["upload"]
    read_all(settings)
    gone = forget_uploads(warehouse.engine, warehouse.lake, settings.upload_keep_second)
    assert gone == [read]
    left = {each.name for each in (warehouse.lake.folder / "upload").iterdir()}
    assert left == {refused, begun}
    assert forget_uploads(warehouse.engine, warehouse.lake, 0) == [begun]


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../a.csv", "a/../../b", ".hidden", "a\\b.csv", "a//b", "a\0b"]
)
def test_no_name_leads_out_of_the_upload(service: Asker, warehouse: Warehouse, name: str) -> None:
    answer = service.request("POST", "/upload", params={"name": name}, content=b"1")
    assert answer.status_code == 400, answer.text
    assert "name" in answer.json()["error"]
    assert jobs_in(warehouse) == []


def test_no_other_site_sends_files_in_somebodys_name(service: Asker) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = service.request("POST", "/upload?name=a.csv", content=b"1", headers=headers)
        assert answer.status_code == 403
    own = {"Origin": "http://leyden", "Sec-Fetch-Site": "same-origin"}
    answer = service.request("POST", "/upload?name=a.csv", content=b"1", headers=own)
    assert answer.status_code == 202


def test_more_than_may_be_sent_is_refused(
    settings: Settings, warehouse: Warehouse, ask: Callable[[Settings], Any]
) -> None:
    service = ask(settings.model_copy(update={"upload_bytes": 1_000}))
    assert service.request("POST", "/upload?name=a.csv", content=bytes(1_001)).status_code == 413
    assert jobs_in(warehouse) == []
    key = service.request("POST", "/upload", json={}).json()["upload"]
    part = service.request("PUT", f"/upload/{key}/a.csv", content=bytes(PART_BYTES + 1))
    assert part.status_code == 413


def test_a_form_that_breaks_off_asks_for_nothing(service: Asker, warehouse: Warehouse) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=xx"}
    half = b'--xx\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n1,2'
    answer = service.request("POST", "/upload", content=half, headers=kind)
    assert answer.status_code == 400
    assert jobs_in(warehouse) == []


def cells_of(warehouse: Warehouse) -> dict[str, int | None]:
    """Return the cell of each test by its name."""
    with look(warehouse.engine) as session:
        rows = session.execute(select(Test.name, Test.cell_id))
        return {row.name: row.cell_id for row in rows}


@pytest.fixture
def two_cells(warehouse: Warehouse) -> None:
    """Enter two cells."""
    with change(warehouse.engine, "cells") as (session, _):
        session.add_all([Cell(id=1, name="A-17"), Cell(id=2, name="B-4")])


@pytest.mark.usefixtures("two_cells")
def test_what_arrives_ran_on_the_cell_that_is_said_and_nothing_is_taken_from_another(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    exports = [small_export(tmp_path / f"{name}.bdf.csv", name) for name in (7, 8)]
    seven, eight = (each.read_bytes() for each in exports)
    service.request("POST", "/upload?name=7.bdf.csv&cell=B-4", content=seven)
    read_all(settings)
    assert cells_of(warehouse) == {"7": 2}
    both = [("files", ("7.bdf.csv", seven)), ("files", ("8.bdf.csv", eight))]
    sent = service.request("POST", "/upload", files=both, data={"cell": "A-17"})
    read_all(settings)
    assert cells_of(warehouse) == {"7": 2, "8": 1}
    (job,) = [each for each in jobs_in(warehouse) if each.lot == sent.json()["lot"]][-1:]
    assert (job.kind, job.state) == ("assign", "done")
    assert job.result == {"cell": "A-17", "tests": [2], "elsewhere": [1]}
    history = service.data("{ test(id: 2) { history { before after } } }")["test"]["history"]
    assert [each["before"]["cell_id"] for each in history] == [None]
    assert [each["after"]["cell_id"] for each in history] == [1]
    page = service.get(f"/upload/{sent.json()['upload']}", headers={"Accept": "text/html"}).text
    assert '1 test ran on <a href="/cells/1">A-17</a>' in page
    assert '<a href="/tests/1/assign">test 1</a>' in page


@pytest.mark.usefixtures("two_cells")
def test_a_cell_that_is_not_there_is_declined_before_anything_is_read(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    answer = service.request("POST", "/upload?name=7.bdf.csv&cell=A-71", content=content)
    assert answer.status_code == 400
    assert "A-17" in answer.json()["error"]
    read_all(settings)
    assert (names_in(warehouse), jobs_in(warehouse)) == ([], [])
    form = service.get("/upload?cell=B").text
    assert '<option value="B-4">' in form
    assert '<option value="A-17">' not in form


@pytest.mark.usefixtures("two_cells")
def test_a_cell_that_was_removed_meanwhile_fails_and_leaves_the_tests(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    service.request("POST", "/upload?name=7.bdf.csv&cell=1", content=content)
    with change(warehouse.engine, "remove a cell") as (session, _):
        session.delete(session.get_one(Cell, 1))
    read_all(settings)
    assert cells_of(warehouse) == {"7": None}
    (job,) = [each for each in jobs_in(warehouse) if each.kind == "assign"]
    assert (job.state, "no cell is called '1'" in str(job.reason)) == ("failed", True)


def test_a_byte_that_turned_before_it_was_read_is_named_and_makes_no_test(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    content = small_export(tmp_path / "7.bdf.csv", 7).read_bytes()
    said = service.request("POST", "/upload?name=7.bdf.csv", content=content).json()
    assert inspect(warehouse.engine, warehouse.lake).sound
    path = f"upload/{said['upload']}/7.bdf.csv"
    damaged = bytearray(content)
    damaged[-9] ^= 1
    warehouse.lake.path(path).write_bytes(damaged)
    (fault,) = inspect(warehouse.engine, warehouse.lake).faults
    assert (fault.kind, fault.subject) == ("damaged", path)
    read_all(settings)
    assert names_in(warehouse) == []
    (result,) = [job.result or {} for job in jobs_in(warehouse) if job.kind == "ingest"]
    assert result["status"] == "refused"
    assert "it arrived with" in result["reason"]
    assert forget_uploads(warehouse.engine, warehouse.lake, 0) == []
