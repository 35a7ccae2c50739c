"""Whether a fitted circuit may be believed, and why not."""

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.impedance.fit_settings import FitSettings
from ingest.analysis.impedance.fitted import Fit
from schema.impedance.constraint import Model
from schema.impedance.parameter import reported


def fewest_points(model: Model) -> int:
    """Return the fewest points that a fit is made of: two for every parameter."""
    return 2 * model.size


def judge(found: Fit, measured: NDArray[np.int64], model: Model, settings: FitSettings) -> None:
    """Write status and reason, from the gravest to what is only worth knowing.

    ``measured`` (B,) counts the points of a sweep, those left out for want of an L among them.
    """
    found.status[:], found.reason[:] = "ok", ""

    def say(rows: NDArray[np.bool_], status: str, reason: str) -> None:
        silent = rows & (found.reason == "")
        found.status[silent], found.reason[silent] = status, reason

    few = found.point_count < fewest_points(model)
    flipped = few & (measured >= fewest_points(model))
    say(flipped, "not_computable", "too few points are capacitive; is the sign of Im(Z) right?")
    for count in np.unique(found.point_count[few]):
        reason = f"{count} usable points, {fewest_points(model)} are needed"
        say(few & (found.point_count == count), "not_computable", reason)
    failed = ~few & ~np.isfinite(found.value).all(axis=1)
    say(failed | (~few & ~np.isfinite(found.chi_square)), "not_computable", "the fit diverged")
    say(
        found.rms_residual > settings.largest_rms,
        "low_quality",
        f"the residual is beyond {settings.largest_rms:.0%}: the circuit does not draw this sweep",
    )
    names = {one.own: f"{one.letter} of {one.element}" for one in reported(model.circuit)}
    place = {one.own: column for column, one in enumerate(reported(model.circuit))}
    for faster, slower in model.orders:
        turned = ~(found.value[:, place[faster]] < found.value[:, place[slower]])
        say(turned, "low_quality", f"{names[faster]} is not below {names[slower]}")
    for column, (element, letter, _) in enumerate(found.names):
        if reported(model.circuit)[column].own in model.fixed:
            continue
        value, error = found.value[:, column], found.standard_error[:, column]
        if letter == "n":
            low = value <= settings.lowest_exponent
            say(low, "low_quality", f"n of {element} is at or below {settings.lowest_exponent:g}")
            continue
        say(found.bound[:, column], "low_quality", f"{letter} of {element} rests on its bound")
        wide = ~found.bound[:, column] & ~(error <= settings.largest_relative_error * value)
        say(wide, "low_quality", f"the standard error of {letter} of {element} exceeds its value")
    for column, (element, letter, _) in enumerate(found.names):
        if letter == "n" and reported(model.circuit)[column].own not in model.fixed:
            say(found.bound[:, column], "ok", f"n of {element} rests on 1: an ideal capacitance")
