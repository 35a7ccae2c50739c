"""Impedance sweeps over GraphQL: their points, and what was computed of them."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import atan2, degrees, hypot
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select, update

from ingest.intake import take_in
from schema.analysis import LAYOUTS, Method
from schema.catalog import Analysis, Cell, LakeFile, Sweep, Test
from schema.catalog.connection import change, look
from schema.parquet import Layout
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from tests.service.asker import Asker, asked

PELLET = "synthetic-pellet-1"
CELL = "synthetic-bare-50uA-0-impedance-000h"
POINTS = "frequencyHertz realImpedanceOhm imaginaryImpedanceOhm"
GOOD, POOR = "R0-p(R1,CPE1)-CPE2", "L0-R0-p(R1,CPE1)-p(R2,CPE2)-W3"
ISSUE = f"""{{ spectra(where: {{ test: {{ name: {{ eq: "{PELLET}" }} }} }}) {{ nodes {{
  spectrumCount {POINTS}
  fit {{ circuit version chosen chiSquare rmsResidual aicc restartCount greatestCorrelation
    maskedCount maskedFromHertz status reason settings
    parameters {{ element parameter value standardError unit atBound }}
    arcs {{ element resistanceOhm resistanceErrorOhm timeConstantSecond exponent capacitanceFarad
      peakFrequencyHertz assignment }} }}
  kramersKronig {{ verdict unitCount mu rmsResidual validShare lowestInvalidHertz
    highestInvalidHertz reason settings frequencyHertz realResidual imaginaryResidual
    noise structure outlierCount outlierHertz }}
  drt {{ timeConstantSecond densityOhm regularization seriesResistanceOhm seriesInductanceHenry
    seriesCapacitanceFarad rmsResidual status reason
    peaks {{ timeConstantSecond resistanceOhm capacitanceFarad }} }}
}} }} }}"""
SERVE = """
import sys
from pathlib import Path
import uvicorn
from schema.settings import Settings
from service.app import create_app
app = create_app(Settings(home=Path(sys.argv[1])))
uvicorn.run(app, fd=int(sys.argv[2]), log_level="warning")
"""
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Measured:
    """A warehouse with sweeps, and where it is."""

    settings: Settings
    warehouse: Warehouse


def keep(
    warehouse: Warehouse,
    test_id: int,
    method: Method,
    rows: Sequence[Mapping[str, Any]],
    *,
    version: str = "by hand",
    parameters: Mapping[str, Any],
) -> None:
    """Bring what was computed by hand to rest, as an ingest does."""
    layout = LAYOUTS[method]
    hashes = {"test_id": test_id, "version": version, "parameter_hash": "by-hand"}
    with look(warehouse.engine) as session:
        known = {
            each.spectrum_count: each.input_hash
            for each in session.scalars(select(Sweep).where(Sweep.test_id == test_id))
        }
        raw = session.scalar(select(LakeFile.raw_file_id).where(LakeFile.test_id == test_id))
    full = [{**hashes, "input_hash": known[row["spectrum_count"]], **row} for row in rows]
    table = pa.Table.from_pylist(full, schema=layout.arrow)
    rest = Layout(layout.rows, "0" * 64, "by_hand", "1")
    (part,) = warehouse.lake.write_parts(f"{layout.kind}/{test_id}-{token_hex(4)}", table, rest)
    with change(warehouse.engine, f"{method} of test {test_id}") as (session, snapshot):
        row = LakeFile(
            test_id=test_id,
            raw_file_id=raw,
            kind=layout.kind,
            path=part.path,
            rows=part.rows,
            bytes=part.bytes,
            sha256=part.sha256,
            added_snapshot=snapshot,
        )
        session.add(row)
        session.flush()
        session.add(
            Analysis(
                lake_file_id=row.id,
                test_id=test_id,
                method=method,
                version=version,
                parameter_hash="by-hand",
                parameters=dict(parameters),
            )
        )


def fitted(sweep: int, circuit: str, *, chosen: bool, aicc: float | None) -> dict[str, Any]:
    """Return a fit whose numbers say which sweep it is of."""
    common = {"standard_error": 0.5, "unit": "Ω", "at_bound": False}
    return {
        "spectrum_count": sweep,
        "circuit": circuit,
        "chosen": chosen,
        "point_count": 40,
        "masked_count": 2,
        "masked_from_hertz": float("nan") if chosen else 5e5,
        "chi_square": 1e-5 * sweep,
        "rms_residual": 3e-3,
        "aicc": aicc,
        "restart_count": 4,
        "greatest_correlation": 0.7,
        "status": "ok" if chosen else "low_quality",
        "reason": None if chosen else "R2 at its bound",
        "fit_parameter": [
            {"element": "R1", "parameter": "R", "value": 100.0 * sweep, **common},
            {"element": "R0", "parameter": "R", "value": float("inf"), **common},
        ],
        "arc": [
            {
                "arc_count": place,
                "element": f"R{place}",
                "resistance_ohm": 100.0 * sweep,
                "resistance_error_ohm": 0.5,
                "time_constant_second": 10.0 ** (place - 6),
                "exponent": 0.9,
                "capacitance_farad": 1e-8,
                "peak_frequency_hertz": 1e4,
                "assignment": "grain_boundary",
            }
            for place in (2, 1)
        ],
    }


def validated(sweep: int, frequency: Sequence[float]) -> dict[str, Any]:
    """Return a Kramers-Kronig test whose numbers say which sweep it is of."""
    return {
        "spectrum_count": sweep,
        "unit_count": 8,
        "mu": 0.84,
        "rms_residual": 2e-3,
        "noise": 1e-3,
        "structure": 0.0,
        "outlier_count": 1,
        "valid_share": 1.0,
        "verdict": "valid",
        "lowest_invalid_hertz": None,
        "highest_invalid_hertz": None,
        "reason": None,
        "kramers_kronig_residual": [
            {
                "frequency_hertz": each,
                "real_residual": sweep * 1e-3,
                "imaginary_residual": -1e-3,
                "outlier": each == max(frequency),
            }
            for each in frequency
        ],
    }


def relaxed(sweep: int, way: str, selected_by: str = "fixed") -> dict[str, Any]:
    """Return a distribution of relaxation times whose numbers say which sweep it is of."""
    least = 0.0 if way == "non_negative" else -1.0
    return {
        "spectrum_count": sweep,
        "way": way,
        "selected_by": selected_by,
        "regularization": 1e-2 if selected_by == "fixed" else 1e-1,
        "tail": "CPE2",
        "tail_circuit": GOOD,
        "series_resistance_ohm": 10.0,
        "series_inductance_henry": None,
        "series_capacitance_farad": 1e-5,
        "rms_residual": 2e-3,
        "status": "ok",
        "reason": None,
        "relaxation_density": [
            {"time_constant_second": 10.0**power, "density_ohm": max(least, float(power + 4) * 2)}
            for power in (-3, -6, -5, -4)
        ],
        "relaxation_peak": [
            {
                "peak_count": 1,
                "time_constant_second": 1e-4,
                "resistance_ohm": 100.0 * sweep,
                "resistance_error_ohm": 2.0 * sweep,
                "capacitance_farad": 1e-8,
            }
        ],
    }


@pytest.fixture(scope="module")
def measured(demo_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    """Return a warehouse with the sweeps of a pellet and of a cell, those of the pellet fitted."""
    place = Settings(home=tmp_path_factory.mktemp("measured") / "home")
    warehouse = open_warehouse(place)
    pellet, cell = (
        take_in(warehouse, demo_study / "exports" / f"{name}.mpt").tests[0]
        for name in (PELLET, CELL)
    )
    with change(warehouse.engine, "assign") as (session, _):
        session.add(Cell(id=1, name="bare-0"))
        session.flush()
        session.execute(update(Test).where(Test.id == cell).values(cell_id=1))
    points = spectra_at_rest(warehouse, pellet)
    sweeps = sorted({row["spectrum_count"] for row in points})
    for version, power in (("0", 0.5), ("by hand", 1.0)):
        both = [
            fitted(sweep, circuit, chosen=circuit == GOOD, aicc=aicc)
            for sweep in sweeps
            for circuit, aicc in ((POOR, None), (GOOD, -500.0 * power))
        ]
        settings = {"restarts": 4, "version": version}
        keep(warehouse, pellet, "fit", both, version=version, parameters=settings)
    grids = {
        sweep: [row["frequency_hertz"] for row in points if row["spectrum_count"] == sweep]
        for sweep in sweeps
    }
    validity = [validated(sweep, grid) for sweep, grid in grids.items()]
    keep(warehouse, pellet, "kramers_kronig", validity, parameters={"largest_mu": 0.85})
    times = [relaxed(sweep, way) for sweep in sweeps for way in ("ridge", "non_negative")]
    times += [relaxed(sweep, "ridge", "cross_validation") for sweep in sweeps]
    keep(warehouse, pellet, "relaxation", times, parameters={"per_decade": 10})
    yield Measured(place, warehouse)
    warehouse.engine.dispose()


def spectra_at_rest(warehouse: Warehouse, test_id: int) -> Rows:
    """Return the points of the sweeps of a test as they rest in the lake."""
    with look(warehouse.engine) as session:
        path = session.scalar(
            select(LakeFile.path).where(LakeFile.test_id == test_id, LakeFile.kind == "spectra")
        )
    assert path is not None
    rows: Rows = pq.read_table(warehouse.lake.path(path)).to_pylist()
    return rows


@pytest.fixture(scope="module")
def service(measured: Measured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Return who asks a service on the measured sweeps; it has no metrics, to be up sooner."""
    none = tmp_path_factory.mktemp("no-metrics")
    with asked(measured.settings, none, only_reads=True) as service:
        yield service


