"""A cell as it may be entered, whoever enters it."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from schema.catalog import Cell, Material, Substance, Table
from schema.error import InvalidRecord, UnknownRecord
from schema.record.cell import write_cell
from schema.record.known import Known


@pytest.fixture
def known() -> Iterator[Known]:
    """Return a catalog of three substances and a pellet of one."""
    engine = create_engine("sqlite://")
    Table.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(
            Substance(id=n, name=name) for n, name in enumerate(("Li", "LATP", "PB"), 1)
        )
        session.add(Material(name="pellet", substance_id=2))
        session.flush()
        yield Known(session)
    engine.dispose()


def written(known: Known, said: dict[str, Any], row: Cell | None = None) -> Cell:
    row = row or Cell(name="K1")
    write_cell(known, row, said)
    known.session.add(row)
    known.session.flush()
    known.session.refresh(row)
    return row


def stack(row: Cell) -> list[tuple[str | None, str | None, str | None, float | None]]:
    return [
        (
            each.substance.name if each.substance else None,
            each.material.name if each.material else None,
            each.role,
            each.thickness_um,
        )
        for each in row.layers
    ]


def test_a_configuration_is_layers_and_tells_whether_both_electrodes_are_the_same(
    known: Known,
) -> None:
    row = written(known, {"configuration": "Li/PB@LATP/Li"})
    assert stack(row) == [
        ("Li", None, "negative", None),
        ("PB", None, "interlayer", None),
        ("LATP", None, "electrolyte", None),
        ("Li", None, "positive", None),
    ]
    assert row.symmetric is True
    assert written(known, {"configuration": "Li/LATP/PB"}, row).symmetric is False
    assert [each[0] for each in stack(row)] == ["Li", "LATP", "PB"]


def test_layers_and_configuration_complete_each_other(known: Known) -> None:
    layers = [
        {"substance": "Li"},
        {"material": " pellet ", "thickness_um": 500.0},
        {"substance": "Li"},
    ]
    row = written(known, {"configuration": "Li/LATP/Li", "layers": layers})
    assert stack(row)[1] == ("LATP", "pellet", "electrolyte", 500.0)
    # of a configuration written otherwise what is known of layers stays
    written(known, {"configuration": "Li / LATP / Li"}, row)
    assert stack(row)[1] == ("LATP", "pellet", "electrolyte", 500.0)
    with pytest.raises(InvalidRecord, match="PB in place 2, the layers have LATP"):
        written(known, {"configuration": "Li/PB/Li"}, row)


def test_layers_alone_tell_no_symmetry(known: Known) -> None:
    row = written(
        known, {"layers": [{"substance": "Li"}, {"material": "pellet", "role": "separator"}]}
    )
    assert stack(row) == [("Li", None, None, None), ("LATP", "pellet", "separator", None)]
    assert row.symmetric is None
    assert written(known, {"symmetric": True}, row).symmetric is True
    assert stack(written(known, {"layers": None}, row)) == []


def test_a_role_somebody_gave_stays_when_the_configuration_is_said_again(known: Known) -> None:
    layers = [{"substance": "Li"}, {"substance": "PB", "role": "wetting"}, {"substance": "LATP"}]
    said = {"configuration": "Li/PB@LATP", "layers": layers}
    row = written(known, said)
    written(known, {"configuration": "Li / PB@LATP"}, row)
    assert [each[2] for each in stack(row)] == ["negative", "wetting", "positive"]
    written(known, {"configuration": None}, row)
    assert [each[2] for each in stack(row)] == ["negative", "wetting", "positive"]
    written(known, {"configuration": "Li/LATP", "layers": None}, row)
    assert [each[2] for each in stack(row)] == ["negative", "positive"]
    assert stack(written(known, {"configuration": None}, row)) == []


def test_the_word_symmetric_stays_where_no_configuration_is_said_anew(known: Known) -> None:
    row = written(known, {"symmetric": True})
    assert written(known, {"configuration": None}, row).symmetric is True
    assert written(known, {"configuration": "Li/LATP/PB"}, row).symmetric is False
    assert written(known, {"symmetric": None}, row).symmetric is False
    assert written(known, {"configuration": None}, row).symmetric is None


def test_what_an_older_release_took_does_not_bar_another_change(known: Known) -> None:
    row = Cell(name="old", configuration="Li//", formation_cycles="all")
    assert written(known, {"note": "x"}, row).note == "x"
    assert len(stack(written(known, {"configuration": "Li/LATP/Li"}, row))) == 3


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ({"configuration": "Li/LATP/Li", "symmetric": False}, ("symmetric",)),
        ({"configuration": "Li//Li"}, ("configuration",)),
        ({"layers": [{"role": "negative"}]}, ("layers", 0)),
        ({"layers": [{"substance": "Li", "thickness_um": 0.0}]}, ("layers", 0, "thickness_um")),
        ({"configuration": "Li/LATP/Li", "layers": [{"substance": "Li"}]}, ("layers", 1)),
        ({"area_cm2": float("nan")}, ("area_cm2",)),
        ({"cycle_convention": "whatever"}, ("cycle_convention",)),
        ({"formation_cycles": "4-1"}, ("formation_cycles",)),
    ],
)
def test_a_cell_that_cannot_be_is_refused_at_its_place(
    known: Known, said: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    with pytest.raises(InvalidRecord) as fault:
        written(known, said)
    assert fault.value.place == place
    assert fault.value.reason


@pytest.mark.parametrize(
    ("said", "place", "kind"),
    [
        ({"configuration": "Li/LATQ/Li"}, ("configuration",), "substance"),
        ({"layers": [{"substance": "LATQ"}]}, ("layers", 0, "substance"), "substance"),
        ({"layers": [{"material": "pallet"}]}, ("layers", 0, "material"), "material"),
    ],
)
def test_what_is_not_there_is_named_with_what_is_near(
    known: Known, said: dict[str, Any], place: tuple[str | int, ...], kind: str
) -> None:
    with pytest.raises(UnknownRecord, match="did you mean") as fault:
        written(known, said)
    assert (fault.value.place, fault.value.kind) == (place, kind)
