"""A record under another name: what names it follows, or the new name is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from schema.catalog import Cell, Claim, Snapshot, Study, Substance, Table
from schema.error import InvalidRecord
from schema.record.known import Known
from schema.record.rename import carry_on


@pytest.fixture
def known() -> Iterator[Known]:
    """Return a catalog of two substances, three cells and three claims about them."""
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Substance(name="Li"), Substance(name="LATP"), Snapshot(action="test")])
        stacks = {"K1": "Li / PB@LATP /Li", "K2": "Li/LATP-2/Li", "LATP": None}
        session.add_all(Cell(name=name, configuration=text) for name, text in stacks.items())
        subjects = [
            {"substance": "LATP", "temperature": "60 °C"},
            {"configuration": "Li/LATP/Li", "cell": "K1"},
            {"cell": "LATP"},
        ]
        session.add_all(
            Claim(name=f"N{n}", source="s", text="t", subject=subject)
            for n, subject in enumerate(subjects, 1)
        )
        session.flush()
        yield Known(session)
    engine.dispose()


def renamed(known: Known, model: Any, before: str, name: str) -> None:  # noqa: ANN401 — a table
    row = known.row(model, before, ())
    row.name = name
    carry_on(known, row, before)
    known.session.flush()


def subject(known: Known, name: str) -> dict[str, Any]:
    found: dict[str, Any] = known.row(Claim, name, ()).subject
    return found


def test_a_substance_is_called_anew_in_configurations_and_claims(known: Known) -> None:
    renamed(known, Substance, "LATP", "LATP-Ge")
    assert known.row(Cell, "K1", ()).configuration == "Li / PB@LATP-Ge /Li"
    assert known.row(Cell, "K2", ()).configuration == "Li/LATP-2/Li"
    assert subject(known, "N1") == {"substance": "LATP-Ge", "temperature": "60 °C"}
    assert subject(known, "N2") == {"configuration": "Li/LATP-Ge/Li", "cell": "K1"}
    assert subject(known, "N3") == {"cell": "LATP"}


def test_a_cell_is_called_anew_in_claims_about_it_alone(known: Known) -> None:
    renamed(known, Cell, "LATP", "K3")
    assert subject(known, "N3") == {"cell": "K3"}
    assert subject(known, "N1")["substance"] == "LATP"


@pytest.mark.parametrize("name", ["LATP/Ge", "Ge@LATP", "x" * 600])
def test_a_name_that_no_configuration_can_hold_is_refused_where_one_names_it(
    known: Known, name: str
) -> None:
    with pytest.raises(InvalidRecord, match="K1 is Li / PB@LATP /Li") as fault:
        renamed(known, Substance, "LATP", name)
    assert fault.value.place == ("name",)
    renamed(known, Cell, "K2", name)


def test_what_a_living_study_tells_of_keeps_its_name(known: Known) -> None:
    document: dict[str, Any] = {"substances": {"LATP": {}}, "claims": {"N1": {}}}
    study = Study(name="A", sha256="", document=document, added_snapshot=1)
    known.session.add(study)
    known.session.flush()
    with pytest.raises(InvalidRecord, match="the study 'A' calls it 'LATP'"):
        renamed(known, Substance, "LATP", "LATP-Ge")
    renamed(known, Claim, "N1", "N9")  # another N1 than the study's
    renamed(known, Substance, "Li", "lithium")
    assert known.row(Cell, "K2", ()).configuration == "lithium/LATP-2/lithium"
