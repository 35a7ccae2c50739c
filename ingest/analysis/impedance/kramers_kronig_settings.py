"""How the linear Kramers-Kronig test is done."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class KramersKronigSettings:
    """How the test is done."""

    largest_mu: float = 0.85
    """The first M at or above the floor with no greater mu is taken."""
    fewest_units_per_decade: float = 3.0
    """The floor of M: fewer leave residuals of their own, more follow a drift."""
    most_units: int = 50
    """M stops here, or at the number of points, whatever mu is."""
    tail_capacitance: bool = True
    """Whether a series capacitance stands for a tail that rises."""
    valid_residual: float = 0.01
    suspicious_residual: float = 0.03
    """|dZ|/|Z| below which enough points make a sweep valid, or no worse than suspicious."""
    enough_points: float = 0.95
    allowed_noise: float = 3.0
    """Times the noise that a part of dZ may be at every point, whatever part of |Z| that is."""
    most_noise: float = 0.05
    """Noise beyond this part of |Z| is allowed for no more: there the test tells nothing."""
    significance: float = 0.01
    """Chance that noise alone is called structure."""
    least_structure: float = 0.001
    """Smallest part of |Z| that goes on along frequency and is held against a sweep."""
    least_mean: float = 0.003
    """Smallest mean of a part over a decade that is."""
    leave_out: bool = True
    """Whether outliers are sought and left out of the fit."""
    outlying_noise: float = 5.0
    """Times the noise from where a single point is an outlier."""
    least_outlier: float = 0.0025
    """Smallest part of |Z| by which it is: by half of that the units may be off a sound sweep.
    At the highest frequency `valid_residual` is the smallest."""


PLAIN: Final = KramersKronigSettings(
    fewest_units_per_decade=0.0, tail_capacitance=False, leave_out=False
)
"""The rule as published: no floor, no capacitance, all points fitted; for comparison only."""