def nodes(service: Any, query: str, **variables: object) -> Rows:  # noqa: ANN401 # a fixture
    """Return the spectra of an answer."""
    found: Rows = service.data(query, **variables)["spectra"]["nodes"]
    return found


@pytest.mark.slow
def test_the_query_of_the_issue_brings_points_fit_validity_and_relaxation_times(
    service: Any,  # noqa: ANN401 # a fixture
) -> None:
    found = nodes(service, ISSUE)
    assert [each["spectrumCount"] for each in found] == list(range(1, len(found) + 1))
    assert len(found) > 3
    for count, each in enumerate(found, 1):
        assert len(each["frequencyHertz"]) == len(each["imaginaryImpedanceOhm"]) > 20
        fit = each["fit"]
        assert (fit["circuit"], fit["version"], fit["chosen"]) == (GOOD, "by hand", True)
        assert (fit["maskedCount"], fit["maskedFromHertz"], fit["aicc"]) == (2, None, -500.0)
        assert fit["settings"] == {"restarts": 4, "version": "by hand"}
        assert [(p["element"], p["value"]) for p in fit["parameters"]] == [
            ("R0", None),
            ("R1", 100.0 * count),
        ]
        assert [arc["element"] for arc in fit["arcs"]] == ["R1", "R2"]
        assert fit["arcs"][0]["resistanceOhm"] == 100.0 * count
        validity = each["kramersKronig"]
        assert validity["verdict"] == "valid"
        assert validity["frequencyHertz"] == sorted(each["frequencyHertz"], reverse=True)
        assert set(validity["realResidual"]) == {count * 1e-3}
        assert validity["outlierHertz"] == validity["frequencyHertz"][:1]
        assert (validity["noise"], validity["outlierCount"]) == (1e-3, 1)
        assert validity["settings"] == {"largest_mu": 0.85}
        assert each["drt"]["timeConstantSecond"] == [1e-6, 1e-5, 1e-4, 1e-3]
        assert each["drt"]["densityOhm"] == [-1.0, -1.0, 0.0, 2.0]
        assert each["drt"]["peaks"][0]["resistanceOhm"] == 100.0 * count
        assert each["drt"]["seriesInductanceHenry"] is None


