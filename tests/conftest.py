"""What all tests share: files to read, and an empty warehouse on either kind of catalog.

Laws are tried as often as their ring asks, which is a profile of Hypothesis: on every change on few
examples, by .ci/run (``--hypothesis-profile=whole``) on five times as many, both drawn alike each
time, so that a change is judged and not its luck; ``search`` draws many, and others each time.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as profile
from psycopg import sql

from command.start import lasting
from demo import write_study
from schema.catalog.migration import open_catalog
from schema.settings import Settings
from schema.warehouse import Warehouse, open_warehouse

profile.register_profile("timeless", deadline=None)  # a busy machine is no fault of a law
profile.load_profile("timeless")
profile.register_profile("every change", max_examples=20, derandomize=True)
profile.register_profile("whole", max_examples=100, derandomize=True)
profile.register_profile(
    "search", max_examples=500, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
profile.load_profile("every change")  # what the command line names is loaded later
_DEAR_SECOND: Final = 1.0
"""Twice what makes a test slow: a busy machine takes longer."""
_SPENT: Final = "spent_second"
CATALOGS = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect: modules and tests last as long as the run, nobody looks through them for garbage."""
    with lasting():
        return (yield)


def _spent_second() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Call a test and note what it took, its fixtures not counted."""
    before = _spent_second()
    try:
        return (yield)
    finally:
        item.user_properties.append((_SPENT, _spent_second() - before))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what is dear and not slow, and thus is tried on every change."""
    dear = {
        report.nodeid: spent
        for report in terminalreporter.getreports("passed")
        for name, spent in report.user_properties
        if name == _SPENT and spent > _DEAR_SECOND and not {"slow", "endure"} & {*report.keywords}
    }
    for nodeid, spent in sorted(dear.items(), key=lambda each: -each[1]):
        terminalreporter.write_line(f"DEAR {spent:.1f} s of a core, and not slow: {nodeid}")


@pytest.fixture(scope="session")
def exports() -> Path:
    """Return the folder of real instrument files, or skip loudly where there is none."""
    default = Path(__file__).parents[2] / "shared" / "exports"
    folder = Path(os.environ.get("LEYDEN_EXPORTS", default))
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(f"LEYDEN_EXPORTS: no real instrument files in {folder}")
    return folder


@pytest.fixture(scope="session")
def more_exports(exports: Path) -> Path:
    """Return the folder of real instrument files that came later, or skip loudly."""
    folder = exports.with_name("exports_more")
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(f"no real instrument files in {folder}")
    return folder


@contextmanager
def _database(copied: str = "template1") -> Iterator[str]:
    """Yield the URL of a new Postgres database, the copy of one; it is dropped after."""
    server = os.environ.get("LEYDEN_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("LEYDEN_TEST_POSTGRES_URL is unset: start a server by .ci/postgres start")
    identifier = f"leyden_{uuid4().hex}"
    name, template = sql.Identifier(identifier), sql.Identifier(copied)
    with psycopg.connect(server, autocommit=True) as connection:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template)
        if connection.info.server_version >= 150_000:
            create += sql.SQL(" STRATEGY FILE_COPY")  # the other one logs every page
        connection.execute(create)
        try:
            yield f"{server.rpartition('/')[0]}/{identifier}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], AbstractContextManager[Path]]:
    """Return ``once(name)``: a place all workers share, one after the other; make it if absent."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    @contextmanager
    def place(name: str) -> Iterator[Path]:
        with (shared / f"{name}.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield shared / name

    return place


@pytest.fixture(scope="session")
def demo_study(once: Callable[[str], AbstractContextManager[Path]]) -> Path:
    """Return the folder of the demo study, exports/ and study.yaml, for reading only."""
    with once("demo-study") as folder:
        if not folder.exists():
            making = folder.with_name("demo-study-making")
            making.mkdir()
            write_study(making)
            making.rename(folder)
    return folder


@pytest.fixture(scope="session")
def demo_warehouse(once: Callable[[str], AbstractContextManager[Path]]) -> Settings:
    """Return settings that name a warehouse of the whole demo study, for reading only.

    ``leyden demo`` made it; what that said is in ``said.txt`` beside the catalog.
    """
    with once("demo-warehouse") as home:
        if not home.exists():
            making = home.with_name("demo-warehouse-making")
            done = subprocess.run(  # noqa: S603 # our own program
                [sys.executable, "-m", "leyden", "demo", "--no-serve", "--home", str(making)],
                env={**os.environ, "COLUMNS": "120"},
                check=True,
                capture_output=True,
                text=True,
            )
            (making / "said.txt").write_text(done.stdout, encoding="utf-8")
            making.rename(home)
    return Settings(home=home)


@pytest.fixture(scope="session")
def _sqlite_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a catalog that was made and migrated, to copy."""
    settings = Settings(home=tmp_path_factory.mktemp("catalog"))
    open_catalog(settings).dispose()
    return settings.home / "catalog.sqlite"


