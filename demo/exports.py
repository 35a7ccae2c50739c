"""The list of the set: which file is computed from what, and written in which format."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from demo import battery_data_format_csv, ec_lab_text, full_cell, neware_csv, pellet, symmetric_cell
from demo.cells import (
    FULL_COATED,
    FULL_WETTED,
    LFP_LOADING_GRAM_PER_CM2,
    PELLET,
    SYMMETRIC_BARE,
    SYMMETRIC_COATED,
    SYMMETRIC_WETTED,
    Cell,
)
from demo.full_cell import FullCell
from demo.measurement import Cycling, Numbers, noise_of
from demo.symmetric_cell import Interface

CYCLES: Final = np.arange(1.0, 31.0)
HALF_CYCLES: Final = 60
CYCLING_CELSIUS: Final = 60.0
SYMMETRIC_CURRENT_MA_PER_CM2: Final = 0.05

Write = Callable[[Path], None]


def write_demo(folder: Path) -> list[Path]:
    """Write the demo set into a folder, the same bytes every time, and return its files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / name for name in _SET]
    for path, write in zip(paths, _SET.values(), strict=True):
        write(path)
    return paths


def _full_cell(
    cell: Cell, density_ma_per_cm2: float, resistance_ohm_cm2: float, capacity: Numbers
) -> Cycling:
    driven = FullCell(
        cell.area_cm2, LFP_LOADING_GRAM_PER_CM2, density_ma_per_cm2, resistance_ohm_cm2
    )
    return full_cell.cycle(driven, capacity)


def _coated_full_cell(path: Path) -> None:
    capacity = full_cell.coated_capacity_mah_per_gram(CYCLES)
    neware_csv.write_cycling(path, _full_cell(FULL_COATED, 0.025, 1286, capacity))


def _wetted_full_cell(path: Path) -> None:
    capacity = full_cell.wetted_capacity_mah_per_gram(CYCLES)
    cycling = _full_cell(FULL_WETTED, 0.1, 836, capacity)
    battery_data_format_csv.write_cycling(path, cycling, CYCLING_CELSIUS)


def _symmetric(cell: Cell, interface: Interface) -> Write:
    def write(path: Path) -> None:
        cycling = symmetric_cell.strip_and_plate(
            interface, cell.area_cm2, SYMMETRIC_CURRENT_MA_PER_CM2, HALF_CYCLES, noise_of(path.name)
        )
        remark = f"{cell.configuration}, {CYCLING_CELSIUS:g} °C"
        ec_lab_text.write_gcpl(path, cycling, cell.area_cm2, remark)

    return write


def _pellet(temperature_celsius: float) -> Write:
    def write(path: Path) -> None:
        sweep = pellet.sweep(
            PELLET.thickness_um * 1e-4, PELLET.area_cm2, temperature_celsius, noise_of(path.name)
        )
        remark = f"{PELLET.substance} pellet, {temperature_celsius:g} °C"
        ec_lab_text.write_peis(path, sweep, PELLET.area_cm2, remark)

    return write


_SET: Final[dict[str, Write]] = {
    "demo-lfp-01.csv": _coated_full_cell,
    "demo-lfp-02.bdf.csv": _wetted_full_cell,
    "demo-symmetric-01.mpt": _symmetric(SYMMETRIC_BARE, symmetric_cell.BARE),
    "demo-symmetric-02.mpt": _symmetric(SYMMETRIC_WETTED, symmetric_cell.WETTED),
    "demo-symmetric-03.mpt": _symmetric(SYMMETRIC_COATED, symmetric_cell.COATED),
    "demo-pellet-30C.mpt": _pellet(30.0),
    "demo-pellet-60C.mpt": _pellet(60.0),
}
