"""By what an area is divided: what a set of sensitivity factors holds is not divided by again."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from ingest.analysis.photoemission.analysis import EmissionSettings
from ingest.analysis.photoemission.region import Regions
from ingest.analysis.photoemission.rows import emission_rows
from ingest.analysis.photoemission.strength import OTHER_BACKGROUND, OTHER_PHOTON, strength
from schema.photoemission.line import SCOFIELD, Sensitivity, sensitivities
from tests.ingest.analysis.photoemission.simulated import BY_NAME, region, spectrum

ENERGY = np.arange(450.0, 530.0, 0.1)


def lab(
    includes: str = "nothing", *, background: str = "any", photon: float = 1486.6
) -> Sensitivity:
    factors = MappingProxyType({"Ti2p": 6.4})
    return Sensitivity("lab 3", photon, background, includes, "notebook", "hash", factors)


def titanium(*, angle: float = 90.0) -> Any:  # noqa: ANN401 # a region
    counts = spectrum(ENERGY, [(458.8, 8000.0)], level=200.0, step=0.02, width=1.4)
    made = region(ENERGY, counts, "Ti2p")
    transmission = np.full(ENERGY.size, 0.5)
    return replace(made, source_angle_degree=angle, transmission=transmission)


@pytest.mark.parametrize(
    ("includes", "transmission", "path", "systematic"),
    [
        ("nothing", 0.5, (1027.8 / 1000.0) ** 0.75, 0.18028),
        ("path", 0.5, 1.0, 0.18028),
        ("path and transmission", 1.0, 1.0, 0.1),
    ],
)
def test_what_a_factor_holds_is_not_divided_by_again(
    includes: str, transmission: float, path: float, systematic: float
) -> None:
    found = strength(titanium(), BY_NAME["Ti2p"], lab(includes))
    assert (found.sensitivity, found.transmission, found.transmission_told) == (
        6.4,
        transmission,
        True,
    )
    assert found.path == pytest.approx(path)
    assert found.systematic == pytest.approx(systematic, abs=1e-5)
    assert found.divisor == pytest.approx(6.4 * transmission * path)


def test_factors_for_other_photons_make_no_amount() -> None:
    found = strength(titanium(), BY_NAME["Ti2p"], lab(photon=1253.6))
    assert found.reason == OTHER_PHOTON
    assert np.isnan(found.divisor)


@pytest.mark.parametrize("background", ["shirley", "tougaard"])
def test_the_area_that_counts_is_above_the_background_of_the_factors(background: str) -> None:
    whole = Regions((titanium(),))
    (row,) = emission_rows(whole, lab(background=background)).to_pylist()
    areas = {each["background"]: each for each in row["emission_area"]}
    assert {name: each["chosen"] for name, each in areas.items()} == {
        name: name == background for name in areas
    }
    assert areas[background]["doubt"] is None
    (other,) = (each for name, each in areas.items() if name != background)
    assert (other["verdict"], other["doubt"]) == ("low_quality", OTHER_BACKGROUND)
    assert {each["sensitivity_set"] for each in areas.values()} == {"lab 3"}


def test_results_by_scofield_rest_on_what_they_did_and_by_another_set_on_that() -> None:
    (ours,) = EmissionSettings().procedures
    assert "sensitivity_hash" not in ours.parameters
    assert ours.parameters["sensitivity_set"] == SCOFIELD
    assert ours.parameters["sensitivity"] == dict(sensitivities()[SCOFIELD].factors)
    (theirs,) = EmissionSettings(lab()).procedures
    assert theirs.parameters["sensitivity_hash"] == "hash"
