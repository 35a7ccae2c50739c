"""Every reader reads what is damaged, or refuses it by its place, and does nothing else.

A new reader is held to this by a module in samples/. How many damaged ones are tried of each reader
says LEYDEN_MUTATIONS: a handful on every change, a thousand in .ci/run, more in ``make endure``.
Other damage, of which a long search is put together, has another LEYDEN_SEED. Files of which
anything is amiss are kept in build/damaged.
"""

import os
import sys
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path

import pytest

from ingest.conformance import check_reader, export_of
from ingest.conformance.sound import judged
from ingest.reader import Reader
from ingest.recognize import all_readers, reader_for
from schema.error import RefusedExport
from tests.ingest.readers.sample import Sample, samples

SAMPLES = [
    pytest.param(reader, sample, id=f"{reader.name}-{sample.name}")
    for reader in all_readers()
    for sample in samples()[reader.name]
]
every_sample = pytest.mark.parametrize(("reader", "sample"), SAMPLES)
LESSONS = [
    pytest.param(reader, sample, lesson, id=f"{reader.name}-{sample.name}-{number}")
    for reader in all_readers()
    for sample in samples()[reader.name]
    for number, lesson in enumerate(sample.lessons)
]
SMALL_BYTES = 200_000
"""Of a real file that is damaged a thousand times."""
TELL_EVERY = 5000
DAMAGED = Path(__file__).parents[3] / "build" / "damaged"


@pytest.fixture(scope="module")
def mutations() -> int:
    """Return how many damaged files are tried of each reader: a handful, or LEYDEN_MUTATIONS."""
    return int(os.environ.get("LEYDEN_MUTATIONS", "20"))


@pytest.fixture
def damaged(capsys: pytest.CaptureFixture[str]) -> Callable[[Reader, Path, int], list[str]]:
    """Return ``damaged(reader, sample, how often)``: what is amiss; it tells how far it is."""
    seed = int(os.environ.get("LEYDEN_SEED", "0"))

    def amiss(reader: Reader, sample: Path, count: int) -> list[str]:
        def tell(done: int, total: int) -> None:
            if done and done % TELL_EVERY == 0:
                with capsys.disabled():
                    line = f"{reader.name}, {sample.name}, seed {seed}: {done:,} of {total:,}"
                    print(line, file=sys.stderr, flush=True)  # noqa: T201 # it runs for hours

        faults = check_reader(reader, sample, damaged=count, seed=seed, keep=DAMAGED, advance=tell)
        return [f"{reader.name}, {sample.name}: {fault}" for fault in faults]

    return amiss


@pytest.mark.endure
@every_sample
def test_whatever_becomes_of_it_is_read_or_refused_in_bounds(
    reader: Reader,
    sample: Sample,
    tmp_path: Path,
    mutations: int,
    damaged: Callable[[Reader, Path, int], list[str]],
) -> None:
    export = sample.written(tmp_path, sample.content)
    known = reader_for(export)  # of a workbook it reads the sheets
    assert known.name == reader.name
    share = ceil(mutations / len(samples()[reader.name]))
    assert damaged(known, export.path, share) == []


@pytest.mark.endure
@pytest.mark.exports
@pytest.mark.parametrize("reader", all_readers(), ids=lambda reader: reader.name)
def test_real_exports_are_held_to_the_same(
    reader: Reader,
    exports: Path,
    mutations: int,
    damaged: Callable[[Reader, Path, int], list[str]],
) -> None:
    smallest = next(_real(reader, exports), None)
    if smallest is None:
        pytest.skip(f"no real export of less than {SMALL_BYTES} bytes")
    assert damaged(reader, smallest, ceil(mutations / 20)) == []


def _real(reader: Reader, exports: Path) -> Iterator[Path]:
    """Yield small real exports that a reader reads, the smallest first."""
    files = [path for path in exports.rglob("*") if path.name.lower().endswith(reader.suffixes)]
    for path in sorted(files, key=lambda path: path.stat().st_size):
        if path.stat().st_size > SMALL_BYTES:
            return
        try:
            if reader_for(export := export_of(path)) is reader and reader.read(export):
                yield path
        except RefusedExport:
            continue


@every_sample
def test_what_was_emptied_is_read_or_refused(
    reader: Reader, sample: Sample, tmp_path: Path
) -> None:
    for content in (b"", sample.content[:64], bytes(len(sample.content)), b"\n"):
        assert judged(reader, (sample.written(tmp_path, content), False)) == []


@pytest.mark.parametrize(("reader", "sample", "lesson"), LESSONS)
def test_what_once_was_neither_read_nor_refused_is(
    reader: Reader, sample: Sample, lesson: bytes, tmp_path: Path
) -> None:
    assert judged(reader, (sample.written(tmp_path, lesson), False)) == []
