"""VAMAS .vms: real files, held against vamas and xylib, and files written here by the standard."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from ingest.conformance import export_of
from ingest.draft import draft
from ingest.readers.vamas_vms import READER
from ingest.reading import Reading, column
from ingest.recognize import reader_for
from schema.error import EmptyExport, UnreadableExport
from tests.ingest.readers.samples.vamas_vms import block, vamas


def read_all(folder: Path, text: str) -> list[Reading]:
    path = folder / "test.vms"
    path.write_bytes(text.encode())
    export = export_of(path)
    assert reader_for(export) is READER
    return READER.read(export)


def stored(reading: Reading, quantity: str) -> list[float]:
    values = column(reading, quantity)
    assert values is not None
    return list(values)


def test_a_regular_block_tells_start_and_step_of_its_energies(tmp_path: Path) -> None:
    (reading,) = read_all(tmp_path, vamas(block(start=1190.0, step=0.5)))
    assert stored(reading, "kinetic_energy_ev") == [1190.0, 1190.5, 1191.0, 1191.5, 1192.0]
    assert stored(reading, "intensity") == [400, 410, 900, 420, 405]
    assert stored(reading, "transmission") == [2.0, 1.9, 1.8, 1.7, 1.6]


def test_an_irregular_block_has_its_energies_among_its_values(tmp_path: Path) -> None:
    regular, irregular = (
        read_all(tmp_path, vamas(block(irregular=is_irregular), scan=scan))[0]
        for is_irregular, scan in ((False, "REGULAR"), (True, "IRREGULAR"))
    )
    for name in ("kinetic_energy_ev", "intensity", "transmission"):
        assert stored(irregular, name) == stored(regular, name)


def test_the_binding_energy_is_the_source_less_the_kinetic_energy(tmp_path: Path) -> None:
    """V37: without the work function, which the block tells as 4.2 eV."""
    one = block(start=136.61).copy()
    one[one.index(1486.6)] = 1486.61
    found = draft(read_all(tmp_path, vamas(one))[0]).measurements
    assert found is not None
    assert found.columns["binding_energy_ev"][0] == pytest.approx(1350.0, abs=1e-9)


def test_how_a_region_was_taken_is_told(tmp_path: Path) -> None:
    (reading,) = read_all(tmp_path, vamas(block()))
    how = reading.measurements[0].how
    assert (how["element"], how["transition"], how["label"]) == ("C", "1s", "C 1s")
    assert (how["dwell_second"], how["sweep_count"], how["pass_energy_ev"]) == (0.1, 3, 40)
    assert how["source_angle_degree"] == pytest.approx(54.7)
    assert how["intensity_unit"] == "counts"
    assert reading.started_at == datetime(2026, 3, 4, 5, 6, 7)  # noqa: DTZ001 - it tells no zone
    assert reading.facts["Escape depth"] == 0.75
    assert "source width x" not in reading.facts


def test_each_sample_of_a_file_is_a_test(tmp_path: Path) -> None:
    text = vamas(block(), block("O 1s"), block(sample="foil"), block("F 1s"))
    pellet, foil = read_all(tmp_path, text)
    assert [each.how["label"] for each in pellet.measurements] == ["C 1s", "O 1s", "F 1s"]
    assert [each.row_count for each in foil.measurements] == [5]
    assert foil.facts["sample"] == "foil"


def test_a_date_of_zeros_is_none(tmp_path: Path) -> None:
    (reading,) = read_all(tmp_path, vamas(block(date=(0, 0, 0, 0, 0, 0))))
    assert reading.started_at is None


def test_etched_blocks_are_levels_of_a_profile(tmp_path: Path) -> None:
    text = vamas(block(etch=0), block("O 1s", etch=0), block(etch=30), etched=True)
    (reading,) = read_all(tmp_path, text)
    levels = [
        (each.how["depth_count"], each.how["etch_time_second"]) for each in reading.measurements
    ]
    assert levels == [(1, 0.0), (1, 0.0), (2, 30.0)]


def test_a_cut_file_keeps_its_whole_energies(tmp_path: Path) -> None:
    text = vamas(block(), block("O 1s"))
    cut = text[: text.rindex("405")]
    (reading,) = read_all(tmp_path, cut)
    assert [each.row_count for each in reading.measurements] == [5, 4]
    assert [each.kind for each in reading.findings] == ["truncated"]


def test_a_map_and_what_is_no_photoemission_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="scan mode MAPPING: maps are not read"):
        read_all(tmp_path, vamas(block(), scan="MAPPING"))
    with pytest.raises(UnreadableExport, match="technique 'SIMS' is not read"):
        read_all(tmp_path, vamas(block(technique="SIMS")))


def test_a_file_that_ends_in_its_head_is_empty(tmp_path: Path) -> None:
    with pytest.raises(EmptyExport, match="in its head"):
        read_all(tmp_path, vamas()[:120])


@pytest.mark.exports
def test_a_map_of_one_position_has_nine_blocks(exports: Path) -> None:
    """Recorded of vamas 0.2.0 and of xyconv (xylib 1.6), which agree in every value."""
    (reading,) = READER.read(export_of(exports / "xylib/mjr9_59c.vms"))
    counts = [each.row_count for each in reading.measurements]
    assert counts == [1101, 601, 231, 211, 231, 181, 301, 181, 301]
    found = np.split(np.array(stored(reading, "intensity")), np.cumsum(counts)[:-1])
    assert [part.sum() for part in found] == [
        *(2492409, 3629550, 16065, 14145, 9901, 14134, 12934, 109766, 100856),
    ]
    assert [each.how["etch_time_second"] for each in reading.measurements] == [0.0] * 9


@pytest.mark.exports
def test_real_blocks_have_their_energies(exports: Path) -> None:
    """The sum of regular.vms is that of vamas 0.2.0, which cannot read the irregular one."""
    (regular,) = READER.read(export_of(exports / "pynxtools-xps/regular.vms"))
    (irregular,) = READER.read(export_of(exports / "../exports_more/pynxtools-xps/irregular.vms"))
    assert sum(stored(regular, "intensity")) == pytest.approx(3188302.08960, abs=1e-4)
    assert sum(stored(regular, "transmission")) == pytest.approx(49025.0644, abs=1e-4)
    assert len(irregular.columns) == 3
    assert irregular.row_count == regular.row_count == 1351
    for name in ("kinetic_energy_ev", "transmission"):
        assert np.allclose(stored(irregular, name), stored(regular, name))
    rates, counts = (np.array(stored(each, "intensity")) for each in (irregular, regular))
    assert np.allclose(0.1 * rates, counts, rtol=1e-5)
