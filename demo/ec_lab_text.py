"""Tests as EC-Lab exports them to text (.mpt): a header that counts its own lines, then columns."""

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from demo.measurement import LABEL, Cycling, Numbers, Sweep

FLAG: Final = "%d"
SINGLE: Final = "%.7E"
DOUBLE: Final = "%.15E"
AMPLITUDE_VOLT: Final = 0.01
STARTED_AT: Final = np.datetime64("2026-02-16T09:00:00", "s")
"""When every synthetic test is said to have begun."""

Columns = Mapping[str, tuple[str, NDArray[Any]]]
"""Heading to format and values."""


def write_cycling(
    path: Path, cycling: Cycling, temperature_celsius: Numbers, area_cm2: float, remark: str
) -> None:
    """Write steps of constant current and rests, in the columns somebody chose to export."""
    milliampere = cycling.current_ampere * 1e3
    columns = {
        "mode": (FLAG, np.where(milliampere == 0, 3, 1)),
        "Ns": (FLAG, cycling.step_id),
        "time/s": (DOUBLE, cycling.test_time_second),
        "Ewe/V": (SINGLE, cycling.voltage_volt),
        "I/mA": (SINGLE, milliampere),
        "Temperature/°C": (SINGLE, temperature_celsius),
    }
    settings = _cycling_settings(float(milliampere[0]), int(cycling.step_count[-1] - 1))
    title = "Galvanostatic Cycling with Potential Limitation"
    _write(path, [*_header(path, title, area_cm2, remark), *_padded(settings)], columns)


def write_held(
    path: Path,
    cycling: Cycling,
    celsius: float,
    area_cm2: float,
    remark: str,
    *,
    started_after_hour: float = 0.0,
) -> None:
    """Write steps of a held potential."""
    columns = {
        "mode": (FLAG, np.full(len(cycling.step_id), 2)),
        "Ns": (FLAG, cycling.step_id - 1),
        "time/s": (DOUBLE, cycling.test_time_second),
        "Ewe/V": (SINGLE, cycling.voltage_volt),
        "I/mA": (SINGLE, cycling.current_ampere * 1e3),
        "Temperature/°C": (SINGLE, np.full(len(cycling.step_id), celsius)),
    }
    volts = cycling.voltage_volt[np.flatnonzero(np.diff(cycling.step_count, prepend=0))]
    settings = [
        ("Ns", *map(str, range(len(volts)))),
        ("Ei (V)", *(f"{volt:.3f}" for volt in volts)),
        ("vs.", *["Ref"] * len(volts)),
    ]
    header = _header(
        path, "Chronoamperometry / Chronocoulometry", area_cm2, remark, started_after_hour
    )
    _write(path, [*header, *_padded(settings)], columns)


def write_scanned(
    path: Path, cycling: Cycling, celsius: float, area_cm2: float, remark: str
) -> None:
    """Write a potential that is scanned up and down again, at one rate."""
    rate = np.median(np.abs(np.diff(cycling.voltage_volt)) / np.diff(cycling.test_time_second))
    volt, milliampere = cycling.voltage_volt, cycling.current_ampere * 1e3
    columns = {
        "mode": (FLAG, np.full(volt.size, 2)),
        "ox/red": (FLAG, milliampere > 0),
        "time/s": (DOUBLE, cycling.test_time_second),
        "control/V": (SINGLE, volt),
        "Ewe/V": (SINGLE, volt),
        "<I>/mA": (DOUBLE, milliampere),
        "cycle number": (DOUBLE, cycling.cycle_count),
        "Temperature/°C": (SINGLE, np.full(volt.size, celsius)),
    }
    settings = [
        ("Ei (V)", f"{volt.min():.3f}"),
        ("vs.", "Ref"),
        ("dE/dt", f"{rate * 1e3:.3f}"),
        ("dE/dt unit", "mV/s"),
        ("E1 (V)", f"{volt.max():.3f}"),
        ("vs.", "Ref"),
        ("E2 (V)", f"{volt.min():.3f}"),
        ("vs.", "Ref"),
        ("nc cycles", str(int(cycling.cycle_count[-1]) - 1)),
    ]
    header = _header(path, "Cyclic Voltammetry", area_cm2, remark)
    _write(path, [*header, *_padded(settings)], columns)