@pytest.mark.slow
def test_nyquist_and_bode_show_the_points_of_the_export_in_their_order(
    service: Any,  # noqa: ANN401 # a fixture
    measured: Measured,
) -> None:
    bode = "impedanceMagnitudeOhm impedancePhaseDegree"
    found = nodes(service, f"{{ spectra {{ nodes {{ testId spectrumCount {POINTS} {bode} }} }} }}")
    for each in found:
        rest = [
            row
            for row in spectra_at_rest(measured.warehouse, int(each["testId"]))
            if row["spectrum_count"] == each["spectrumCount"]
        ]
        rest.sort(key=lambda row: row["record_index"])
        assert each["frequencyHertz"] == [row["frequency_hertz"] for row in rest]
        pairs = [(row["real_impedance_ohm"], row["imaginary_impedance_ohm"]) for row in rest]
        answered = zip(each["realImpedanceOhm"], each["imaginaryImpedanceOhm"], strict=True)
        assert list(answered) == pairs
        assert each["impedanceMagnitudeOhm"] == pytest.approx([hypot(*pair) for pair in pairs])
        assert each["impedancePhaseDegree"] == pytest.approx(
            [degrees(atan2(imaginary, real)) for real, imaginary in pairs]
        )
        assert min(each["impedancePhaseDegree"]) < -1


