"""Work is asked for by mutation, done by a worker, and its result read."""

from pathlib import Path
from typing import Any, Final

import pytest

from ingest.stop import Stop
from ingest.worker import Work, work
from schema.catalog import Snapshot
from schema.catalog.connection import look
from schema.queue.lease import Wanted
from schema.queue.subject import KINDS
from schema.queue.worker import this_machine
from tests.ingest.working import ask_for, small_export
from tests.service.asker import Asker
from tests.service.bench import Bench

FIELDS: Final = """{
  __typename
  ... on Job { id kind state subject result reason attemptCount lot endedAt doneCount totalCount }
  ... on NotFound { field kind message }
  ... on InvalidInput { field declined: reason }
}"""


def changed(asker: Asker, mutation: str, **variables: str) -> dict[str, Any]:
    declared = ", ".join(f"${name}: String" for name in variables)
    head = f"mutation ({declared})" if declared else "mutation"
    (answer,) = asker.data(f"{head} {{ {mutation} {FIELDS} }}", **variables).values()
    return dict(answer)


def worked(bench: Bench) -> None:
    """Have a worker do what waits."""
    wanted = Wanted(tuple(KINDS), this_machine())
    list(work(bench.settings, Work(wanted, 0, until_empty=True), Stop()))


@pytest.fixture
def refused(warehouse: Bench, tmp_path: Path) -> int:
    """Return a job that was refused, about a table that no reader knows."""
    table = tmp_path / "unknown.csv"
    table.write_text("Zeit;U (V);I (mA)\n0;3,5;1,0\n1;3,6;1,0\n")
    (job,) = ask_for(warehouse.engine, [table])
    worked(warehouse)
    return job


def test_a_job_is_read_with_what_became_of_it(asker: Asker, refused: int) -> None:
    jobs = asker.data(
        """{ jobs(where: { kind: { eq: "ingest" } }, orderBy: [{ field: ID, direction: DESC }]) {
          totalCount nodes { id kind state attemptCount result reason subject globalId }
        } }"""
    )["jobs"]
    assert jobs["totalCount"] == 1
    (job,) = jobs["nodes"]
    assert (job["id"], job["kind"], job["state"]) == (str(refused), "ingest", "done")
    assert job["result"]["status"] == "refused"
    assert "no reader knows this file" in job["result"]["reason"]
    one = asker.data(f'{{ node(id: "{job["globalId"]}") {{ ... on Job {{ id }} }} }}')["node"]
    assert one == {"id": str(refused)}


def test_an_unknown_table_becomes_a_sidecar_by_preview_and_trial(
    asker: Asker, warehouse: Bench, refused: int
) -> None:
    asked = changed(asker, f'askForPreview(job: "{refused}", rows: 1)')
    assert (asked["state"], asked["kind"], asked["result"]) == ("waiting", "preview", None)
    worked(warehouse)
    result = asker.data(f'{{ job(id: "{asked["id"]}") {{ state result }} }}')["job"]["result"]
    (table,) = result["tables"]
    assert [each["name"] for each in table["columns"]] == ["Zeit", "U (V)", "I (mA)"]
    assert table["rows"] == [["0", "3,5", "1,0"]]
    sidecar = f"""
delimiter: "{table["delimiter"]}"
decimal: "{table["decimal"]}"
positive_current: charge
columns:
  Zeit: {{quantity: test_time_second, unit: s}}
  U (V): {{quantity: voltage_volt, unit: V}}
  I (mA): {{quantity: current_ampere, unit: mA}}
"""
    tried = changed(asker, f'askForTrial(job: "{refused}", sidecar: $sidecar)', sidecar=sidecar)
    worked(warehouse)
    result = asker.data(f'{{ job(id: "{tried["id"]}") {{ result }} }}')["job"]["result"]
    assert result["refused"] is None
    assert result["tests"][0]["points"] == 2
    assert result["tests"][0]["columns"][0]["name"] == "test_time_second"


def test_an_export_of_the_lake_is_tried_under_its_own_name(
    asker: Asker, warehouse: Bench, tmp_path: Path
) -> None:
    ask_for(warehouse.engine, [small_export(tmp_path / "cell.bdf.csv", 1)])
    worked(warehouse)
    where = '{ name: { eq: "cell.bdf.csv" } }'
    (file,) = asker.data(f"{{ files(where: {where}) {{ nodes {{ id }} }} }}")["files"]["nodes"]
    asked = changed(asker, f'askForTrial(export: "{file["id"]}")')
    worked(warehouse)
    result = asker.data(f'{{ job(id: "{asked["id"]}") {{ result }} }}')["job"]["result"]
    assert (result["reader"], result["tests"][0]["points"]) == ("battery_data_format", 20)


@pytest.mark.parametrize(
    ("mutation", "answer"),
    [
        ("askForPreview(rows: 3)", ("InvalidInput", "job")),
        ('askForPreview(job: "1", export: "1")', ("InvalidInput", "job")),
        ('askForPreview(job: "99")', ("NotFound", "job")),
        ('askForPreview(job: "/etc/passwd")', ("InvalidInput", "job")),
        ('askForPreview(export: "99")', ("NotFound", "export")),
        ('askForRefit(tests: ["nobody"])', ("NotFound", "tests.0")),
        ("askForRefit(tests: [])", ("InvalidInput", "testIds")),
        ('askForRefit(tests: ["1"], circuits: ["R0-p(R1"])', ("InvalidInput", "circuits")),
        ('askForRefit(tests: ["1"], methods: ["guess"])', ("InvalidInput", "methods.0")),
        ('askAgain(id: "99")', ("NotFound", "id")),
        ('withdrawJob(id: "x")', ("InvalidInput", "id")),
    ],
)
def test_what_cannot_be_asked_for_is_declined(
    declining: Asker, mutation: str, answer: tuple[str, str]
) -> None:
    said = changed(declining, mutation)
    assert (said["__typename"], said["field"]) == answer


def test_jobs_are_asked_for_again_and_withdrawn_and_no_snapshot_is_made(
    asker: Asker, warehouse: Bench, refused: int
) -> None:
    before = asker.data("{ snapshot }")["snapshot"]
    again = changed(asker, f'askAgain(id: "{refused}")')
    assert (again["id"], again["state"], again["endedAt"]) == (str(refused), "waiting", None)
    declined = changed(asker, f'askAgain(id: "{refused}")')
    assert "has not ended" in declined["declined"]
    refit = changed(asker, 'askForRefit(tests: ["3"], circuits: ["R0-p(R1,CPE1)"])')
    assert refit["subject"]["circuits"] == ["R0-p(R1,CPE1)"]
    for job in (again, refit):
        assert changed(asker, f'withdrawJob(id: "{job["id"]}")')["state"] == "withdrawn"
    states = asker.data("{ jobs { nodes { state } } }")["jobs"]["nodes"]
    assert [each["state"] for each in states] == ["withdrawn", "withdrawn"]
    assert asker.data("{ snapshot }")["snapshot"] == before
    with look(warehouse.engine) as session:
        assert session.query(Snapshot).count() == before


def test_jobs_by_state_are_among_the_numbers_of_the_service(asker: Asker, refused: int) -> None:
    assert refused
    numbers = asker.get("/metrics").text
    assert 'leyden_jobs{state="done"} 1.0' in numbers
    assert 'leyden_jobs{state="waiting"} 0.0' in numbers