def write_sweeps(
    path: Path,
    sweeps: Mapping[float, Sweep],
    area_cm2: float,
    remark: str,
    started_after_hour: float = 0.0,
) -> None:
    """Write a sweep at each temperature in °C, an hour of waiting between, a loop each.

    The sweeps are at 10 mV round 0 V; EC-Lab tabulates -Im(Z).
    """
    parts = list(sweeps.values())
    wait = np.arange(len(parts)) * 3600.0
    lengths = np.array([len(part.frequency_hertz) for part in parts])
    spent = np.cumsum([part.test_time_second[-1] for part in parts])
    begins = wait + np.concatenate([[0.0], spent[:-1]])
    impedance = np.concatenate([part.impedance_ohm for part in parts])
    columns = {
        "freq/Hz": (SINGLE, np.concatenate([part.frequency_hertz for part in parts])),
        "Re(Z)/Ohm": (SINGLE, impedance.real),
        "-Im(Z)/Ohm": (SINGLE, -impedance.imag),
        "time/s": (
            DOUBLE,
            np.concatenate([part.test_time_second for part in parts]) + np.repeat(begins, lengths),
        ),
        "cycle number": (DOUBLE, np.repeat(np.arange(1.0, len(parts) + 1), lengths)),
        "Ns": (FLAG, np.zeros(len(impedance))),
        "Temperature/°C": (SINGLE, np.repeat(list(sweeps), lengths)),
    }
    settings = _sweep_settings(parts[0], loops=len(parts) - 1)
    title = "Potentio Electrochemical Impedance Spectroscopy"
    header = _header(path, title, area_cm2, remark, started_after_hour)
    _write(path, [*header, *_padded(settings)], columns)


def _cycling_settings(milliampere: float, turns: int) -> list[tuple[str, ...]]:
    microampere = milliampere * 1e3
    return [
        ("Ns", "0", "1"),
        ("Set I/C", "I", "I"),
        ("Is", f"{microampere:.3f}", f"{-microampere:.3f}"),
        ("unit Is", "µA", "µA"),
        ("vs.", "<None>", "<None>"),
        ("t1 (h:m:s)", "1:00:0.0000", "1:00:0.0000"),
        ("I Range", "100 µA", "100 µA"),
        ("dt1 (s)", "60.0000", "60.0000"),
        ("EM (V)", "5.000", "-5.000"),
        ("goto Ns'", "0", "0"),
        ("nc cycles", "0", str(turns // 2)),
    ]


def _sweep_settings(sweep: Sweep, loops: int) -> list[tuple[str, ...]]:
    return [
        ("Mode", "Single sine"),
        ("E (V)", "0.0000"),
        ("vs.", "Eoc"),
        ("fi", f"{sweep.frequency_hertz[0] * 1e-6:.3f}"),
        ("unit fi", "MHz"),
        ("ff", f"{sweep.frequency_hertz[-1] * 1e3:.3f}"),
        ("unit ff", "mHz"),
        ("Nd", "8"),
        ("Points", "per decade"),
        ("spacing", "Logarithmic"),
        ("Va (mV)", f"{AMPLITUDE_VOLT * 1e3:.1f}"),
        ("nc cycles", str(loops)),
    ]


def _write(path: Path, header: Sequence[str], columns: Columns) -> None:
    formats, values = zip(*columns.values(), strict=True)
    body = StringIO()
    np.savetxt(body, np.column_stack(values), formats, delimiter="\t")
    # EC-Lab writes three digits of exponent
    table = re.sub(r"(E[+-])(\d\d)\b", r"\g<1>0\2", body.getvalue())
    lines = ["", *header, "", "\t".join(columns) + "\t"]
    count = f"Nb header lines : {len(lines) + 2}".ljust(46)
    text = "\n".join(["EC-Lab ASCII FILE", count, *lines, table])
    path.write_text(text, encoding="latin-1", newline="\n")


def _padded(settings: Sequence[tuple[str, ...]]) -> list[str]:
    return ["".join(f"{part:<20}" for part in setting) for setting in settings]


def _header(
    path: Path, title: str, area_cm2: float, remark: str, started_after_hour: float = 0.0
) -> list[str]:
    start = STARTED_AT + np.timedelta64(round(started_after_hour * 3600), "s")
    started_at = f"{start.item():%m/%d/%Y %H:%M:%S}.000"
    return f"""\
{title}

Run on channel : 1 (SN 0)
User :{" "}
Electrode connection : standard
Potential control : Ewe
Ewe ctrl range : min = -5.00 V, max = 5.00 V
Safety Limits :
\tDo not start on E overload
Channel : Floating
Acquisition started on : {started_at}
Loaded Setting File :  NONE
Saved on :
\tFile : {path.stem}.mpr
\tDirectory : SYNTHETIC\\
\tHost : 127.0.0.1
Device : SYNTHETIC (SN 0)
Address : 127.0.0.1
EC-Lab for windows v11.50 (software)
Internet server v11.50 (firmware)
Command interpretor v11.50 (firmware)
Electrode material :{" "}
Initial state :{" "}
Electrolyte :{" "}
Comments : {LABEL}
Comments : {remark}
Cable : standard
Electrode surface area : {area_cm2:.3f} cm²
Characteristic mass : 0.001 g
Volume (V) : 0.001 cm³
Cycle Definition : Charge/Discharge alternance""".split("\n")