def test_a_page_of_spectra_is_one_question_for_each_relation(service: Any) -> None:  # noqa: ANN401 # a fixture
    def questions(query: str) -> float:
        before: float = service.number("leyden_questions_total")
        nodes(service, query)
        return float(service.number("leyden_questions_total")) - before

    assert questions(f"{{ spectra {{ nodes {{ {POINTS} impedanceMagnitudeOhm }} }} }}") == 1
    assert questions("{ spectra { nodes { voltageVolt pointCount } } }") == 0
    # spectrum; fit, its parameters and arcs; test and residuals; distribution, density, peaks
    assert questions(ISSUE) == 1 + 3 + 2 + 3


@pytest.mark.slow
def test_a_sweep_nothing_was_computed_of_says_null(
    warehouse: Any,  # noqa: ANN401 # a fixture
    ask: Callable[..., Any],
) -> None:
    with change(warehouse.engine, "sweep") as (session, _):
        for count in (1, 2):
            session.add(
                Sweep(
                    test_id=3,
                    spectrum_count=count,
                    input_hash="0" * 16,
                    point_count=31,
                    lowest_frequency_hertz=0.1,
                    highest_frequency_hertz=1e5,
                )
            )
    rest = "fit { circuit } fits { circuit } kramersKronig { mu } drt { densityOhm } files { name }"
    found = nodes(
        ask(warehouse.settings), f"{{ spectra {{ nodes {{ voltageVolt {POINTS} {rest} }} }} }}"
    )
    assert len(found) == 2
    for each in found:
        assert len(each["frequencyHertz"]) == 31
        assert (each["fit"], each["fits"]) == (None, [])
        assert (each["kramersKronig"], each["drt"], each["voltageVolt"]) == (None, None, None)
        assert each["files"] == [{"name": "peis.mpr"}]


SIDECAR = """\
columns:
  Freq: {quantity: frequency_hertz, unit: Hz}
  Re: {quantity: real_impedance_ohm, unit: ohm}
  Im: {quantity: imaginary_impedance_ohm, unit: ohm}
  SOC: {quantity: state_of_charge, unit: "%"}
"""


