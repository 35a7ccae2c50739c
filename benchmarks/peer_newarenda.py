"""NewareNDA's table of records; its cycles are what its counters reached in every step of them."""

from collections.abc import Iterator

import NewareNDA

from benchmarks.peer_answer import NotItsFormat, PeerCycle, answer, number


def _read(path: str, reader: str) -> Iterator[PeerCycle]:
    if reader != "neware_nda":
        raise NotItsFormat
    records = NewareNDA.read(path)
    steps = records.groupby(["Cycle", "Step"], sort=False)
    ended = steps[["Charge_Capacity(mAh)", "Discharge_Capacity(mAh)"]].last()
    for cycle, row in (ended.groupby("Cycle").sum() / 1e3).iterrows():
        yield PeerCycle(
            int(cycle),
            number(row["Charge_Capacity(mAh)"]),
            number(row["Discharge_Capacity(mAh)"]),
        )


if __name__ == "__main__":
    answer(_read)
