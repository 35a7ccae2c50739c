"""What tests of the resting place share: a catalog of either kind, fresh for each test."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from schema.catalog.migration import open_catalog
from schema.lake import Lake
from schema.settings import Settings


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """Return a migrated, empty catalog."""
    engine = open_catalog(settings)
    yield engine
    engine.dispose()


@pytest.fixture
def lake(settings: Settings) -> Lake:
    """Return an empty lake."""
    return Lake(settings.lake_folder)


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