@pytest.mark.slow
def test_a_state_of_charge_that_a_sidecar_tells_in_percent_is_answered_as_a_share(
    settings: Settings, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    frequency = np.logspace(5, 0, 12)
    impedance = 10 + 90 / (1 + 2j * np.pi * frequency * 90e-6)
    rows = [
        f"{hertz:.6g},{ohm.real:.6g},{ohm.imag:.6g},{percent}"
        for percent in (50, 80, "")
        for hertz, ohm in zip(frequency, impedance, strict=True)
    ]
    export = tmp_path / "peis.csv"
    export.write_text("\n".join(("Freq,Re,Im,SOC", *rows)), encoding="utf-8")
    export.with_name("peis.csv.leyden.yaml").write_text(SIDECAR, encoding="utf-8")
    warehouse = open_warehouse(settings)
    (test,) = take_in(warehouse, export).tests
    points = sorted(spectra_at_rest(warehouse, test), key=lambda row: int(row["record_index"]))
    warehouse.engine.dispose()
    at_rest = [row["state_of_charge"] for row in points]
    assert at_rest == [0.5] * 12 + [0.8] * 12 + [None] * 12
    asker = ask(settings, tmp_path / "no metrics")
    sweeps = nodes(asker, "{ spectra { nodes { spectrumCount stateOfCharge } } }")
    assert [each["spectrumCount"] for each in sweeps] == [1, 2, 3]
    assert [each["stateOfCharge"] for each in sweeps] == [
        pytest.approx(0.5),
        pytest.approx(0.8),
        None,
    ]
    full = nodes(
        asker, "{ spectra(where: { stateOfCharge: { gt: 0.6 } }) { nodes { spectrumCount } } }"
    )
    assert full == [{"spectrumCount": 2}]


FITS = """query ($circuit: String, $latest: Boolean! = true, $first: Int) {
  spectrum(id: "1") { fits(circuit: $circuit, latest: $latest, first: $first) {
    circuit version latest chosen status reason parameters { element } } } }"""


def test_circuits_are_told_best_first_and_older_ones_when_asked_for(service: Any) -> None:  # noqa: ANN401 # a fixture
    def fits(**asked: object) -> Rows:
        found: Rows = service.data(FITS, **asked)["spectrum"]["fits"]
        return found

    latest = fits()
    assert [(each["circuit"], each["version"]) for each in latest] == [
        (GOOD, "by hand"),
        (POOR, "by hand"),
    ]
    assert (latest[1]["status"], latest[1]["reason"]) == ("low_quality", "R2 at its bound")
    assert [len(each["parameters"]) for each in latest] == [2, 2]
    every = fits(latest=False)
    assert [each["version"] for each in every][:2] == ["by hand", "by hand"]
    assert {"0", "by hand"} <= {each["version"] for each in every[1:]}
    assert [each["latest"] for each in every] == [True, True] + [False] * (len(every) - 2)
    (only,) = fits(circuit=POOR)
    assert only["circuit"] == POOR
    assert fits(circuit="R0") == []
    assert len(fits(latest=False, first=1)) == 1


def test_a_distribution_comes_either_way_in_one_request(service: Any) -> None:  # noqa: ANN401 # a fixture
    query = """{ spectrum(id: "2") {
      ridge: drt { densityOhm peaks { resistanceOhm } }
      positive: drt(way: NON_NEGATIVE) { densityOhm peaks { resistanceOhm } }
      chosen: drt(selectedBy: CROSS_VALIDATION) {
        regularization tail tailCircuit densityOhm peaks { resistanceErrorOhm } }
      none: drt(way: NON_NEGATIVE, selectedBy: CROSS_VALIDATION) { regularization } } }"""
    found = service.data(query)["spectrum"]
    assert found["ridge"]["densityOhm"] == [-1.0, -1.0, 0.0, 2.0]
    assert found["positive"]["densityOhm"] == [0.0, 0.0, 0.0, 2.0]
    assert len(found["ridge"]["peaks"]) == len(found["positive"]["peaks"]) == 1
    assert found["chosen"] == {
        "regularization": 1e-1,
        "tail": "CPE2",
        "tailCircuit": GOOD,
        "densityOhm": [-1.0, -1.0, 0.0, 2.0],
        "peaks": [{"resistanceErrorOhm": 4.0}],
    }
    assert found["none"] is None


@pytest.mark.parametrize(
    ("where", "of"),
    [
        ({"test": {"name": {"eq": PELLET}}}, {PELLET}),
        ({"test": {"technique": {"in": ["EIS"]}}}, {PELLET, CELL}),
        ({"cell": {"name": {"eq": "bare-0"}}}, {CELL}),
        ({"cell": {"name": {"eq": "nobody"}}}, set()),
        ({"not": {"cell": {"name": {"eq": "bare-0"}}}}, {PELLET}),
        ({"test": {"cell": {"name": {"startsWith": "bare"}}}, "pointCount": {"gt": 5}}, {CELL}),
        ({"pointCount": {"lt": 5}}, set()),
        ({"highestFrequencyHertz": {"gt": 1}, "spectrumCount": {"eq": 1}}, {PELLET, CELL}),
    ],
)
def test_conditions_reach_to_the_test_and_the_cell(
    service: Any,  # noqa: ANN401 # a fixture
    where: dict[str, Any],
    of: set[str],
) -> None:
    query = (
        "query ($w: SpectrumWhere) "
        "{ spectra(where: $w) { totalCount nodes { test { name technique } } } }"
    )
    found = service.data(query, w=where)["spectra"]
    assert {each["test"]["name"] for each in found["nodes"]} == of
    assert found["totalCount"] == len(found["nodes"])


def test_spectra_come_in_pages_in_the_order_asked_for(service: Any) -> None:  # noqa: ANN401 # a fixture
    query = """query ($after: String) { spectra(first: 2, after: $after,
      orderBy: [{ field: TEMPERATURE_CELSIUS, direction: DESC }, { field: ID }]) {
      totalCount nodes { id temperatureCelsius } pageInfo { hasNextPage endCursor } } }"""
    page = service.data(query)["spectra"]
    seen = page["nodes"]
    while page["pageInfo"]["hasNextPage"]:
        page = service.data(query, after=page["pageInfo"]["endCursor"])["spectra"]
        seen += page["nodes"]
    assert len({each["id"] for each in seen}) == len(seen) == page["totalCount"]
    known = [each["temperatureCelsius"] for each in seen if each["temperatureCelsius"] is not None]
    assert known == sorted(known, reverse=True)
    assert len(known) > 1
    chosen = [seen[2]["id"], seen[0]["id"]]
    found = nodes(service, "query ($i: [ID!]) { spectra(ids: $i) { nodes { id } } }", i=chosen)
    assert sorted(each["id"] for each in found) == sorted(chosen)
    unknown = service.error('{ spectra(ids: ["999"]) { totalCount } }')
    assert unknown["extensions"]["code"] == "UNKNOWN_NAME"
    assert service.data('{ spectrum(id: "999") { id } }') == {"spectrum": None}


def test_a_test_and_a_cell_show_their_spectra_and_the_exports_they_rest_on(
    service: Any,  # noqa: ANN401 # a fixture
) -> None:
    fields = "spectrumCount test { name cell { name } } files { name }"
    query = f"""{{
      tests(where: {{ name: {{ eq: "{PELLET}" }} }}) {{ nodes {{
        spectrumCount spectra(first: 3) {{ {fields} }} }} }}
      cells {{ nodes {{ spectra(first: 1) {{ {fields} }} }} }}
    }}"""
    found = service.data(query)
    (test,) = found["tests"]["nodes"]
    assert test["spectrumCount"] > 3
    assert [each["spectrumCount"] for each in test["spectra"]] == [1, 2, 3]
    assert test["spectra"][0]["files"] == [{"name": f"{PELLET}.mpt"}]
    (of_cell,) = found["cells"]["nodes"][0]["spectra"]
    assert of_cell["test"] == {"name": CELL, "cell": {"name": "bare-0"}}


@pytest.mark.slow
def test_the_spectra_of_a_test_that_was_taken_away_are_gone(
    settings: Settings, demo_study: Path, tmp_path: Path, ask: Callable[..., Any]
) -> None:
    warehouse = open_warehouse(settings)
    (test,) = take_in(warehouse, demo_study / "exports" / f"{CELL}.mpt").tests
    with change(warehouse.engine, "assign") as (session, _):
        session.add(Cell(id=1, name="bare-0"))
        session.flush()
        session.execute(update(Test).where(Test.id == test).values(cell_id=1))
    asker = ask(settings, tmp_path)
    query = f"""{{
      spectra(
        where: {{ cell: {{ name: {{ eq: "bare-0" }} }}, test: {{ technique: {{ eq: "EIS" }} }} }},
        orderBy: [{{ field: VOLTAGE_VOLT }}]
      ) {{ totalCount nodes {{ {POINTS} }} }}
      spectrum(id: "1") {{ id }}
      cell(id: "1") {{ spectra {{ id }} }}
    }}"""
    before = asker.data(query)
    assert before["spectra"]["totalCount"] == len(before["cell"]["spectra"]) > 0
    assert before["spectra"]["nodes"][0]["frequencyHertz"]
    with change(warehouse.engine, "remove") as (session, snapshot):
        for table, key in ((LakeFile, LakeFile.test_id), (Test, Test.id)):
            gone = update(table).where(key == test).values(removed_snapshot=snapshot)
            session.execute(gone)
    assert asker.data(query) == {
        "spectra": {"totalCount": 0, "nodes": []},
        "spectrum": None,
        "cell": {"spectra": []},
    }
    warehouse.engine.dispose()


@pytest.mark.slow
def test_a_request_for_too_many_points_is_refused_before_they_are_read(
    warehouse: Any,  # noqa: ANN401 # a fixture
    ask: Callable[..., Any],
) -> None:
    with change(warehouse.engine, "sweep") as (session, _):
        session.add(
            Sweep(
                test_id=3,
                spectrum_count=1,
                input_hash="0" * 16,
                point_count=15_000_000,
                lowest_frequency_hertz=0.1,
                highest_frequency_hertz=1e5,
            )
        )
    asker = ask(warehouse.settings)
    assert nodes(asker, "{ spectra { nodes { realImpedanceOhm } } }")
    error = asker.error("{ spectra { nodes { realImpedanceOhm imaginaryImpedanceOhm } } }")
    assert "fewer spectra in one request" in error["message"]


@pytest.mark.parametrize(
    ("query", "allowed"),
    [
        ("{ spectra(first: 500) { nodes { fits(first: 8) { parameters { value } } } } }", True),
        (
            "{ cells(first: 500) { nodes { spectra(first: 500) { realImpedanceOhm } } } }",
            False,
        ),
        (
            "{ spectra(first: 500) { nodes { fits(first: 500) { parameters { value } } } } }",
            False,
        ),
    ],
)
def test_spectra_and_fits_count_as_pages_when_a_request_is_weighed(
    service: Any,  # noqa: ANN401 # a fixture
    query: str,
    *,
    allowed: bool,
) -> None:
    answer = service.answer(query)
    assert ("errors" not in answer) is allowed
    assert allowed or "values" in answer["errors"][0]["message"]


def test_a_page_beyond_the_largest_is_told_so(service: Any) -> None:  # noqa: ANN401 # a fixture
    for query in (
        "{ spectra(first: 501) { totalCount } }",
        '{ spectrum(id: "1") { fits(first: -1) { circuit } } }',
        "{ cells { nodes { spectra(first: 501) { id } } } }",
    ):
        assert service.error(query)["extensions"]["code"] == "INVALID_ARGUMENT"


@pytest.mark.slow
def test_a_real_server_sends_spectra_over_a_real_socket(measured: Measured) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.set_inheritable(True)  # positional only
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        command = [sys.executable, "-c", SERVE, str(measured.settings.home)]
        server = subprocess.Popen(  # noqa: S603 # our own program
            [*command, str(listening.fileno())],
            cwd=Path(__file__).parents[3],
            pass_fds=[listening.fileno()],
        )
        try:
            response = httpx.post(f"{address}/graphql", json={"query": ISSUE}, timeout=60)
        finally:
            server.terminate()
            assert server.wait(30) is not None
    answer = response.json()
    assert "errors" not in answer
    first = answer["data"]["spectra"]["nodes"][0]
    impedance = np.array(first["realImpedanceOhm"]) + 1j * np.array(first["imaginaryImpedanceOhm"])
    assert (np.abs(impedance) > 0).all()
    assert first["fit"]["arcs"][0]["assignment"] == "grain_boundary"
    assert first["kramersKronig"]["verdict"] == "valid"
