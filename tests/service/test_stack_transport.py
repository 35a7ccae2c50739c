"""What is kept of a carrier in a stack: by way of the command, compared with closed forms."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from command.stating import run_stated
from schema.catalog import Cell, CellLayer
from schema.catalog.connection import change
from schema.error import InvalidArgument, InvalidRecord, UnknownName
from schema.settings import Settings
from schema.transport.flux import flux_between, reduced_potential
from schema.warehouse import open_warehouse
from tests.service.asker import Asker, asked

KELVIN = 273.15
STATED = {
    "carrier": "Li+",
    "charge_number": 1,
    "temperature_celsius": "30 °C",
    "negative_concentration_mol_per_cm3": "1e-3 mol/cm³",
    "positive_concentration_mol_per_cm3": "5e-4 mol/cm³",
    "initial_concentration_mol_per_cm3": "2e-4 mol/cm³",
    "duration_second": "20 s",
    "step_count": 25,
    "interval_count": 40,
}
ONE = ("2: 1 µm, 1e-10 cm²/s, {volt} V",)
STACK = ("2: 2 µm, 1e-9 cm²/s, 0 V", "3: 1 µm, 2e-10 cm²/s, -20 mV")
VOLTS = (0.0, 0.0261, -0.0522, 1.0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Return a warehouse with a cell of four layers, and the runs that are asked of here."""
    settings = Settings(home=tmp_path_factory.mktemp("stack"))
    warehouse = open_warehouse(settings)
    with change(warehouse.engine, "cell") as (session, _):
        for name in ("one", "two"):
            layers = [CellLayer(position=place) for place in range(1, 5)]
            session.add(Cell(name=name, layers=layers))
    for volt in VOLTS:
        run, is_new = run_stated(warehouse, "one", STATED, [ONE[0].format(volt=volt)])
        assert is_new
        assert run_stated(warehouse, "one", STATED, [ONE[0].format(volt=volt)]) == (run, False)
    run_stated(warehouse, "two", STATED, STACK)
    yield settings
    warehouse.engine.dispose()


@pytest.fixture(scope="module")
def service(home: Settings) -> Iterator[Asker]:
    with asked(home, only_reads=True) as asker:
        yield asker


def rows(service: Asker, metric: str, columns: str, cell: str) -> list[dict[str, Any]]:
    """Return the rows of a metric of a cell on which nothing was tested, asked over GraphQL."""
    values = service.data(f"{{ {metric} {{ cellId {columns} }} }}")[metric]
    found = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    (one,) = service.data(f'{{ cells(names: ["{cell}"]) {{ nodes {{ id }} }} }}')["cells"]["nodes"]
    return [each for each in found if str(each["cellId"]) == str(one["id"])]


FLUX = """transportRunId instantCount timeSecond nearFluxMolPerCm2Second farFluxMolPerCm2Second
  nearCurrentDensityAmperePerCm2 amountMolPerCm2 enteredMolPerCm2 leftMolPerCm2 imbalance status"""


def test_one_layer_comes_to_goldman(service: Asker) -> None:
    found = rows(service, "stackFlux", FLUX, "one")
    steady = [each for each in found if each["timeSecond"] is None]
    assert len(steady) == len(VOLTS)
    for volt, each in zip(VOLTS, steady, strict=True):
        u = reduced_potential(1, volt, 30 + KELVIN)
        closed = float(flux_between(1e-10 / 1e-4, 1e-3, 5e-4, u))
        assert each["nearFluxMolPerCm2Second"] == pytest.approx(closed, rel=1e-6)
        assert each["farFluxMolPerCm2Second"] == pytest.approx(closed, rel=1e-6)
        current = 96485.33212 * closed
        assert each["nearCurrentDensityAmperePerCm2"] == pytest.approx(current, rel=1e-6)


def test_a_stack_comes_to_the_closed_form_of_two_layers(service: Asker) -> None:
    (steady,) = (
        each for each in rows(service, "stackFlux", FLUX, "two") if each["timeSecond"] is None
    )
    u = reduced_potential(1, -0.02, 30 + KELVIN)
    first, second = 1e-9 / 2e-4, 2e-10 / 1e-4
    # both fluxes are linear in the concentration where the layers meet
    leaving = [float(flux_between(second, middle, 5e-4, u)) for middle in (0.0, 1.0)]
    middle = (first * 1e-3 - leaving[0]) / (first + leaving[1] - leaving[0])
    closed = first * (1e-3 - middle)
    assert steady["nearFluxMolPerCm2Second"] == pytest.approx(closed, rel=1e-9)


