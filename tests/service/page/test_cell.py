"""The page of a cell and its sections hold the numbers of GraphQL, and say what is not there."""

import csv
import io
import re
from typing import Any

import pytest

from tests.service.asker import Asker
from tests.service.bench import Bench, charge_first

SECTIONS = (
    *("life", "ancestry", "tests", "capacity", "voltage", "differential", "peaks"),
    *("differential_voltage", "rates", "diffusion", "claims"),
)
OF_SYMMETRIC = ("life", "ancestry", "tests", "polarization", "critical", "capacity", "voltage")


def table(visitor: Asker, address: str) -> list[dict[str, str]]:
    response = visitor.get(address)
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text)))


def caption(text: str) -> str:
    return " ".join(re.findall(r'class="caption">([^<]*)', text))


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_of_a_full_cell_has_an_address(visitor: Asker, section: str) -> None:
    response = visitor.get(f"/cells/31/{section}")
    assert response.status_code == 200
    assert f'<section id="{section}"' in response.text
    assert 'class="fault"' not in response.text


@pytest.mark.parametrize("section", OF_SYMMETRIC)
def test_each_section_of_a_symmetric_cell_has_an_address(visitor: Asker, section: str) -> None:
    response = visitor.get(f"/cells/29/{section}")
    assert response.status_code == 200
    assert 'class="fault"' not in response.text


def test_a_symmetric_cell_shows_its_polarization_before_its_capacity(visitor: Asker) -> None:
    symmetric, full = (visitor.get(f"/cells/{each}").text for each in (11, 31))
    assert symmetric.index('id="polarization"') < symmetric.index('id="capacity"')
    assert 'id="polarization"' not in full
    assert 'id="capacity-figure"' in full


@pytest.mark.parametrize("cell", [31, 32, 34, 11, 29])
def test_a_voltage_curve_ends_at_the_capacity_of_its_half_cycle(visitor: Asker, cell: int) -> None:
    query = """query($id: ID!) {cell(id: $id) {
        capacityRetention {cellCycleCount}
        chargeCapacity {chargeCapacityAh chargeErrorAh}
        dischargeCapacity {dischargeCapacityAh dischargeErrorAh}}}"""
    answer = visitor.data(query, id=cell)["cell"]
    numbers = answer["capacityRetention"]["cellCycleCount"]
    rows = table(visitor, f"/cells/{cell}/voltage.csv?cycles=2%203%205")
    ends = {(int(row["cycle"]), row["way"]): float(row["charge_ah"]) for row in rows}
    assert set(ends) == {(cycle, way) for cycle in (2, 3, 5) for way in ("charge", "discharge")}
    for (cycle, way), end in ends.items():
        at = numbers.index(cycle)
        capacity = answer[f"{way}Capacity"][f"{way}CapacityAh"][at]
        error = answer[f"{way}Capacity"][f"{way}ErrorAh"][at]
        assert abs(end - capacity) <= max(error, 1e-9 * capacity), (cycle, way)


@pytest.mark.slow
def test_differential_capacity_sums_up_to_the_half_cycle(visitor: Asker) -> None:
    rows = table(visitor, "/cells/31/differential.csv?cycles=10")
    column = "differential_capacity_ah_per_volt"
    query = """{test(name: "synthetic-lfp-100uA") {
        dischargeCapacity {dischargeCapacityAh dischargeErrorAh}}}"""
    answer = visitor.data(query)["test"]["dischargeCapacity"]
    discharged = -sum(float(row[column]) for row in rows if row["way"] == "discharge") * 0.005
    at = 9
    assert (
        abs(discharged - answer["dischargeCapacityAh"][at])
        <= 0.01 * answer["dischargeCapacityAh"][at]
    )
    assert all(float(row[column]) >= 0 for row in rows if row["way"] == "charge")


