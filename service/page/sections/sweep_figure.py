"""The figures of one sweep, of what its page has asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schema.impedance.circuit import series_resistances
from service.page.address import Address
from service.page.ask import Asked, floats
from service.page.figures.bode import Bode, bode
from service.page.figures.nyquist import Trace, nyquist
from service.page.figures.relaxation import Peak, Relaxations, relaxation
from service.page.figures.residual import Residuals, residual
from service.page.section import Content

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A sweep as its page has asked for it, and the fit that is drawn with it."""

    asked: Asked
    fit: Answer | None
    area_cm2: float | None

    @property
    def spectrum(self) -> Answer:
        """Return what was answered of it."""
        answer: Answer = self.asked.data["spectrum"]
        return answer

    def scale(self, address: Address) -> tuple[float, str]:
        """Return what makes of ohms what is asked for, and its unit."""
        by_area = address["by_area"] and self.area_cm2 is not None
        return (self.area_cm2 or 1.0, "Ω·cm²") if by_area else (1.0, "Ω")

    @property
    def invalid(self) -> tuple[float, float] | None:
        """Return the band of frequencies beyond what the Kramers-Kronig test allows."""
        test = self.spectrum["kramersKronig"]
        if not test or test["lowestInvalidHertz"] is None or test["highestInvalidHertz"] is None:
            return None
        return test["lowestInvalidHertz"], test["highestInvalidHertz"]

    @property
    def doubtful(self) -> NDArray[np.bool_]:
        """Return which points are not valid, or stand alone."""
        frequency = floats(self.spectrum["frequencyHertz"])
        found = np.zeros(len(frequency), bool)
        if self.invalid:
            found |= (frequency >= self.invalid[0]) & (frequency <= self.invalid[1])
        if test := self.spectrum["kramersKronig"]:
            found |= np.isin(frequency, floats(test["outlierHertz"]))
        return found


def whole_of(fit: Answer | None) -> float | None:
    """Return the sum of what stands in series and the arcs of a fit in Ω; None without arcs."""
    if fit is None or not fit["arcs"]:
        return None
    labels = series_resistances(fit["circuit"])
    values = [
        each["value"]
        for each in fit["parameters"]
        if each["parameter"] == "R" and each["element"] in labels
    ]
    return None if any(each is None for each in values) else float(sum(values))


def nyquist_of(sweep: Sweep, address: Address) -> Content:
    """Return the Nyquist plot, and how many points lie beyond it."""
    spectrum, fit = sweep.spectrum, sweep.fit
    curve = fit["curve"] if fit else None
    trace = Trace(
        "sweep",
        floats(spectrum["frequencyHertz"]),
        floats(spectrum["realImpedanceOhm"]),
        floats(spectrum["imaginaryImpedanceOhm"]),
        fit_real=floats(curve["realImpedanceOhm"]) if curve else None,
        fit_imaginary=floats(curve["imaginaryImpedanceOhm"]) if curve else None,
        circuit=named(fit),
        whole=whole_of(fit),
        doubtful=sweep.doubtful,
        sweep=int(spectrum["id"]),
    )
    factor, unit = sweep.scale(address)
    framed = nyquist(
        [trace], whole=address["whole"], factor=factor, unit=unit, width=address["width"] or "half"
    )
    return Content(sweep.asked.query, (framed.drawing,), {"beyond": framed.beyond})


def bode_of(sweep: Sweep, address: Address) -> Content:
    """Return the Bode plot."""
    spectrum, fit = sweep.spectrum, sweep.fit
    curve = fit["curve"] if fit else None
    magnitude = phase = None
    if curve:
        real, imaginary = floats(curve["realImpedanceOhm"]), floats(curve["imaginaryImpedanceOhm"])
        magnitude, phase = np.hypot(real, imaginary), np.degrees(np.arctan2(imaginary, real))
    per = Bode(
        floats(spectrum["frequencyHertz"]),
        floats(spectrum["impedanceMagnitudeOhm"]),
        floats(spectrum["impedancePhaseDegree"]),
        floats(curve["frequencyHertz"]) if curve else None,
        magnitude,
        phase,
        named(fit),
        sweep.invalid,
    )
    factor, unit = sweep.scale(address)
    figure = bode(per, factor=factor, unit=unit, width=address["width"] or "half")
    return Content(sweep.asked.query, (figure,))


def residuals_of(sweep: Sweep, address: Address) -> Content:
    """Return what the Kramers-Kronig test and the fit leave."""
    test, curve = sweep.spectrum["kramersKronig"], sweep.fit["residuals"] if sweep.fit else None
    per = []
    if test and len(test["frequencyHertz"]):
        per.append(_left(test, "Kramers-Kronig", test["noise"]))
    if curve:
        per.append(_left(curve, "fit", test["noise"] if test else None))
    if not per:
        return Content(sweep.asked.query, empty="Neither test nor fit was computed of this sweep.")
    figure = residual(per, invalid=sweep.invalid, width=address["width"] or "half")
    return Content(sweep.asked.query, (figure,))


def relaxation_of(sweep: Sweep, address: Address) -> Content:
    """Return the distribution of relaxation times."""
    spectrum = sweep.spectrum
    found = spectrum["drt"]
    if found is None:
        return Content(sweep.asked.query, empty="No relaxation times were computed of this sweep.")
    density = floats(found["densityOhm"])
    if not np.isfinite(density).any():
        reason = found["reason"] or "no reason is stated"
        return Content(sweep.asked.query, empty=f"No relaxation times: {reason}.")
    peaks = [
        Peak(each["timeConstantSecond"], each["resistanceOhm"], each["resistanceErrorOhm"])
        for each in found["peaks"]
    ]
    per = Relaxations(
        floats(found["timeConstantSecond"]),
        density,
        peaks,
        spectrum["lowestFrequencyHertz"],
        spectrum["highestFrequencyHertz"],
        found["regularization"],
        address["way"],
        found["tail"],
        found["status"],
        found["reason"],
    )
    return Content(sweep.asked.query, (relaxation(per, width=address["width"] or "half"),))


def named(fit: Answer | None) -> str:
    """Return the circuit of a fit, with what is to be said against it."""
    if fit is None:
        return ""
    words = [] if fit["chosen"] else ["not the chosen one"]
    words += [] if fit["status"] == "ok" else [fit["status"].replace("_", " ")]
    return f"{fit['circuit']} ({', '.join(words)})" if words else str(fit["circuit"])


def _left(answer: Answer, what: str, noise: float | None) -> Residuals:
    return Residuals(
        what,
        floats(answer["frequencyHertz"]),
        floats(answer["realResidual"]),
        floats(answer["imaginaryResidual"]),
        noise,
    )
