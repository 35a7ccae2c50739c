"""What tests of the resting place share: a catalog of either kind, fresh for each test."""

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
