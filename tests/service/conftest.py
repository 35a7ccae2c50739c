"""A small warehouse made by hand, for everything that asks questions of one.

``warehouse`` holds three tests: ``gcpl.mpr`` on a cell of known mass and area, five cycles that
begin with a charge; ``rate.nda`` on a cell of unknown mass and area, three cycles that begin with a
discharge; ``peis.mpr`` on no cell, two impedance sweeps and no points. ``bare_warehouse`` is empty.
Both are the test's own: ``add_test`` and ``supersede`` change them. ``asker`` asks a service that
runs on the first of them: on the test's own where it takes ``warehouse`` too, else on one that all
tests share, which nothing changes. ``declining`` may be asked for any change that is declined: the
tests of a module share it, and what they ask leaves nothing but what all of them enter first.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from schema.settings import Settings
from schema.warehouse import open_warehouse
from service.store.store import Store
from tests.service.asker import Asker, asked
from tests.service.bench import Bench, charge_first, discharge_first, sweeps


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the folders of an empty and a filled warehouse, to copy from."""
    folder = tmp_path_factory.mktemp("homes")
    bare, filled = folder / "bare", folder / "filled"
    Bench(bare).engine.dispose()
    shutil.copytree(bare, filled)
    bench = Bench(filled)
    known = bench.add_cell("LFP-01", active_mass_gram=0.01, area_cm2=2.0)
    unknown = bench.add_cell("LiS-02")
    bench.add_test("gcpl.mpr", charge_first(5), cell_id=known)
    bench.add_test("rate.nda", discharge_first(3), cell_id=unknown)
    bench.add_test("peis.mpr", spectra=sweeps(2))
    bench.engine.dispose()
    return bare, filled


@pytest.fixture
def bare_warehouse(_homes: tuple[Path, Path], tmp_path: Path) -> Iterator[Bench]:
    """Return a warehouse with nothing in it."""
    yield from _opened(_homes[0], tmp_path / "home")


@pytest.fixture
def warehouse(_homes: tuple[Path, Path], tmp_path: Path) -> Iterator[Bench]:
    """Return a warehouse of three tests on two cells."""
    yield from _opened(_homes[1], tmp_path / "home")


def _opened(template: Path, home: Path) -> Iterator[Bench]:
    shutil.copytree(template, home)
    bench = Bench(home)
    yield bench
    bench.engine.dispose()


@pytest.fixture(scope="session")
def demo_store(demo_warehouse: Settings) -> Iterator[Store]:
    """Return the store of the demo study."""
    warehouse = open_warehouse(demo_warehouse)
    store = Store(warehouse.engine, warehouse.lake)
    store.refresh()
    yield store
    store.close()
    warehouse.engine.dispose()


@pytest.fixture(scope="session")
def filled_home(_homes: tuple[Path, Path]) -> Path:
    """Return the folder of a warehouse of three tests, for reading only."""
    return _homes[1]


@pytest.fixture(scope="session")
def bare_home(_homes: tuple[Path, Path]) -> Path:
    """Return the folder of a warehouse with nothing in it, to copy from."""
    return _homes[0]


@pytest.fixture(scope="session")
def _shared_asker(
    _homes: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    """Return who asks a service on a warehouse of three tests that stays as it is."""
    home = tmp_path_factory.mktemp("shared") / "home"
    for bench in _opened(_homes[1], home):
        with asked(bench.settings, only_reads=True) as asker:
            yield asker


@pytest.fixture
def asker(request: pytest.FixtureRequest) -> Iterator[Asker]:
    """Return who asks a service on the warehouse of three tests."""
    if "warehouse" not in request.fixturenames:
        yield request.getfixturevalue("_shared_asker")
        return
    with asked(request.getfixturevalue("warehouse").settings) as asker:
        yield asker


@pytest.fixture(scope="module")
def declining(
    _homes: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asker]:
    """Return who asks a service for what is declined, on a warehouse of three tests."""
    for bench in _opened(_homes[1], tmp_path_factory.mktemp("declining") / "home"):
        with asked(bench.settings) as asker:
            yield asker


@pytest.fixture
def ask() -> Iterator[Callable[..., Asker]]:
    """Return a way to run a service on other settings, or with the metrics of another folder."""
    with ExitStack() as open_now:
        yield lambda settings, metrics=None: open_now.enter_context(asked(settings, metrics))
