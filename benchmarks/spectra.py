"""Synthetic impedance spectra whose circuit and noise are known."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]

CIRCUIT: Final = "R0-p(R1,CPE1)-p(R2,CPE2)-W3"
POINTS: Final = 50
NOISE: Final = 0.003
"""Standard deviation of either part of ΔZ/|Z|."""
BOUNDS: Final = {
    ("R0", "R"): (20.0, 200.0),
    ("R1", "R"): (50.0, 500.0),
    ("p(R1,CPE1)", "tau"): (1e-5, 1e-4),
    ("CPE1", "n"): (0.75, 1.0),
    ("R2", "R"): (100.0, 2000.0),
    ("p(R2,CPE2)", "tau"): (10**-2.5, 0.1),
    ("CPE2", "n"): (0.7, 0.95),
    ("W3", "A"): (5.0, 100.0),
}
"""Between what parameters are drawn: Ω, s and Ω/s^0.5."""


@dataclass(frozen=True, slots=True, eq=False)
class Spectra:
    """Spectra (B, N) at the same frequencies (N,), with the parameters (B,) they were drawn of."""

    frequency_hertz: Floats
    impedance_ohm: Complexes
    truth: dict[tuple[str, str], Floats]

    @classmethod
    def drawn(cls, count: int, seed: int = 0) -> Self:
        """Return spectra from 1 MHz to 0.1 Hz; time constants are drawn by their logarithm."""
        noise = np.random.default_rng(seed)
        truth = {
            name: np.exp(noise.uniform(np.log(low), np.log(high), count))
            if name[1] == "tau"
            else noise.uniform(low, high, count)
            for name, (low, high) in BOUNDS.items()
        }
        for arc in ("1", "2"):
            tau, exponent = truth[f"p(R{arc},CPE{arc})", "tau"], truth[f"CPE{arc}", "n"]
            truth[f"CPE{arc}", "Q"] = tau**exponent / truth[f"R{arc}", "R"]
        frequency = np.geomspace(1e6, 0.1, POINTS)
        s = 2j * np.pi * frequency
        column = {name: values[:, None] for name, values in truth.items()}
        impedance = column["R0", "R"] + column["W3", "A"] * np.sqrt(2.0 / s)
        for arc in ("1", "2"):
            power = (s * column[f"p(R{arc},CPE{arc})", "tau"]) ** column[f"CPE{arc}", "n"]
            impedance = impedance + column[f"R{arc}", "R"] / (1.0 + power)
        off = noise.normal(size=(2, *impedance.shape))
        impedance = impedance + NOISE * np.abs(impedance) * (off[0] + 1j * off[1])
        return cls(frequency, impedance, truth)

    def save(self, path: Path) -> None:
        """Write frequencies and impedances for contestants, who are not told the truth."""
        np.savez(path, frequency_hertz=self.frequency_hertz, impedance_ohm=self.impedance_ohm)
