"""Findings of all tests, the newest first."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from schema.catalog import Cell, Finding, LakeFile, RawFile, Test
from schema.catalog.connection import change
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import Asker, asked

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
QUERY = """query ($where: FindingWhere, $first: Int, $after: String) {
  findings(where: $where, first: $first, after: $after) {
    nodes { kind place detail ingestedAt test { name cell { name } } }
    pageInfo { endCursor hasNextPage }
    totalCount
  }
}"""


@pytest.fixture(scope="module")
def findings(module_settings: Settings) -> Iterator[Asker]:
    """Return who asks a service of four tests, an hour apart, the first of them read again last."""
    warehouse = open_warehouse(module_settings)
    with change(warehouse.engine, "cells") as (session, _):
        session.add_all([Cell(id=1, name="A"), Cell(id=2, name="B")])
    for number in (1, 2, 3, 4):
        _ingest(warehouse.engine, number, number)
    _ingest(warehouse.engine, 1, 5)
    with change(warehouse.engine, "remove") as (session, snapshot):
        session.get_one(Test, 4).removed_snapshot = snapshot
    warehouse.engine.dispose()
    with asked(module_settings, only_reads=True) as asker:
        yield asker


def _ingest(engine: Any, number: int, hour: int) -> None:  # noqa: ANN401 # an engine
    """Read the export of a test at an hour, as ingest does: its findings are entered anew."""
    with change(engine, "ingest") as (session, snapshot):
        counts = {f"{each}_count": 0 for each in ("point", "step", "cycle", "turn", "spectrum")}
        if session.get(Test, number) is None:
            session.add(
                Test(
                    id=number,
                    name=f"T{number}",
                    origin=f"/{number}",
                    position=1,
                    facts={},
                    cell_id=1 if number < 3 else 2,
                    added_snapshot=snapshot,
                    **counts,
                )
            )
        session.flush()
        for old in session.query(RawFile).filter(RawFile.origin == f"/{number}"):
            old.removed_snapshot = snapshot
        for former in session.query(LakeFile).filter(LakeFile.test_id == number):
            former.removed_snapshot = snapshot
        raw = RawFile(
            name=f"T{number}",
            origin=f"/{number}",
            sha256=f"{hour}",
            bytes=1,
            reader="by_hand",
            reader_version="1",
            ingested_at=FIRST + timedelta(hours=hour),
            added_snapshot=snapshot,
        )
        session.add(raw)
        session.flush()
        session.add(
            LakeFile(
                test_id=number,
                raw_file_id=raw.id,
                kind="points",
                path=f"{hour}",
                rows=0,
                bytes=0,
                sha256="0",
                added_snapshot=snapshot,
            )
        )
        session.execute(delete(Finding).where(Finding.test_id == number))
        for kind in ("time_gap", "truncated"):
            place = f"record {number}"
            session.add(Finding(test_id=number, kind=kind, place=place, detail="It is so."))
            session.flush()


def kinds(asker: Asker, **where: object) -> list[tuple[str, str]]:
    """Return test and kind of the findings that meet conditions."""
    page = asker.data(QUERY, where=where)["findings"]
    return [(each["test"]["name"], each["kind"]) for each in page["nodes"]]


def test_those_of_the_test_that_was_read_last_come_first(findings: Asker) -> None:
    assert kinds(findings) == [
        (name, kind) for name in ("T1", "T3", "T2") for kind in ("truncated", "time_gap")
    ]
    first = findings.data(QUERY)["findings"]["nodes"][0]
    assert first == {
        "kind": "truncated",
        "place": "record 1",
        "detail": "It is so.",
        "ingestedAt": "2026-03-02T13:00:00+00:00",
        "test": {"name": "T1", "cell": {"name": "A"}},
    }


def test_they_are_chosen_by_kind_test_cell_and_moment(findings: Asker) -> None:
    assert kinds(findings, kind={"eq": "time_gap"}) == [
        (name, "time_gap") for name in ("T1", "T3", "T2")
    ]
    gaps = {"kind": {"eq": "time_gap"}}
    assert kinds(findings, **gaps, test={"name": {"eq": "T2"}}) == [("T2", "time_gap")]
    assert kinds(findings, **gaps, cell={"name": {"eq": "B"}}) == [("T3", "time_gap")]
    assert kinds(findings, **gaps, since="2026-03-02T11:00:00Z") == [
        ("T1", "time_gap"),
        ("T3", "time_gap"),
    ]
    assert kinds(findings, **gaps, since="2026-03-02T14:00:01+01:00") == []
    assert kinds(findings, **gaps, since="2026-03-02T14:00:00+01:00") == [("T1", "time_gap")]


def test_a_moment_without_a_zone_is_refused(findings: Asker) -> None:
    error = findings.error(QUERY, where={"since": "2026-03-02T11:00:00"})
    assert error["message"].startswith("since cannot be '2026-03-02T11:00:00'")


def test_they_come_in_pages(findings: Asker) -> None:
    seen: list[str] = []
    after = None
    for _ in range(3):
        page = findings.data(QUERY, first=2, after=after)["findings"]
        seen += [each["test"]["name"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 6
    assert (seen, page["pageInfo"]["hasNextPage"]) == (["T1", "T1", "T3", "T3", "T2", "T2"], False)
