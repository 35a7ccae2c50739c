"""What stands when a form is opened."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.study.document import read_study
from ingest.study.entry import enter
from tests.service.asker import Asker, asked
from tests.service.bench import Bench

STUDY = """
study: by document
substances: {Li: {formula: Li}, LATP: , PB: }
materials: {pellet: {substance: LATP, thickness: 1.00 ± 0.05 mm, area: 1.13 cm² ± 2 %}}
cells:
  K1:
    project: interlayers
    configuration: Li/PB@LATP/Li
    area: 0.785 ± 0.010 cm²
    active_mass: 12.5 mg
    mass_basis: cathode active material
    nominal_capacity: 2 mAh
    cycles: turns
    formation_cycles: 1-2
    note: as written
    layers:
    - {substance: Li, thickness: 250 µm}
    - {substance: PB, role: wetting, thickness: ~ 1 µm}
    - {substance: LATP, material: pellet, thickness: 1 mm}
    - {substance: Li, loading: 2 mg/cm²}
    tests: [gcpl.mpr]
"""


def _entered(bench: Bench, folder: Path) -> Bench:
    path = folder / "study.yaml"
    path.write_text(STUDY, encoding="utf-8")
    enter(bench.engine, read_study(path))
    return bench


@pytest.fixture
def known(warehouse: Bench, tmp_path: Path) -> Bench:
    """Return a warehouse in which a study was entered."""
    return _entered(warehouse, tmp_path)


@pytest.fixture(scope="module")
def unmoved(filled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """Return who asks a service on such a warehouse, for what changes nothing: tests share it."""
    folder = tmp_path_factory.mktemp("unmoved")
    shutil.copytree(filled_home, folder / "home")
    bench = _entered(Bench(folder / "home"), folder)
    with asked(bench.settings) as asker:
        yield asker
    bench.engine.dispose()
