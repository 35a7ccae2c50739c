"""A catalog of a small lab, on either kind of database."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from schema.ancestry import rebuild
from schema.catalog import (
    Cell,
    CellLayer,
    Claim,
    LakeFile,
    Material,
    Process,
    Property,
    Protocol,
    RawFile,
    ReferencePhase,
    SensitivityFactor,
    SensitivitySet,
    Substance,
    Table,
    Test,
)
from schema.catalog.connection import change, look
from schema.catalog.entry import ENTRIES, EntryState, states
from schema.catalog.process import ProcessParameter
from schema.catalog.protocol import ProtocolStep
from schema.catalog.reference_phase import ReferenceLine
from schema.record.dependent import Dependent
from schema.record.removal import remove


def _test(identity: int, snapshot: int, **known: object) -> list[Table]:
    name = f"{identity}.mpr"
    raw = RawFile(
        id=identity,
        name=name,
        origin=f"/{name}",
        sha256=f"{identity:064d}",
        bytes=1,
        reader="by_hand",
        reader_version="1",
        added_snapshot=snapshot,
    )
    test = Test(
        id=identity,
        name=name,
        origin=f"/{name}",
        position=1,
        point_count=0,
        step_count=0,
        cycle_count=0,
        spectrum_count=0,
        facts={},
        added_snapshot=snapshot,
        **known,
    )
    file = LakeFile(
        test_id=identity,
        raw_file_id=identity,
        kind="points",
        path=f"points/{identity}.parquet",
        rows=0,
        bytes=1,
        sha256=f"{identity:064d}",
        added_snapshot=snapshot,
    )
    return [raw, test, file]


@pytest.fixture
def lab(engine: Engine) -> Engine:
    """Return a catalog: K1 of a pellet that was pressed of a powder, with a test and a claim."""
    with change(engine, "the lab") as (session, snapshot):
        session.add_all([Substance(id=1, name="Li"), Substance(id=2, name="LATP", electrons=1.5)])
        session.flush()
        powder = Material(id=1, name="powder", substance_id=2)
        pellet = Material(id=2, name="pellet", substance_id=2, thickness_um=900.0)
        session.add_all([powder, pellet, Material(id=3, name="spare")])
        session.flush()
        condition = ProcessParameter(
            name="pressure", value=5.0, lower=5.0, upper=5.0, unit="MPa", written="5 MPa"
        )
        session.add(
            Process(
                id=1,
                name="press",
                kind="press",
                inputs=[powder],
                outputs=[pellet],
                parameters=[condition],
            )
        )
        step = ProtocolStep(position=1, mode="charge", current_ampere=0.001)
        session.add(Protocol(id=1, name="formation", steps=[step]))
        layers = [
            CellLayer(position=1, role="negative", substance_id=1, thickness_um=250.0),
            CellLayer(position=2, role="electrolyte", substance_id=2, material_id=2),
            CellLayer(position=3, role="positive", substance_id=1),
        ]
        session.add(
            Cell(id=1, name="K1", configuration="Li/LATP/Li", symmetric=True, layers=layers)
        )
        session.add(Cell(id=2, name="K2", area_cm2=1.0))
        session.flush()
        rebuild(session)
        for each in _test(7, snapshot, cell_id=1, protocol_id=1, sensitivity_set="lab"):
            session.add(each)
            session.flush()
        for each in _test(8, snapshot):
            session.add(each)
            session.flush()
        session.add(Property(id=1, name="contact_area", cell_id=1, value=0.7, unit="cm²"))
        session.add(
            Claim(
                id=1,
                name="N1",
                source="a report",
                text="it holds",
                value=3000.0,
                unit="mV",
                qualifier="~",
                subject={"cell": "K1"},
            )
        )
        line = ReferenceLine(position=1, spacing_angstrom=3.0, relative_intensity=100.0)
        session.add(
            ReferencePhase(id=1, name="LATP-card", source="a card", substance_id=2, lines=[line])
        )
        session.add(
            SensitivitySet(
                id=1,
                name="lab",
                source="us",
                excitation_energy_ev=1486.6,
                background="shirley",
                includes="nothing",
                factors=[SensitivityFactor(line="Ti2p", factor=2.0)],
            )
        )
    return engine


Whole = dict[str, dict[int, EntryState]]


@pytest.fixture
def whole() -> Callable[[Engine], Whole]:
    """Return what tells all entries that are there, and the ancestry of materials."""

    def told(engine: Engine) -> Whole:
        with look(engine) as session:
            return {
                kind: states(session.connection(), kind, _ids(session, kind)) for kind in ENTRIES
            }

    return told


def _ids(session: Session, kind: str) -> list[int]:
    model: Any = ENTRIES[kind].model
    return [*session.scalars(select(model.id))]


@pytest.fixture
def removing(lab: Engine) -> Callable[..., list[Dependent]]:
    """Return what removes an entry of the lab by kind and key."""

    def removed(kind: str, identity: int, *, with_all: bool = False) -> list[Dependent]:
        with change(lab, f"remove {kind}") as (session, snapshot):
            return remove(session, snapshot, kind, identity, with_all=with_all)

    return removed