@pytest.mark.parametrize("cell", ["one", "two"])
def test_nothing_is_lost_on_the_way(service: Asker, cell: str) -> None:
    for each in rows(service, "stackFlux", FLUX, cell):
        assert each["status"] == "ok"
        assert each["imbalance"] < 1e-12
    profile = rows(
        service,
        "stackProfile",
        "transportRunId instantCount timeSecond positionUm concentrationMolPerCm3 "
        "fluxMolPerCm2Second",
        cell,
    )
    runs = {each["transportRunId"] for each in profile}
    for run in runs:
        own = [each for each in profile if each["transportRunId"] == run]
        width = np.array([each["positionUm"] for each in own if each["instantCount"] == 0]) * 1e-4
        count = width.size
        concentration = np.array([each["concentrationMolPerCm3"] for each in own])
        concentration = concentration.reshape(-1, count)
        flux = np.array([each["fluxMolPerCm2Second"] or 0.0 for each in own]).reshape(-1, count)
        amount = concentration[:, 1:-1] @ ((width[2:] - width[:-2]) / 2)
        gained = np.diff(amount[:-1])
        step = 20.0 / 25
        passed = step * (flux[1:-1, 0] - flux[1:-1, -2])
        assert gained == pytest.approx(passed, abs=1e-12 * amount.max())


def test_what_was_stated_stands_beside_what_came_of_it(service: Asker) -> None:
    columns = """position carrier temperatureCelsius thicknessUm diffusionCm2PerS
      potentialDifferenceVolt durationSecond stepCount intervalCount version parameterHash status"""
    first, second = rows(service, "stackRun", columns, "two")
    assert (first["position"], second["position"]) == (2, 3)
    assert first["thicknessUm"] == pytest.approx(2.0)
    assert second["diffusionCm2PerS"] == pytest.approx(2e-10)
    assert second["potentialDifferenceVolt"] == pytest.approx(-0.02)
    assert first["parameterHash"] == second["parameterHash"]
    assert (first["stepCount"], first["intervalCount"], first["version"]) == (25, 40, "1")


def test_it_is_had_as_arrow(service: Asker) -> None:
    answer = service.get("/arrow/metrics/stack_profile")
    assert answer.status_code == 200
    table = pa.ipc.open_stream(answer.content).read_all()
    assert table.num_rows == 27 * (4 * 41 + 81)  # instants times places
    assert "concentration_mol_per_cm3" in table.column_names


@pytest.mark.parametrize(
    ("change_of", "layers", "error", "words"),
    [
        ({"carrier": None}, STACK, InvalidRecord, "not stated"),
        ({"charge_number": 0}, STACK, InvalidRecord, "feels no potential"),
        ({"carrier": "Li+", "charge_number": -1}, STACK, InvalidRecord, "not the sign"),
        ({"carrier": "PF6⁻", "charge_number": 1}, STACK, InvalidRecord, "not the sign"),
        ({"duration_second": "0 s"}, STACK, InvalidRecord, "not above zero"),
        ({"step_count": 0}, STACK, InvalidRecord, "step_count"),
        ({"interval_count": 1}, STACK, InvalidRecord, "2 intervals"),
        ({"step_count": 100_000}, STACK, InvalidRecord, "take fewer steps"),
        ({"temperature_celsius": "-300 °C"}, STACK, InvalidRecord, "absolute zero"),
        ({"temperature_celsius": "~ 30 °C"}, STACK, InvalidArgument, "exact number"),
        ({}, ("2: 1 µm, 1e-10 cm²/s, 0 V", "4: 1 µm, 1e-10 cm²/s, 0 V"), InvalidRecord, "follow"),
        ({}, ("7: 1 µm, 1e-10 cm²/s, 0 V",), InvalidRecord, "no layer 7"),
        ({}, ("2: 1 µm, 1e-10 cm²/s",), InvalidArgument, "POSITION"),
        ({}, (STACK[0], STACK[0]), InvalidArgument, "once"),
        ({}, (), InvalidRecord, "follow"),
    ],
)
def test_what_is_not_stated_is_refused(
    home: Settings,
    change_of: dict[str, Any],
    layers: tuple[str, ...],
    error: type[Exception],
    words: str,
) -> None:
    warehouse = open_warehouse(home)
    with pytest.raises(error, match=words):
        run_stated(warehouse, "one", STATED | change_of, layers)
    warehouse.engine.dispose()


def test_an_unknown_cell_is_told(home: Settings, tmp_path: Path) -> None:
    del tmp_path
    warehouse = open_warehouse(home)
    with pytest.raises(UnknownName, match="three"):
        run_stated(warehouse, "three", STATED, STACK)
    warehouse.engine.dispose()
