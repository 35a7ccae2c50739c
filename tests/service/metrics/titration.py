"""Diffusion into a plate and a sphere by finite volumes, and what a cycler would record of it.

Nothing of it is shared with the metrics: they know closed forms alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Body:
    """A plate of one face, or a sphere: depth or radius in cm, D in cm²/s."""

    shape: Literal["plate", "sphere"]
    size_cm: float = 1e-4
    diffusion: float = 1e-12
    cells: int = 160

    @property
    def length_um(self) -> float:
        """Return volume over area, in µm."""
        return self.size_cm * 1e4 / (3 if self.shape == "sphere" else 1)

    @property
    def grid(self) -> tuple[Reals, Reals, Reals]:
        """Return edges from the center out, areas of the edges and volumes, of size 1."""
        # finest at the face, where it all begins
        edges = 1 - (np.linspace(1, 0, self.cells + 1) ** 2)
        area = edges**2 if self.shape == "sphere" else np.ones_like(edges)
        power = 3 if self.shape == "sphere" else 1
        return edges, area, np.diff(edges**power) / power


def surface(body: Body, times: Reals, flux: Reals) -> Reals:
    """Return the concentration at the face, by a flux into it over each interval of time.

    Time is in size²/D, flux in D C/size; it begins at 0 everywhere. Crank-Nicolson would ring at a
    jump of the current, so steps are implicit, and each interval is cut into eight.
    """
    edges, area, volume = body.grid
    middle = (edges[1:] + edges[:-1]) / 2
    link = area[1:-1] / np.diff(middle)
    matrix = np.diag(np.r_[link, 0.0] + np.r_[0.0, link]) - np.diag(link, 1) - np.diag(link, -1)
    concentration, told = np.zeros(body.cells), [0.0]
    half = edges[-1] - middle[-1]
    for step, entering in zip(np.diff(times), flux, strict=True):
        inverse = np.linalg.inv(np.diag(volume / (step / 8)) + matrix)
        for _ in range(8):
            right = volume / (step / 8) * concentration
            right[-1] += entering * area[-1]
            concentration = inverse @ right
        told.append(concentration[-1] + entering * half)
    return np.array(told)


def spaced(last: float, count: int) -> Reals:
    """Return times after 0 that grow as their square does."""
    return np.asarray(np.linspace(0, np.sqrt(last), count + 1)[1:] ** 2)


def pulsed(
    body: Body,
    pulse_second: float,
    rest_second: float,
    *,
    sign: int = 1,
    volt_per_pulse: float = 0.01,
    ohm_volt: float = 0.01,
    noise: Reals | None = None,
) -> Rows:
    """Return a rest, a pulse and a rest: the voltage follows the face in a straight line."""
    during, after = spaced(pulse_second, 60), spaced(rest_second, 90)
    times = np.r_[0.0, during, pulse_second + after]
    unit = body.size_cm**2 / body.diffusion
    flux = np.r_[np.ones(60), np.zeros(90)]
    risen = surface(body, times / unit, flux)
    power = 3 if body.shape == "sphere" else 1
    volts = volt_per_pulse * risen / (power * pulse_second / unit)
    current = np.r_[np.zeros(21), np.ones(60), np.zeros(90)] * sign
    second = np.r_[np.linspace(0, 600, 21), 600 + times[1:]]
    volt = 3.5 + sign * (np.r_[np.zeros(21), volts[1:]] + ohm_volt * np.abs(current))
    volt += 0.0 if noise is None else noise
    step = np.r_[np.full(21, 1), np.full(60, 2), np.full(90, 3)]
    return recorded(second, volt, current, step, ["rest", "charge" if sign > 0 else "discharge"])


def recorded(
    second: Reals,
    volt: Reals,
    current: Reals,
    step: NDArray[np.int64],
    modes: Sequence[str],
    control: str = "CC",
) -> Rows:
    """Return steps and points of a test of a cell, technique told: modes go on with a rest."""
    modes = [*modes, *["rest"] * (int(step[-1]) - len(modes))]
    steps = []
    for number, mode in enumerate(modes, 1):
        inside = step == number
        flows = mode != "rest"
        steps.append(
            {
                "test_id": 1,
                "step_count": number,
                "cycle_count": 1,
                "half_cycle_count": 1,
                "mode": mode,
                "control": control if flows else None,
                "control_value": float((volt if control == "CV" else current)[inside][-1]),
                "start_time_second": float(second[inside][0]),
                "duration_second": float(np.ptp(second[inside])),
                "last_voltage_volt": float(volt[inside][-1]),
                "net_charge_ah": float(np.trapezoid(current[inside], second[inside])) / 3600,
                "charge_source": "trapezoid",
                "status": "ok",
            }
        )
    interval = np.diff(second, prepend=0.0)
    points = [
        {
            "test_id": 1,
            "record_index": place + 1,
            "step_count": int(step[place]),
            "test_time_second": float(second[place]),
            "voltage_volt": float(volt[place]),
            "current_ampere": float(current[place]),
            # the first record of a step belongs to no interval of it
            "interval_second": float(interval[place])
            if place and step[place] == step[place - 1]
            else 0.0,
        }
        for place in range(len(second))
    ]
    return {
        "step": steps,
        "points": points,
        "test": [{"test_id": 1, "cell_id": 7, "technique": "GITT"}],
        "cell": [{"cell_id": 7, "symmetric": False}],
    }


def depth(body: Body) -> Rows:
    """Return what diffusion_length says of such a layer."""
    basis = {"plate": "film", "sphere": "sphere"}[body.shape]
    known = {"cell_id": 7, "diffusion_length_um": body.length_um, "length_basis": basis}
    return {"diffusion_length": [known | {"status": "ok"}]}
