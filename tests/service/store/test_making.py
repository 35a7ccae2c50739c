"""What the store knows of the making of a cell."""

from collections.abc import Iterator
from typing import Any

import pytest

from schema.catalog import (
    Ancestor,
    CellLayer,
    Material,
    Process,
    ProcessOutput,
    ProcessParameter,
    Substance,
)
from schema.catalog.connection import change
from schema.condition import condition
from schema.measure import measure
from service.metric.scope import narrowed, used
from service.store.store import Store

Bench = Any


@pytest.fixture
def store(warehouse: Bench) -> Iterator[Store]:
    """Return the store of a cell with a coated pellet: its powder was milled, then sintered."""
    with change(warehouse.engine, "study") as (session, _):
        latp = Substance(name="LATP", formula="Li1.3Al0.3Ti1.7(PO4)3", electrons=1.0)
        blue = Substance(name="PB", formula="blue stuff", electrons=1.0)
        spare = Substance(
            name="PEO", formula="C2H4O", molar_mass_gram_per_mole=100.0, electrons=2.0
        )
        powder, pellet = (Material(name=n, substance=latp) for n in ("powder", "pellet"))
        session.add_all([latp, blue, spare, powder, pellet])
        mill = Process(name="mill-1", kind="mill")
        sinter = Process(name="sinter-1", kind="sinter")
        for process, name, written in (
            (mill, "atmosphere", "argon"),
            (mill, "speed", "300-400 rpm"),
            (sinter, "temperature", "~ 1173.15 K"),
            (sinter, "duration", ">= 360 min"),
        ):
            process.parameters.append(
                ProcessParameter(name=name, **condition(measure(written), written))
            )
        session.add_all([mill, sinter])
        session.flush()
        for process, output in ((mill, powder), (sinter, pellet)):
            session.add(ProcessOutput(process_id=process.id, material_id=output.id))
        session.add(Ancestor(material_id=pellet.id, ancestor_id=powder.id, depth=1))
        session.add_all(
            [
                CellLayer(
                    cell_id=1, position=1, role="interlayer", substance=blue, thickness_um=1.0
                ),
                CellLayer(cell_id=1, position=2, material=pellet, loading_mg_per_cm2=2.5),
                CellLayer(cell_id=1, position=3, material=powder),
                CellLayer(cell_id=2, position=1, role="negative"),
            ]
        )
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()


def rows(store: Store, sql: str, tests: list[int] | None = None) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        scope = store.state.scope(tests)
        return cursor.execute(sql, used(sql, scope.parameters if scope else {})).fetchall()


def test_a_layer_has_the_substance_of_its_material_where_none_is_said(store: Store) -> None:
    assert rows(store, "SELECT * FROM store.layer ORDER BY cell_id, position") == [
        (1, 1, "interlayer", "PB", None, 1.0, None),
        (1, 2, None, "LATP", 2, None, 2.5),
        (1, 3, None, "LATP", 1, None, None),
        (2, 1, "negative", None, None, None, None),
    ]


def test_a_substance_has_the_molar_mass_of_its_formula_unless_one_was_entered(
    store: Store,
) -> None:
    found = rows(
        store,
        "SELECT name, molar_mass_gram_per_mole, theoretical_capacity_mah_per_g"
        " FROM store.substance ORDER BY name",
    )
    assert found == [
        ("LATP", pytest.approx(383.5, abs=0.5), pytest.approx(69.9, abs=0.1)),
        ("PB", None, None),
        ("PEO", 100.0, pytest.approx(2 * 96485.33212 / 360)),
    ]


def test_a_treatment_is_what_a_layer_is_of_its_size_or_a_condition_of_its_ancestry_once(
    store: Store,
) -> None:
    assert rows(store, "SELECT * FROM store.treatment ORDER BY name") == [
        (1, "LATP.loading_mg_per_cm2", "2.5 mg/cm²", 2.5, 2.5, 2.5, None, "mg/cm²", None),
        (1, "PB.thickness_um", "1 µm", 1.0, 1.0, 1.0, None, "µm", None),
        (1, "interlayer.substance", "PB", None, None, None, "PB", None, None),
        (1, "mill.atmosphere", "argon", None, None, None, "argon", None, None),
        (1, "mill.speed", "300 to 400 rpm", None, 300.0, 400.0, None, "rpm", None),
        (1, "sinter.duration", ">= 6 h", 6.0, 6.0, None, None, "h", ">="),
        (1, "sinter.temperature", "~ 900 °C", 900.0, 900.0, 900.0, None, "°C", "~"),
    ]


@pytest.mark.parametrize(
    ("tests", "counts"), [([1], (3, 2, 7)), ([2], (1, 0, 0)), ([3], (0, 0, 0)), ([1, 2], (4, 2, 7))]
)
def test_a_metric_sees_the_making_of_the_cells_it_was_asked_for(
    store: Store, tests: list[int], counts: tuple[int, ...]
) -> None:
    for name, count in zip(("layer", "substance", "treatment"), counts, strict=True):
        sql = f"SELECT count(*) FROM ({narrowed(name, 'tests')})"
        assert rows(store, sql, tests) == [(count,)]
