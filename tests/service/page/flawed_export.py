"""An export with an outlier and a gap in it."""

from pathlib import Path

import numpy as np

RECORDS = 4_000


def write_flawed(path: Path, records: int = RECORDS, *, lowest_volt: float = 3.2) -> None:
    """Write cycles of 400 records a minute apart, as Battery Data Format; ten where nothing else.

    Record 1251 shows twenty times the current, and before record 2501 a day is missing.
    """
    row = np.arange(records)
    place = row % 400
    time = 60.0 * row
    time[2_500:] += 86_400.0
    way = np.select([place < 190, (place >= 200) & (place < 390)], [1.0, -1.0], 0.0)
    current = 1e-3 * way
    current[1_250:1_251] = 0.02
    filled = np.where(place < 200, np.minimum(place, 190), 190 - np.minimum(place - 200, 190))
    voltage = lowest_volt + 0.004 * filled + 0.05 * way
    step = np.searchsorted([190, 200, 390], place, side="right") + 1
    lines = ["Test Time / s,Voltage / V,Current / A,Step ID"]
    columns = (each.tolist() for each in (time, voltage, current, step))
    lines += [f"{t:.0f},{v:.4f},{i:.6f},{s}" for t, v, i, s in zip(*columns, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
