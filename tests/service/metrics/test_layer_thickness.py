"""Layer thickness: how sure a mean of columns is that tell much the same."""

from collections.abc import Callable
from typing import Any

import numpy as np

Ask = Callable[..., list[dict[str, Any]]]
PROFILES, COLUMNS, LENGTH, TRUE_UM = 50, 600, 20.0, 10.0


def test_the_error_of_columns_that_go_together_holds_the_truth_and_their_number_does_not(
    ask: Ask,
) -> None:
    generator, rho = np.random.default_rng(3), np.exp(-1.0 / LENGTH)
    noise = generator.normal(0.0, np.sqrt(1 - rho**2), (PROFILES, COLUMNS))
    noise[:, 0] = generator.normal(0.0, 1.0, PROFILES)
    for column in range(1, COLUMNS):
        noise[:, column] += rho * noise[:, column - 1]
    objects = [
        {
            "test_id": 1,
            "image_id": profile,
            "image_object_id": profile * COLUMNS + column,
            "kind": "layer",
            "region": "",
            "position_um": float(column),
            "length_um": TRUE_UM + float(noise[profile, column]),
            "status": "ok",
        }
        for profile in range(PROFILES)
        for column in range(COLUMNS)
    ]
    rows = ask("layer_thickness", {"measured_object": objects})
    off = np.array([abs(row["thickness_um"] - TRUE_UM) for row in rows])
    honest = np.array([row["error_um"] for row in rows])
    naive = np.array([row["sd_um"] for row in rows]) / np.sqrt(COLUMNS)
    assert 0.85 <= np.mean(off < 1.96 * honest) <= 1.0
    assert np.mean(off < 1.96 * naive) < 0.45
    # 1 plus twice the sum of exp(-lag / 20) is 40
    assert np.median([row["effective_count"] for row in rows]) < 2 * COLUMNS / 40
