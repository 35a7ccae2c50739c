"""SpecsLab .xml: files written here as parsers of others read them; no real one was at hand."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.conformance import export_of
from ingest.readers.specs_xml import READER
from ingest.reading import Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.specs_xml import PEAK, cycle, document, region, seen

SUM = [5 * count + 10 for count in PEAK]
"""Of five detectors, of which each counts one more than the one before."""


def read(folder: Path, text: str) -> Reading:
    path = folder / "test.xml"
    path.write_text(text, encoding="utf-8")
    export = export_of(path)
    assert reader_for(export) is READER
    (reading,) = READER.read(export)
    return reading


def stored(reading: Reading, quantity: str) -> list[float]:
    values = column(reading, quantity)
    assert values is not None
    return list(values)


def test_what_detectors_saw_of_an_energy_is_added_and_scans_of_a_cycle_too(tmp_path: Path) -> None:
    two = document(region("P 2p", cycle(seen(PEAK), seen(PEAK, 2)), cycle(seen(PEAK))))
    reading = read(tmp_path, two)
    assert stored(reading, "intensity") == [*(3 * each for each in SUM), *SUM]
    assert stored(reading, "kinetic_energy_ev") == [1200, 1201, 1202, 1203, 1204] * 2
    assert stored(reading, "transmission") == [1, 0.99, 0.98, 0.97, 0.96] * 2
    assert column(reading, "binding_energy_ev") is None
    first, second = (each.how for each in reading.measurements)
    assert (first["element"], first["transition"], first["sweep_count"]) == ("P", "2p", 2)
    assert (second["label"], second["sweep_count"]) == ("P 2p, Cycle 2", 1)
    assert (first["excitation_energy_ev"], first["dwell_second"]) == (1486.61, 0.1)
    assert (first["intensity_unit"], first["source"]) == ("counts", "XR50 Al")
    assert reading.started_at == datetime(2026, 3, 4, 10, 1, 10, tzinfo=UTC)
    assert (reading.facts["Comment"], reading.instrument) == ("pellet", "SPECS PHOIBOS")


def test_a_region_that_does_not_sweep_the_kinetic_energy_is_told_and_left_out(
    tmp_path: Path,
) -> None:
    other = region("P 2p", cycle(seen(PEAK)), mode="ConstantFinalState")
    reading = read(tmp_path, document(other, region("C 1s", cycle(seen(PEAK)))))
    assert [each.how["element"] for each in reading.measurements] == ["C"]
    assert [each.kind for each in reading.findings] == ["region_not_read"]
    with pytest.raises(UnreadableExport, match="ConstantFinalState"):
        read(tmp_path, document(other))


@pytest.mark.parametrize(
    ("was", "becomes", "reason"),
    [
        ('<ulong name="mcd_head">2', '<ulong name="mcd_head">3', "are due"),
        ('<double name="shift">0.2', '<double name="shift">0.9', "beyond what was counted"),
        ('<double name="shift">0.2', '<double name="shift">none', "tells no shift"),
        ('<double name="kinetic_energy">1200', '<double name="kinetic_energy">', "kinetic_energy"),
        ('<double name="scan_delta">1.0', '<double name="scan_delta">0', "no curve"),
        ("<!ATTLIST any name", "<!ENTITY any name", "not read"),
    ],
)
def test_what_does_not_go_together_is_refused(
    tmp_path: Path, was: str, becomes: str, reason: str
) -> None:
    text = document(region("P 2p", cycle(seen(PEAK))))
    assert was in text
    with pytest.raises(UnreadableExport, match=reason):
        read(tmp_path, text.replace(was, becomes))


def test_gains_are_told_and_counts_stay_counts(tmp_path: Path) -> None:
    text = document(region("P 2p", cycle(seen(PEAK))))
    reading = read(tmp_path, text.replace('"gain">1<', '"gain">1.5<', 1))
    assert stored(reading, "intensity") == SUM
    assert [each.kind for each in reading.findings] == ["factors_not_applied"]


def test_a_template_without_counts_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport):
        read(tmp_path, document(region("P 2p")))
