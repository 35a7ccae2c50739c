"""A line as a sum of components: how many, where, how strong, each with its error.

Components are pseudo-Voigts of one width and shape, doublets with a fixed ratio and splitting.
Their areas are linear and solved inside each step; weights are one over the variance of the model,
renewed three times. Their number is what AICc takes. Every error is multiplied by √max(1, χ²/dof).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.analysis.photoemission.area import Area
from ingest.analysis.photoemission.region import Region
from schema.photoemission.line import Line

Floats = NDArray[np.float64]

_MOST: Final = 4
_ROUNDS: Final = 3
_STEPS: Final = 60
_SETTLED: Final = 1e-8
_NARROWEST, _WIDEST = 0.4, 2.5
"""Of the usual width of the line."""
_APART: Final = 0.45
"""Of a width: components closer than that are one."""
_SURE: Final = 3.0
"""Errors that an area must be, or nothing is resolved."""
_SURE_OF_SEVERAL: Final = 5.0
"""The same where there are others: what is left of a background looks like a weak one."""
_LOG2: Final = np.log(2.0)
MISFIT: Final = "components_do_not_fit"
_MISFIT: Final = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """The components of a line, by rising binding energy.

    Attributes:
        line: they are of.
        energy_ev: (K,) of the stronger part of each, as referred.
        energy_error_ev: (K,) of the fit alone, not of the reference.
        area: (K,) of both parts, intensity x eV.
        area_error: (K,).
        width_ev: full width at half maximum of all.
        width_error_ev: one sigma.
        share: part of a Lorentzian.
        chi_square: over degrees of freedom.
        criterion: AICc.
        model: (N,) all of them and the background, at the points of the area.
    """

    line: Line
    energy_ev: Floats
    energy_error_ev: Floats
    area: Floats
    area_error: Floats
    width_ev: float
    width_error_ev: float
    share: float
    chi_square: float
    criterion: float
    model: Floats

    @property
    def doubt(self) -> str:
        """Return why they are not to be relied on, "" where they are."""
        return MISFIT if self.chi_square > _MISFIT else ""


def profile(offset_ev: Floats, width_ev: float, share: float) -> Floats:
    """Return a pseudo-Voigt of area 1 at offsets from its top."""
    u = offset_ev / width_ev
    lorentz = 2.0 / (np.pi * width_ev) / (1.0 + 4.0 * u**2)
    gauss = np.sqrt(4.0 * _LOG2 / np.pi) / width_ev * np.exp(-4.0 * _LOG2 * u**2)
    return np.asarray(share * lorentz + (1.0 - share) * gauss)


def components(region: Region, area: Area) -> Components | None:
    """Return the components of a line above its background; None where nothing is resolved."""
    line, points = area.line, area.points
    if not region.gain > 0.0 or region.step_ev > line.width_ev / 3.0 or not area.level.size:
        return None
    problem = _Problem(
        line,
        region.binding_ev[points],
        region.intensity[points] - area.level,
        area.level,
        region.gain,
    )
    try:
        return _resolved(problem)
    except np.linalg.LinAlgError:  # of damaged numbers
        return None


def _resolved(problem: "_Problem") -> Components | None:
    best: Components | None = None
    positions: list[float] = []
    for _ in range(_MOST):
        start = problem.next_position(positions)
        if start is None:
            break
        found = problem.fitted([*positions, start])
        if found is None:
            break
        if best is not None and found.criterion >= best.criterion:
            break
        best, positions = found, found.energy_ev.tolist()
    return best


@dataclass(slots=True, eq=False)
class _Problem:
    line: Line
    energy: Floats
    net: Floats
    level: Floats
    gain: float

    def next_position(self, positions: list[float]) -> float | None:
        """Return where what is left of the line is highest."""
        left = self.net
        if positions:
            found = self._solve(
                np.array([self.line.width_ev, 0.3, *positions]), self._weights(None)
            )
            left = self.net - found[0]
        smooth = np.convolve(left, np.ones(3) / 3.0, mode="same")
        if positions:
            near = np.abs(self.energy[:, None] - np.array(positions)) < self.line.width_ev / 2
            smooth = np.where(near.any(axis=1), -np.inf, smooth)
        top = int(np.argmax(smooth))
        return float(self.energy[top]) if np.isfinite(smooth[top]) else None

    def fitted(self, positions: list[float]) -> Components | None:
        """Return the best components that start there; None where they are none."""
        parameters = np.array([self.line.width_ev, 0.3, *positions])
        weights = self._weights(None)
        for _ in range(_ROUNDS):
            parameters = self._descend(parameters, weights)
            model, amounts, _ = self._solve(parameters, weights)
            weights = self._weights(model)
        model, amounts, shapes = self._solve(parameters, weights)
        order = np.argsort(parameters[2:])
        apart = np.diff(parameters[2:][order])
        relative = parameters[0] / self.line.width_ev
        at_bound = not _NARROWEST * 1.001 < relative < _WIDEST * 0.999
        if at_bound or (amounts <= 0.0).any() or (apart < _APART * parameters[0]).any():
            return None
        covariance = self._covariance(parameters, amounts, shapes, weights)
        free = self.net.size - parameters.size - amounts.size
        if covariance is None or free < 1:
            return None
        square = float((weights * (self.net - model) ** 2).sum())
        error = np.sqrt(np.diag(covariance)) * np.sqrt(max(1.0, square / free))
        count, size = len(amounts), self.net.size
        sure = _SURE if count == 1 else _SURE_OF_SEVERAL
        if (amounts < sure * error[-count:]).any():
            return None
        many = parameters.size + count
        criterion = square + 2.0 * many + 2.0 * many * (many + 1) / max(size - many - 1, 1)
        return Components(
            self.line,
            parameters[2:][order],
            error[2 : 2 + count][order],
            amounts[order],
            error[-count:][order],
            float(parameters[0]),
            float(error[0]),
            float(parameters[1]),
            square / free,
            criterion,
            self.level + model,
        )

    def _weights(self, model: Floats | None) -> Floats:
        """Return one over the variance: of the model, or of smoothed counts at the start."""
        if model is None:
            expected = np.convolve(self.net + self.level, np.ones(5) / 5.0, mode="same")
        else:
            expected = self.level + model
        return np.asarray(1.0 / (self.gain * np.maximum(expected, self.gain)))

    def _shapes(self, parameters: Floats) -> Floats:
        """Return (N, K) components of area 1, doublets whole."""
        width, share, positions = parameters[0], parameters[1], parameters[2:]
        offset = self.energy[:, None] - positions[None, :]
        shape = profile(offset, width, share)
        if self.line.splitting_ev:
            minor = profile(offset - self.line.splitting_ev, width, share)
            shape = (shape + self.line.minor_ratio * minor) / (1.0 + self.line.minor_ratio)
        return np.asarray(shape)

    def _solve(self, parameters: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the model, the areas and the shapes."""
        shapes = self._shapes(parameters)
        root = np.sqrt(weights)
        amounts = np.linalg.lstsq(shapes * root[:, None], self.net * root, rcond=None)[0]
        return np.asarray(shapes @ amounts), np.asarray(amounts), shapes

    def _descend(self, parameters: Floats, weights: Floats) -> Floats:
        """Return where the weighted sum of squares is least, areas solved in each step."""
        root, damping = np.sqrt(weights), 1e-3

        def residual(at: Floats) -> Floats:
            return np.asarray(root * (self.net - self._solve(at, weights)[0]))

        now = residual(parameters)
        square = float(now @ now)
        for _ in range(_STEPS):
            slope = np.column_stack(
                [(residual(_moved(parameters, k)) - now) / 1e-5 for k in range(parameters.size)]
            )
            normal = slope.T @ slope
            scale = np.diag(np.maximum(np.diag(normal), 1e-12))
            step = np.linalg.solve(normal + damping * scale, -slope.T @ now)
            tried = self._bounded(parameters + step)
            then = residual(tried)
            better = float(then @ then)
            if better < square:
                settled = square - better < _SETTLED * square
                parameters, now, square, damping = tried, then, better, damping / 3.0
                if settled:
                    break
            elif damping > 1e8:
                break
            else:
                damping *= 4.0
        return parameters

    def _bounded(self, parameters: Floats) -> Floats:
        usual = self.line.width_ev
        low = np.full(parameters.size, self.energy[0])
        high = np.full(parameters.size, self.energy[-1])
        low[:2], high[:2] = (_NARROWEST * usual, 0.0), (_WIDEST * usual, 1.0)
        return np.clip(parameters, low, high)

    def _covariance(
        self, parameters: Floats, amounts: Floats, shapes: Floats, weights: Floats
    ) -> Floats | None:
        """Return that of all parameters, the areas last; None where they are not told apart."""
        slopes = [
            (self._shapes(_moved(parameters, k)) - shapes) @ amounts / 1e-5
            for k in range(parameters.size)
        ]
        design = np.column_stack([*slopes, shapes]) * np.sqrt(weights)[:, None]
        try:
            found: Floats = np.linalg.inv(design.T @ design)
        except np.linalg.LinAlgError:
            return None
        return found if (np.diag(found) > 0.0).all() else None


def _moved(parameters: Floats, place: int) -> Floats:
    moved = parameters.copy()
    moved[place] += 1e-5
    return moved
