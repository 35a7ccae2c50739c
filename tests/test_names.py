"""Our top-level names are ours alone."""

from importlib.metadata import packages_distributions

import pytest

OWNERS = packages_distributions()


@pytest.mark.parametrize(
    "name", ["command", "schema", "ingest", "service", "demo", "migrations", "leyden"]
)
def test_no_other_installed_distribution_owns_our_package_names(name: str) -> None:
    assert set(OWNERS.get(name, [])) <= {"leyden"}
