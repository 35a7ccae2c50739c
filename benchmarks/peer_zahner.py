"""zahner_analysis's points of a sweep, as its users get them by ``IsmImport``."""

from collections.abc import Iterator

from zahner_analysis.file_import.ism_import import IsmImport

from benchmarks.peer_answer import NotItsFormat, PeerPoint, answer


def _read(path: str, reader: str) -> Iterator[PeerPoint]:
    if reader != "zahner_ism":
        raise NotItsFormat
    sweep = IsmImport(path)
    points = zip(sweep.getFrequencyArray(), sweep.getComplexImpedanceArray(), strict=True)
    for frequency, impedance in points:
        yield PeerPoint(float(frequency), float(impedance.real), float(impedance.imag))


if __name__ == "__main__":
    answer(_read)
