"""Battery Archive csv: a cycle as the archive's own export writes it, a record in ten minutes."""

from tests.ingest.readers.sample import Sample

HEADER = (
    "Date_Time,Test_Time (s),Cycle_Index,Current (A),Voltage (V),Charge_Capacity (Ah),"
    "Discharge_Capacity (Ah),Charge_Energy (Wh),Discharge_Energy (Wh),"
    "Environment_Temperature (C),Cell_Temperature (C)"
)
ROWS = [
    f"2026-03-01 {9 + n // 6:02}:{n % 6}0:00.000000,{600.0 * n},1,{ampere},{volt},"
    f"{charge},{discharge},{3.3 * charge:.3f},{3.2 * discharge:.3f},25.0,25.{n // 6}"
    for n, (ampere, volt, charge, discharge) in enumerate(
        [(0.0, 3.2, 0.0, 0.0)] * 2
        + [(1.2, 3.3 + n / 50, round(0.2 * n, 3), 0.0) for n in range(7)]
        + [(-1.2, 3.4 - n / 50, 1.2, round(0.2 * n, 3)) for n in range(7)]
    )
]
SAMPLES = (Sample("SNL_LFP_timeseries.csv", "\n".join([HEADER, *ROWS, ""]).encode()),)
