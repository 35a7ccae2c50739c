"""cellpy's summary of cycles, as its users get it by ``cellpy.get``."""

import logging
from collections.abc import Iterator
from typing import Any, Final

import cellpy

from benchmarks.peer_answer import NotItsFormat, PeerCycle, answer, number

_INSTRUMENTS: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "arbin_csv": ({"instrument": "arbin_sql_csv"}, {"instrument": "arbin_sql_xlsx"}),
    "arbin_res": ({"instrument": "arbin_res"},),
    "battery_data_format": ({"instrument": "batmo_bdf"},),
    "biologic_mpr": ({"instrument": "biologics_mpr"},),
    "maccor": tuple(
        {"instrument": "maccor_txt", "model": model} for model in ("ONE", "TWO", "THREE", "ZERO")
    ),
    "neware_csv": tuple(
        {"instrument": "neware_txt", "model": model} for model in ("UIO", "UIO_AGA", "TIOTECH")
    ),
    "neware_nda": ({"instrument": "neware_nda"},),
    "pec": ({"instrument": "pec_csv"},),
}
"""What it calls our formats; where it has several models, the first that reads the file counts."""
_AMPERE_HOURS: Final = {"Ah": 1.0, "mAh": 1e-3, "uAh": 1e-6}


def _read(path: str, reader: str) -> Iterator[PeerCycle]:
    if reader not in _INSTRUMENTS:
        raise NotItsFormat
    data = _data(path, _INSTRUMENTS[reader])
    unit = _AMPERE_HOURS[data.raw_units["charge"]]
    for row in data.summary.reset_index().to_dict("records"):
        yield PeerCycle(
            int(row["cycle_index"]),
            number(row["charge_capacity"] * unit),
            number(row["discharge_capacity"] * unit),
            number(row["coulombic_efficiency"] / 100.0),
        )


def _data(path: str, instruments: tuple[dict[str, str], ...]) -> Any:  # noqa: ANN401 - its own class
    faults: list[Exception] = []
    for instrument in instruments:
        try:
            data = cellpy.get(path, testing=True, **instrument).data
        except Exception as fault:  # noqa: BLE001 - told unless another model reads it
            faults.append(fault)
        else:
            if len(data.summary):
                return data
            faults.append(ValueError("its summary is empty"))
    raise faults[0]


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    answer(_read)
