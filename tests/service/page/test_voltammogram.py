"""The voltammogram of a test that scans a potential, on its page."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ingest.intake import take_in
from schema.settings import Settings
from schema.warehouse import open_warehouse
from tests.service.asker import Asker, asked
from tests.service.metrics.voltammogram import Wave, simulated


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Return who looks at a simulated voltammogram, written as EC-Lab writes one."""
    folder = tmp_path_factory.mktemp("scanned")
    names = ("mode", "time/s", "Ewe/V", "<I>/mA", "cycle number")
    head = ["EC-Lab ASCII FILE", "Nb header lines : 5", "", "Cyclic Voltammetry", "\t".join(names)]
    rows = zip(*(each.tolist() for each in simulated(Wave())), strict=True)
    lines = [f"2\t{t:.6E}\t{volt:.7E}\t{1e3 * ampere:.9E}\t1" for t, volt, ampere in rows]
    (folder / "cv.mpt").write_text("\n".join([*head, *lines, ""]), encoding="latin-1")
    settings = Settings(home=folder / "home")
    warehouse = open_warehouse(settings)
    assert take_in(warehouse, Path(folder / "cv.mpt")).status == "ingested"
    warehouse.engine.dispose()
    with asked(settings, only_reads=True) as asker:
        yield asker


@pytest.mark.slow
def test_its_peaks_stand_beside_it_with_the_numbers_of_graphql(scanned: Asker) -> None:
    query = "{test(id: 1) {voltammetryPeak {peakVolt peakAmpere mode}}}"
    peaks = scanned.data(query)["test"]["voltammetryPeak"]
    response = scanned.get("/tests/1/voltammogram/table.csv")
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [float(row["peak_volt"]) for row in rows] == peaks["peakVolt"]
    assert [float(row["peak_ampere"]) for row in rows] == peaks["peakAmpere"]
    assert [row["way"] for row in rows] == peaks["mode"] == ["anodic", "cathodic"]
    page = scanned.get("/tests/1/voltammogram").text
    assert "E½ 0.29967" in page
    assert "peaks 57.7 mV apart" in page
    assert 'class="fault"' not in page


@pytest.mark.slow
def test_its_figure_is_a_file_in_every_form_and_has_every_point(scanned: Asker) -> None:
    points = list(csv.DictReader(io.StringIO(scanned.get("/tests/1/voltammogram.csv").text)))
    assert len(points) == 1201
    assert float(points[600]["potential_volt"]) == pytest.approx(0.6)
    ET.fromstring(scanned.get("/tests/1/voltammogram.svg").text)  # noqa: S314 # our own
    assert scanned.get("/tests/1/voltammogram.json").status_code == 200
    assert scanned.get("/tests/1/voltammogram/nothing.csv").status_code == 404
    assert "/tests/1/voltammogram" in scanned.get("/tests/1").text


def test_what_scans_no_potential_has_no_voltammogram(visitor: Asker) -> None:
    assert visitor.get("/tests/1/voltammogram").status_code == 404
    assert "voltammogram" not in visitor.get("/tests/1").text
