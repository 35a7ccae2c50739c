"""The pages of jobs: what is worked on, what went wrong, asked for again or taken back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog import Job
from schema.catalog.connection import aside
from schema.queue.ask import Wish, ask
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS, EnterStudy, Ingest
from schema.queue.worker import this_machine
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.ingest.working import jobs_of, small_export
from tests.service.asker import Asker

FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Sec-Fetch-Site": "same-origin",
}


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


def asked_for(warehouse: Warehouse, subject: Any) -> int:  # noqa: ANN401 # a subject
    with aside(warehouse.engine) as session:
        return ask(session, [Wish(subject)])[0]


def read_all(settings: Settings) -> None:
    """Work until nothing waits."""
    wanted = Wanted(tuple(KINDS), this_machine())
    for _ in work(settings, Work(wanted, 0, until_empty=True, most_failures=1), Stop()):
        pass


def post(service: Asker, job_id: int, what: str) -> Any:  # noqa: ANN401 # a response
    return service.request("POST", f"/jobs/{job_id}", content=f"do={what}", headers=FORM)


def state_of(warehouse: Warehouse, job_id: int) -> Job:
    return next(job for job in jobs_of(warehouse.engine) if job.id == job_id)


def test_a_job_is_seen_to_wait_and_then_to_be_done_though_no_snapshot_was_made(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    refused = tmp_path / "note.txt"
    refused.write_text("no export")
    job_id = asked_for(warehouse, Ingest(path=str(refused)))
    first = service.get(f"/jobs/{job_id}")
    assert "Waiting." in first.text
    assert 'hx-trigger="every 2s"' in first.text
    assert "ETag" not in first.headers
    read_all(settings)
    second = service.get(f"/jobs/{job_id}").text
    assert "Done." in second
    assert "hx-trigger" not in second
    assert "refused" in second


def test_a_job_that_failed_is_on_the_first_page_with_its_reason_and_is_asked_for_again(
    service: Asker, settings: Settings, warehouse: Warehouse, tmp_path: Path
) -> None:
    study = tmp_path / "study.yaml"
    study.write_text("study: [")
    job_id = asked_for(warehouse, EnterStudy(path=str(study)))
    read_all(settings)
    assert state_of(warehouse, job_id).state == "failed"
    text = service.get("/jobs/now").text
    assert f'<a href="/jobs/{job_id}">' in text
    assert "study.yaml" in text
    assert "hx-trigger" not in text
    assert 'hx-get="/jobs/now"' in service.get("/").text
    study.write_text("study: mended\nsubstances: {Li: {formula: Li}}\n")
    assert post(service, job_id, "again").status_code == 303
    read_all(settings)
    assert state_of(warehouse, job_id).state == "done"
    assert "Begun</dt><dd>2 times" in service.get(f"/jobs/{job_id}").text


def test_a_job_that_waits_is_withdrawn_once(
    service: Asker, warehouse: Warehouse, tmp_path: Path
) -> None:
    job_id = asked_for(warehouse, Ingest(path=str(small_export(tmp_path / "7.bdf.csv", 7))))
    assert post(service, job_id, "withdraw").status_code == 303
    assert state_of(warehouse, job_id).state == "withdrawn"
    again = post(service, job_id, "withdraw")
    assert again.status_code == 422
    assert "has ended already" in again.text


def test_another_site_withdraws_nothing(
    service: Asker, warehouse: Warehouse, tmp_path: Path
) -> None:
    job_id = asked_for(warehouse, Ingest(path=str(small_export(tmp_path / "7.bdf.csv", 7))))
    foreign = {**FORM, "Sec-Fetch-Site": "cross-site"}
    answer = service.request("POST", f"/jobs/{job_id}", content="do=withdraw", headers=foreign)
    assert answer.status_code == 403
    assert state_of(warehouse, job_id).state == "waiting"


def test_jobs_are_chosen_by_state_and_names_of_files_come_out_escaped(
    service: Asker, warehouse: Warehouse, tmp_path: Path
) -> None:
    asked_for(warehouse, Ingest(path=str(tmp_path / "<b>.mpr")))
    assert "&lt;b&gt;.mpr" in service.get("/jobs?state=waiting").text
    assert "No job is so" in service.get("/jobs?state=failed").text
    assert service.get("/jobs?state=lost").status_code == 400
    assert service.get("/jobs/99").status_code == 404
