"""A study is removed with its claims, brought back, entered anew, and erased."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ingest.study.document import read_study
from ingest.study.entry import enter
from schema.catalog import Cell, Claim, Study
from schema.catalog.connection import change, look
from schema.error import EntryInUse, InvalidRecord
from schema.record.called import entry_called
from schema.record.erasure import erase
from schema.record.removal import remove
from schema.record.revert import revert
from schema.warehouse import Warehouse

STUDY = """
study: by document
source: notebook
cells: {K1: {area: 1 cm²}}
claims:
  N1: {text: it holds, quantity: discharge_capacity, value: ~ 150 mAh/g, subject: {cell: K1}}
  N2: {text: judged, verdict: untestable, why: no test, evidence: [K1]}
"""


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def told(warehouse: Warehouse) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the studies and the claims that are there."""
    with look(warehouse.engine) as session:
        living = select(Study.name).where(Study.removed_snapshot.is_(None))
        claims = select(Claim.id, Claim.name, Claim.value, Claim.unit, Claim.qualifier, Claim.why)
        return [*session.scalars(living)], [tuple(each) for each in session.execute(claims)]


def removing(warehouse: Warehouse, *, with_all: bool) -> None:
    with change(warehouse.engine, "remove") as (session, snapshot):
        study = entry_called(session, "study", "by document")
        remove(session, snapshot, "study", study, with_all=with_all)


def test_a_study_goes_with_its_claims_where_that_is_meant_and_its_cells_stay(
    empty_warehouse: Warehouse, document: Path
) -> None:
    enter(empty_warehouse.engine, read_study(document))
    before = told(empty_warehouse)
    with pytest.raises(EntryInUse, match="claim N1, claim N2 hang on the study by document"):
        removing(empty_warehouse, with_all=False)
    removing(empty_warehouse, with_all=True)
    assert told(empty_warehouse) == ([], [])
    with look(empty_warehouse.engine) as session:
        assert session.scalars(select(Cell.name)).all() == ["K1"]
    with change(empty_warehouse.engine, "revert") as (session, snapshot):
        revert(session, snapshot, "study", "by document", with_all=True)
    assert told(empty_warehouse) == before
    assert enter(empty_warehouse.engine, read_study(document)).status == "already"


def test_a_removed_study_may_be_entered_anew_and_is_then_not_had_back(
    empty_warehouse: Warehouse, document: Path
) -> None:
    enter(empty_warehouse.engine, read_study(document))
    with look(empty_warehouse.engine) as session:
        first = session.scalars(select(Study.id)).one()
    removing(empty_warehouse, with_all=True)
    assert enter(empty_warehouse.engine, read_study(document)).status == "entered"
    with (
        pytest.raises(InvalidRecord, match="another state of by document was entered since"),
        change(empty_warehouse.engine, "revert") as (session, snapshot),
    ):
        revert(session, snapshot, "study", str(first), with_all=True)
    before = told(empty_warehouse)
    erase(empty_warehouse.engine, empty_warehouse.lake, "study", str(first), with_all=True)
    assert told(empty_warehouse) == before
    with look(empty_warehouse.engine) as session:
        assert first not in session.scalars(select(Study.id)).all()
