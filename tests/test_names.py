"""Our top-level names are ours alone."""

from collections.abc import Mapping
from importlib.metadata import packages_distributions

import pytest


@pytest.fixture(scope="module")
def owners() -> Mapping[str, list[str]]:
    """Return the distributions that own each name: to look through all of them takes a moment."""
    return packages_distributions()


@pytest.mark.parametrize(
    "name", ["command", "schema", "ingest", "service", "demo", "migrations", "leyden"]
)
def test_no_other_installed_distribution_owns_our_package_names(
    name: str, owners: Mapping[str, list[str]]
) -> None:
    assert set(owners.get(name, [])) <= {"leyden"}