@pytest.mark.slow
def test_peaks_and_slopes_are_those_of_graphql(visitor: Asker) -> None:
    query = """{cell(id: 31) {tests(first: 1) {
        differentialCapacityPeak(cycles: [2, 100]) {peakVolt}
        differentialVoltage(cycles: [2, 100]) {differentialVoltageVoltPerAh}
    }}}"""
    (test,) = visitor.data(query)["cell"]["tests"]
    rows = table(visitor, "/cells/31/peaks.csv?cycles=2%20100")
    assert len(rows) == len(test["differentialCapacityPeak"]["peakVolt"]) >= 4
    expected = sorted(test["differentialCapacityPeak"]["peakVolt"])
    assert sorted(float(row["peak_volt"]) for row in rows) == expected
    slopes = table(visitor, "/cells/31/differential_voltage.csv?cycles=2%20100")
    expected = sorted(test["differentialVoltage"]["differentialVoltageVoltPerAh"])
    assert sorted(float(row["differential_voltage_volt_per_ah"]) for row in slopes) == expected
    assert "Marks: numbered peaks" in caption(visitor.get("/cells/31/differential").text)


def test_a_cell_without_a_knee_says_so_on_its_capacity(visitor: Asker) -> None:
    assert "No knee so far." in caption(visitor.get("/cells/31/capacity").text)
    assert "knee" not in caption(visitor.get("/cells/31/capacity?show=hysteresis").text).lower()


def test_the_grid_of_differential_capacity_is_chosen_and_said(visitor: Asker) -> None:
    step = "differential_capacity.voltage_step_volt=0.02"
    assert "Grid 20 mV" in caption(visitor.get(f"/cells/31/differential?{step}").text)
    fault = visitor.get("/cells/31/differential?differential_capacity.voltage_step_volt=50")
    assert 'class="fault"' in fault.text


def test_per_gram_is_the_metric_and_its_error_goes_along(visitor: Asker) -> None:
    query = """{cell(id: 31) {activeMassGram dischargeCapacity {
        specificDischargeCapacityMahPerG dischargeErrorAh}}}"""
    answer = visitor.data(query)["cell"]
    rows = table(visitor, "/cells/31/capacity.csv?per=gram")
    for row, value, error in zip(
        rows,
        answer["dischargeCapacity"]["specificDischargeCapacityMahPerG"],
        answer["dischargeCapacity"]["dischargeErrorAh"],
        strict=True,
    ):
        assert float(row["discharge_capacity_mah_per_g"]) == pytest.approx(value, rel=1e-12)
        expected = error * 1000 / answer["activeMassGram"]
        assert float(row["error"]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("show", "metric", "column", "factor", "named"),
    [
        ("charge", "chargeCapacity", "chargeCapacityAh", 1, "charge_capacity_ah"),
        ("retention", "capacityRetention", "capacityRetention", 100, "capacity_retention"),
        ("energy_efficiency", "energyEfficiency", "energyEfficiency", 100, "energy_efficiency"),
        ("hysteresis", "hysteresis", "hysteresisVolt", 1, "hysteresis"),
    ],
)
def test_what_is_shown_is_the_metric_of_that_name(
    visitor: Asker, show: str, metric: str, column: str, factor: float, named: str
) -> None:
    values = visitor.data(f"{{cell(id: 31) {{{metric} {{{column}}}}}}}")["cell"][metric][column]
    rows = table(visitor, f"/cells/31/capacity.csv?show={show}")
    assert len(rows) == len(values)
    for row, value in zip(rows, values, strict=True):
        assert (
            row[named] == ""
            if value is None
            else float(row[named]) == pytest.approx(value * factor)
        )


def test_a_range_of_cycles_is_drawn_alone_and_what_lies_outside_is_counted(visitor: Asker) -> None:
    rows = table(visitor, "/cells/31/capacity.csv?from=100&to=150")
    assert [int(row["cycle"]) for row in rows] == list(range(100, 151))
    text = visitor.get("/cells/31/capacity?from=100&to=150").text
    assert "149 cycles are outside of the range" in text
    nothing = visitor.get("/cells/31/capacity?from=900").text
    assert "its cycles are 1 to 200" in nothing
    assert 'href="/cells/31"' in nothing


def test_the_end_of_life_is_that_of_the_declared_reference(visitor: Asker) -> None:
    assert "80 % of the median of cycles 2, 3, 4" in visitor.get("/cells/31/capacity").text
    declared = visitor.get("/cells/31/capacity?capacity_retention.reference=7").text
    assert "80 % of cycle 7" in declared
    assert "reference = 7" in declared