@pytest.fixture(scope="session")
def _postgres_catalog() -> Iterator[str]:
    """Return the name of a database that was made and migrated, to copy."""
    with _database() as url:
        open_catalog(Settings(database_url=url)).dispose()
        yield url.rpartition("/")[2]


@pytest.fixture(scope="session")
def new_database() -> Callable[[], AbstractContextManager[str]]:
    """Return ``new_database()``: yields the URL of a Postgres database that is dropped after."""
    return _database


@pytest.fixture(params=CATALOGS)
def nowhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Return settings that name a place where no warehouse was made yet."""
    if request.param == "sqlite":
        yield Settings(home=tmp_path / "home")
        return
    with _database() as url:
        yield Settings(home=tmp_path / "home", database_url=url)


@contextmanager
def _made(request: pytest.FixtureRequest, home: Path) -> Iterator[Settings]:
    """Yield settings that name a warehouse just made, with nothing in it."""
    if request.param == "sqlite":
        home.mkdir()
        shutil.copy(request.getfixturevalue("_sqlite_catalog"), home)
        yield Settings(home=home)
        return
    with _database(request.getfixturevalue("_postgres_catalog")) as url:
        yield Settings(home=home, database_url=url)


@pytest.fixture(params=CATALOGS)
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Return settings that name a warehouse just made, with nothing in it, the test's own."""
    with _made(request, tmp_path / "home") as settings:
        yield settings


@pytest.fixture(scope="module", params=CATALOGS)
def module_settings(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Return settings that name a warehouse just made: a module fills it once and reads it."""
    with _made(request, tmp_path_factory.mktemp("module") / "home") as settings:
        yield settings


@contextmanager
def _copied(filled: Settings, home: Path) -> Iterator[Settings]:
    """Yield settings that name a warehouse of one's own, which begins as another, closed one is."""
    shutil.copytree(filled.home, home)
    if not filled.database_url:
        yield Settings(home=home)
        return
    with _database(filled.database_url.rpartition("/")[2]) as url:
        yield Settings(home=home, database_url=url)


@pytest.fixture(scope="session")
def copied() -> Callable[[Settings, Path], AbstractContextManager[Settings]]:
    """Return ``copied(filled, home)``: yields settings that name the copy of a warehouse."""
    return _copied


@pytest.fixture
def empty_warehouse(settings: Settings) -> Iterator[Warehouse]:
    """Return a warehouse that holds nothing yet."""
    warehouse = open_warehouse(settings)
    yield warehouse
    warehouse.engine.dispose()


@pytest.fixture(scope="session")
def strace() -> str:
    """Return the path of strace, or skip loudly where it may not trace."""
    found = shutil.which("strace")
    if not found:
        pytest.skip("strace is not installed: crashes at chosen moments are not tested")
    traced = subprocess.run([found, "-qq", "true"], check=False, capture_output=True)  # noqa: S603 - strace
    if traced.returncode:
        pytest.skip("strace may not trace here: crashes at chosen moments are not tested")
    return found
