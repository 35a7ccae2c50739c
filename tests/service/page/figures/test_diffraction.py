"""A pattern and the lines of its phases below stand at their angles, however long a name is."""

import re

import numpy as np
import pytest

from service.page.figures.diffraction import Lines, Pattern, diffraction


@pytest.mark.parametrize("phase", ["A", "a phase with a long name"])
def test_a_peak_stands_above_its_line(phase: str) -> None:
    angle = np.linspace(10.0, 75.0, 131)
    intensity = np.where(np.abs(angle - 30.0) < 0.1, 900.0, 100.0)
    lines = Lines(np.array([30.0]), ["phase"], [phase], ["104"])
    pattern = Pattern(angle, intensity, "counts", angle, lines)
    upper, lower = diffraction(pattern, [phase]).figure.panels
    assert upper.left == lower.left
    assert upper.width == pytest.approx(lower.width)
    drawn = re.search(r'd="M([0-9.]+),', upper.parts[0])
    assert drawn is not None
    assert float(drawn[1]) == pytest.approx(upper.across([10.0])[0], abs=0.1)