def test_throughput_is_the_sum_of_what_passed_either_way(visitor: Asker) -> None:
    query = '{test(name: "synthetic-lfp-100uA") {cycles {grossChargeAh grossDischargeAh}}}'
    answer = visitor.data(query)["test"]["cycles"]
    rows = table(visitor, "/cells/31/capacity.csv?x=throughput")
    total = sum(answer["grossChargeAh"]) + sum(answer["grossDischargeAh"])
    (name,) = [each for each in rows[0] if each.startswith("charge_passed")]
    scale = {"mah": 1e-3, "µah": 1e-6, "ah": 1.0}[name.rpartition("_")[2]]
    assert float(rows[-1][name]) * scale == pytest.approx(total)


def test_a_cycle_that_is_not_there_is_said(visitor: Asker) -> None:
    assert "It has no cycle 900" in caption(visitor.get("/cells/31/voltage?cycles=1%20900").text)
    none = visitor.get("/cells/31/voltage?cycles=900").text
    assert "It has none of the cycles 900" in none


def test_more_than_twelve_cycles_are_refused(visitor: Asker) -> None:
    assert visitor.get("/cells/31?cycles=1-13").status_code == 400


@pytest.mark.slow
def test_every_section_with_numbers_tells_where_they_come_from(visitor: Asker) -> None:
    for address, metric in (
        ("/cells/31", "cycle_life"),
        ("/cells/31/capacity", "discharge_capacity"),
        ("/cells/31/differential", "differential_capacity"),
        ("/cells/11/polarization", "half_cycle_polarization"),
        ("/cells/11/life", "time_to_failure"),
        ("/cells/32/rates", "rate_capability"),
        ("/cells/29/critical", "critical_current_density"),
        ("/cells/1/claims", "claim_verdict"),
        ("/cells/35/diffusion", "gitt_diffusion"),
    ):
        text = visitor.get(address).text
        (lineage,) = re.findall(r'<details class="lineage">.*?</details>', text, re.DOTALL)[:1]
        assert f'href="/docs/metrics#{metric}"' in lineage, address
        assert "snapshot" in lineage


def test_a_failure_is_told_with_its_rule_and_its_place(visitor: Asker) -> None:
    text = visitor.get("/cells/1/life").text
    query = "{cell(id: 1) {failureEvent {testId halfCycleCount}}}"
    event = visitor.data(query)["cell"]["failureEvent"]
    assert "The voltage reached 5 V" in text
    assert (
        f'half-cycle {event["halfCycleCount"][0]} of <a href="/tests/{event["testId"][0]}"' in text
    )


def test_a_cell_that_did_not_fail_was_last_seen_alive(visitor: Asker) -> None:
    text = visitor.get("/cells/11").text
    assert re.search(
        r"≥ 820\.0</span>\s*<span class=\"unit\">h</span> <span class=\"why\">last seen", text
    )


@pytest.mark.slow
def test_claims_are_those_that_rest_on_the_cell(visitor: Asker) -> None:
    query = "{claims(first: 60) {edges {node {id evidence(first: 50) {cell {id}}}}}}"
    claims = [each["node"] for each in visitor.data(query)["claims"]["edges"]]
    expected = {
        each["id"]
        for each in claims
        if any(basis["cell"] and basis["cell"]["id"] == "1" for basis in each["evidence"] or ())
    }
    text = visitor.get("/cells/1/claims").text
    assert set(re.findall(r'href="/claims/(\d+)"', text)) == expected
    assert "✓ supported" in text


def test_a_section_without_data_is_one_line_with_its_reason(visitor: Asker) -> None:
    for address, reason in (
        ("/cells/31/rates", "All its cycles ran alike (CC 78.5 µA)."),
        ("/cells/11/critical", "no staircase"),
        ("/cells/29/claims", "No claim rests on this cell."),
        ("/cells/31/diffusion", "Nothing was titrated"),
    ):
        text = visitor.get(address).text
        (line,) = re.findall(r'<p class="empty">(.*?)</p>', text, re.DOTALL)
        assert reason in line
        assert "<figure" not in text


def test_tests_that_tell_no_start_stand_apart(visitor: Asker) -> None:
    assert "does not state when it began" in visitor.get("/cells/34/tests").text
    apart = visitor.get("/cells/31/tests").text
    assert "Apart from these, for they do not state when they began" in apart
    assert "synthetic-cycled-surface" in apart
    placed = visitor.get("/cells/1/tests").text
    assert "in which zone is not stated" in placed
    assert placed.count('href="/tests/') == 5


