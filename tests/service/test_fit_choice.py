"""Another circuit is tried on one sweep, chosen, and every number that reads fits follows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Final

import pytest

from ingest.intake import take_in
from ingest.repair import make_again
from schema.catalog import FitChoice, RawFile
from schema.catalog.connection import change, look
from schema.record.erasure import erase
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse
from service.store.store import Store
from tests.service.asker import Asker, asked
from tests.service.circuit import (
    OTHER,
    PELLET,
    POOR,
    analysis_of,
    changed,
    chosen,
    resistances,
    sweeps,
    swept,
    tried,
)

pytestmark = pytest.mark.slow
NUMBERS: Final = """{
  ionicConductivity { spectrumCount object conductivitySPerCm status reason }
  areaSpecificResistance { spectrumCount convention areaSpecificResistanceOhmCm2 status reason }
  arrhenius { object convention activationEnergyEv status reason }
}"""


@pytest.fixture(scope="module")
def filled(module_settings: Settings, demo_study: Path) -> Settings:
    """Return a warehouse with the sweeps of a pellet."""
    return swept(module_settings, demo_study / "exports" / PELLET)


@pytest.fixture
def home(
    filled: Settings,
    copied: Callable[[Settings, Path], AbstractContextManager[Settings]],
    tmp_path: Path,
) -> Iterator[Settings]:
    """Return a copy of that warehouse."""
    with copied(filled, tmp_path / "home") as settings:
        yield settings


@pytest.fixture
def service(home: Settings) -> Iterator[Asker]:
    """Return who asks a service on that copy."""
    with asked(home) as asker:
        yield asker


def unreadable(warehouse: Warehouse) -> list[str]:
    """Return the files that a store without a base finds damaged."""
    with closing(Store(warehouse.engine, warehouse.lake)) as store:
        store.refresh()
        return [each.path for each in store.state.unreadable.values()]


def test_a_trial_rests_beside_and_changes_no_number(service: Asker, home: Settings) -> None:
    before, first = service.data(NUMBERS), sweeps(service)
    job = tried(service, home, first[0]["id"], OTHER)
    assert (job["state"], job["result"]["circuit"], job["result"]["chosen"]) == (
        "done",
        OTHER,
        True,
    )
    after = sweeps(service)
    (trial,) = [each for each in after[0]["fits"] if each not in first[0]["fits"]]
    assert (trial["circuit"], trial["latest"], trial["counts"]) == (OTHER, False, False)
    assert trial["analysis"] == analysis_of(job)
    assert [each["fit"] for each in after] == [each["fit"] for each in first]
    assert after[1:] == first[1:]
    assert service.data(NUMBERS) == before


def test_numbers_follow_a_choice_and_come_back_without_it(service: Asker, home: Settings) -> None:
    before, (first, *others) = service.data(NUMBERS), sweeps(service)
    ohms = resistances(service)
    analysis = analysis_of(tried(service, home, first["id"], OTHER))
    done = chosen(service, first["id"], analysis)
    assert done["fit"] == {"circuit": OTHER, "analysis": analysis}
    now, *same = sweeps(service)
    assert (now["fit"]["circuit"], now["fitBasis"]["by"]) == (OTHER, "PERSON")
    assert [each["counts"] for each in now["fits"]].count(True) == 1
    assert same == others
    after = resistances(service)
    moved = {key for key, ohm in after.items() if ohm != ohms[key]}
    assert moved
    assert {count for count, _ in moved} == {1}
    assert service.data(NUMBERS)["ionicConductivity"] != before["ionicConductivity"]
    assert service.data(NUMBERS)["arrhenius"] != before["arrhenius"]
    assert changed(service, f"withdrawFitChoice(spectrum: {first['id']})")["fit"] == first["fit"]
    assert service.data(NUMBERS) == before
    assert sweeps(service)[0]["fitBasis"]["by"] == "AUTOMATIC"
    again = changed(service, f"withdrawFitChoice(spectrum: {first['id']})")
    assert (again["field"], "the automatic one counts" in again["declined"]) == ("spectrum", True)


def test_base_and_delta_answer_alike_after_a_choice_on_a_cell(
    service: Asker, home: Settings
) -> None:
    first = sweeps(service)[0]
    service.data('mutation { createCell(input: { name: "A", areaCm2: 1 }) { __typename } }')
    of_cell = f'assignTest(test: "{first["testId"]}", cell: "A")'
    service.data(f"mutation {{ {of_cell} {{ __typename }} }}")
    before = service.data(NUMBERS)
    chosen(service, first["id"], analysis_of(tried(service, home, first["id"], OTHER)))
    by_delta = service.data(NUMBERS), sweeps(service)
    assert by_delta[0]["areaSpecificResistance"] != before["areaSpecificResistance"]
    warehouse = open_warehouse(home)
    with closing(Store(warehouse.engine, warehouse.lake, folder=home.store_folder)) as store:
        assert store.make_base(anew=True) is not None
    warehouse.engine.dispose()
    with asked(home) as other:
        assert (other.data(NUMBERS), sweeps(other)) == by_delta
        changed(other, f"withdrawFitChoice(spectrum: {first['id']})")
        assert sweeps(other)[0]["fit"] == first["fit"]


def test_the_history_of_the_test_has_the_choice_and_takes_it_back(
    service: Asker, home: Settings
) -> None:
    first = sweeps(service)[0]
    chosen(service, first["id"], analysis_of(tried(service, home, first["id"], OTHER)))
    query = f"{{ test(id: {first['testId']}) {{ history {{ action before after }} }} }}"
    (change_, *_) = service.data(query)["test"]["history"]
    assert change_["action"] == "change"
    assert change_["before"]["fit_choices"] == []
    (choice,) = change_["after"]["fit_choices"]
    assert (choice["spectrum_count"], choice["circuit"]) == (1, OTHER)
    history = service.get(f"/history/test/{first['testId']}").text
    assert OTHER in history
    revert = f"mutation {{ revertEntry(kind: TEST, id: {first['testId']}) {{ __typename }} }}"
    assert service.data(revert)["revertEntry"] == {"__typename": "Reverted"}
    assert sweeps(service)[0]["fit"] == first["fit"]
    service.data(revert)
    assert sweeps(service)[0]["fit"]["circuit"] == OTHER


def test_what_is_no_circuit_or_was_not_kept_is_declined_at_its_field(
    service: Asker, home: Settings
) -> None:
    first = sweeps(service)[0]["id"]
    for circuit in ("R0-p(R1", "hello", "", "R0-p(R1,CPE1) where R9 = 5", "R0 where R0 = -1"):
        said = changed(service, f"tryCircuit(spectrum: {first}, circuit: $c)", c=circuit)
        assert (said["__typename"], said["field"]) == ("InvalidInput", "circuit"), circuit
    weighting = f'tryCircuit(spectrum: {first}, circuit: "R0", weighting: "heavy")'
    assert changed(service, weighting)["field"] == "weighting"
    assert changed(service, 'tryCircuit(spectrum: 999, circuit: "R0")')["field"] == "spectrum"
    poor = tried(service, home, first, POOR)
    assert poor["result"]["chosen"] is False
    said = chosen(service, first, analysis_of(poor))
    assert said["field"] == "analysis"
    assert "the circuit does not draw this sweep" in said["declined"]
    said = chosen(service, first, "4-nothing")
    assert (said["__typename"], said["field"]) == ("NotFound", "analysis")
    assert sweeps(service)[0]["fitBasis"]["by"] == "AUTOMATIC"


def test_a_circuit_is_tried_on_a_sweep_once(service: Asker, home: Settings) -> None:
    first = sweeps(service)[0]["id"]
    asked_twice = [
        changed(service, f"tryCircuit(spectrum: {first}, circuit: $c)", c=OTHER)["id"]
        for _ in range(2)
    ]
    assert len({*asked_twice}) == 1
    tried(service, home, first, OTHER)
    tried(service, home, first, OTHER)
    named = [each["analysis"] for each in sweeps(service)[0]["fits"] if not each["latest"]]
    assert len(named) == 1


def test_a_refit_of_the_whole_test_leaves_a_choice(service: Asker, home: Settings) -> None:
    first = sweeps(service)[0]
    analysis = analysis_of(tried(service, home, first["id"], OTHER))
    chosen(service, first["id"], analysis)
    refit = f'askForRefit(tests: ["{first["testId"]}"], circuits: ["{OTHER}", "{POOR}"])'
    changed(service, refit)
    tried(service, home, first["id"], OTHER)  # what waits is done, the trial is there
    now, second, *_ = sweeps(service)
    assert now["fit"] == {"circuit": OTHER, "analysis": analysis}
    assert second["fit"]["analysis"] not in {first["fit"]["analysis"], analysis}
    changed(service, f"withdrawFitChoice(spectrum: {first['id']})")
    assert sweeps(service)[0]["fit"]["analysis"] == second["fit"]["analysis"]


def test_a_refit_with_the_settings_of_a_trial_counts_each_fit_once(
    service: Asker, home: Settings
) -> None:
    first = sweeps(service)[0]
    analysis = analysis_of(tried(service, home, first["id"], OTHER))
    chosen(service, first["id"], analysis)
    changed(service, f'askForRefit(tests: ["{first["testId"]}"], circuits: ["{OTHER}"])')
    tried(service, home, first["id"], OTHER)
    for each in sweeps(service):
        assert each["fit"] in ({"circuit": OTHER, "analysis": analysis}, None)
        assert [one["analysis"] for one in each["fits"]].count(analysis) == 1
    ohms = resistances(service)
    changed(service, f"withdrawFitChoice(spectrum: {first['id']})")
    assert resistances(service) == ohms


def test_what_was_chosen_stays_when_the_export_is_read_again(
    service: Asker, home: Settings, demo_study: Path
) -> None:
    first = sweeps(service)[0]
    chosen(service, first["id"], analysis_of(tried(service, home, first["id"], OTHER)))
    before = service.data(NUMBERS), sweeps(service)
    warehouse = open_warehouse(home)
    with change(warehouse.engine, "as by a former reader") as (session, _):
        for raw in session.query(RawFile):
            raw.reader_version = "0"
    taken = take_in(warehouse, demo_study / "exports" / PELLET)
    warehouse.engine.dispose()
    assert taken.status == "ingested"
    assert (service.data(NUMBERS), sweeps(service)) == before


def test_a_choice_does_not_go_on_to_other_points(
    settings: Settings, demo_study: Path, tmp_path: Path
) -> None:
    whole = (demo_study / "exports" / PELLET).read_bytes().splitlines(keepends=True)
    growing = tmp_path / PELLET
    growing.write_bytes(b"".join(whole[: len(whole) * 2 // 5]))
    swept(settings, growing)
    with asked(settings) as service:
        first, *_, last = sweeps(service)
        for each in (first, last):
            job = tried(service, settings, each["id"], "R0-p(R1,CPE1)-CPE2")
            assert "fit" in chosen(service, each["id"], analysis_of(job)), job
        growing.write_bytes(b"".join(whole))
        warehouse = open_warehouse(settings)
        assert take_in(warehouse, growing).tests == (int(first["testId"]),)
        warehouse.engine.dispose()
        by_count = {each["spectrumCount"]: each for each in sweeps(service)}
        assert len(by_count) > last["spectrumCount"]
        kept, lost = by_count[1], by_count[last["spectrumCount"]]
        assert (kept["fit"]["circuit"], kept["fitBasis"]["by"]) == ("R0-p(R1,CPE1)-CPE2", "PERSON")
        assert lost["fitBasis"]["by"] == "AUTOMATIC"
        assert "is there no more" in lost["fitBasis"]["reason"]
        assert lost["fitBasis"]["chosenCircuit"] == "R0-p(R1,CPE1)-CPE2"
        assert all(each["latest"] for each in lost["fits"])


def test_a_damaged_trial_is_no_number_and_is_mended_by_trying_again(
    service: Asker, home: Settings
) -> None:
    first = sweeps(service)[0]
    chosen(service, first["id"], analysis_of(tried(service, home, first["id"], OTHER)))
    before = service.data(NUMBERS), sweeps(service)
    warehouse = open_warehouse(home)
    (path,) = warehouse.lake.folder.glob("trial_fits/**/*.parquet")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    name = path.relative_to(warehouse.lake.folder).as_posix()
    ((_, why),) = make_again(warehouse, [name])
    assert "try it again" in str(why)
    assert unreadable(warehouse) == [name]
    assert tried(service, home, first["id"], OTHER)["state"] == "done"
    assert unreadable(warehouse) == []
    warehouse.engine.dispose()
    assert (service.data(NUMBERS), sweeps(service)) == before


def test_what_is_erased_goes_with_its_choice(service: Asker, home: Settings) -> None:
    first = sweeps(service)[0]
    chosen(service, first["id"], analysis_of(tried(service, home, first["id"], OTHER)))
    removed = f'removeEntry(kind: TEST, id: "{first["testId"]}", withAll: true)'
    done = service.data(f"mutation {{ {removed} {{ __typename }} }}")["removeEntry"]
    assert done == {"__typename": "Removed"}
    assert sweeps(service) == []
    warehouse = open_warehouse(home)
    erase(warehouse.engine, warehouse.lake, "test", first["testId"])
    with look(warehouse.engine) as session:
        assert session.query(FitChoice).count() == 0
    warehouse.engine.dispose()