def test_what_a_layer_was_made_of_is_there_with_its_processes(visitor: Asker) -> None:
    text = visitor.get("/cells/31/ancestry").text
    assert text.index("synthetic-titania") < text.index("synthetic-milled-mixture")
    assert "<summary>sinter</summary>" in text
    assert "blade coating" in text


def test_a_mass_that_is_not_told_is_said_and_linked(asker: Asker) -> None:
    known, unknown = (
        asker.get(f"/cells/{each}/capacity?per=gram").text
        for each in _ids(asker, "LFP-01", "LiS-02")
    )
    assert "mA·h/g" in known
    assert "The active mass of this cell is not stated." in unknown
    assert re.search(r'href="/cells/\d+/edit#mass"', unknown)


def test_a_cell_of_which_nobody_tells_whether_it_is_symmetric_says_so(asker: Asker) -> None:
    (cell,) = _ids(asker, "LiS-02")
    text = asker.get(f"/cells/{cell}").text
    assert "whether both electrodes are the same is not stated" in text
    assert 'id="polarization"' in text


@pytest.mark.slow
def test_a_cycle_of_the_second_test_of_a_cell_is_found_there(
    warehouse: Bench, asker: Asker
) -> None:
    (cell,) = _ids(asker, "LFP-01")
    warehouse.add_test("later.mpr", charge_first(3), cell_id=int(cell))
    text = asker.get(f"/cells/{cell}/voltage?cycles=1%207").text
    assert "cycle 7" in text
    rows = table(asker, f"/cells/{cell}/capacity.csv")
    assert [int(row["cycle"]) for row in rows] == list(range(1, 9))


@pytest.mark.slow
def test_a_cell_without_any_test_says_what_is_missing(warehouse: Bench, asker: Asker) -> None:
    cell = warehouse.add_cell("<script>alert(1)</script>")
    text = asker.get(f"/cells/{cell}").text
    assert "<script>alert" not in text
    assert "No test was run on it yet." in text
    for section in ("capacity", "voltage", "differential", "rates", "life", "ancestry"):
        assert 'class="empty"' in asker.get(f"/cells/{cell}/{section}").text, section


def _ids(asker: Asker, *names: str) -> list[str]:
    edges: Any = asker.data("{cells {edges {node {id name}}}}")["cells"]["edges"]
    ids = {each["node"]["name"]: each["node"]["id"] for each in edges}
    return [ids[each] for each in names]


def test_the_interfaces_of_a_cell_are_followed_and_lined(visitor: Asker) -> None:
    for section in ("resistance", "arrhenius"):
        text = visitor.get(f"/cells/11/{section}").text
        assert f'<section id="{section}"' in text
        assert "<svg" in text, section
        assert visitor.get(f"/cells/11/{section}.csv").status_code == 200


@pytest.mark.slow
def test_diffusion_over_voltage_is_that_of_the_metrics_and_of_the_demo(visitor: Asker) -> None:
    """The demo's film has 1e-12 cm²/s at the middle of its span and 4 times that at its ends."""
    query = """{cell(id: 35) {
        gittDiffusion {restVoltageVolt diffusionCm2PerS}
        pittDiffusion {heldVolt diffusionCm2PerS}}}"""
    answer = visitor.data(query)["cell"]
    rows = table(visitor, "/cells/35/diffusion.csv")
    assert [float(row["diffusion_cm2_per_s"]) for row in rows] == [
        *answer["gittDiffusion"]["diffusionCm2PerS"],
        *answer["pittDiffusion"]["diffusionCm2PerS"],
    ]
    for row in rows:
        # a potential step is 20 mV, its diffusion that of its middle
        volt = float(row["voltage_volt"]) - (0.01 if row["way"] == "potential step" else 0.0)
        expected = 1e-12 * 10 ** (2.4 * ((volt - 3.3) / 0.5 - 0.5) ** 2)
        assert float(row["diffusion_cm2_per_s"]) == pytest.approx(expected, rel=0.05)
    text = visitor.get("/cells/35/diffusion").text
    assert "the thickness of the film, 1 µm, is its depth" in caption(text)
