"""Every reader reads what is damaged, or refuses it by its place, and does nothing else.

A new reader is held to this by a module in samples/.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from ingest.reader import Reader
from ingest.recognize import all_readers
from schema.error import EmptyExport, RefusedExport
from tests.ingest.readers.sample import Sample, samples
from tests.law import law

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
FIXED = [HealthCheck.function_scoped_fixture]  # each example writes its files anew
GARBAGE = (
    st.binary(max_size=24).map(lambda garbage: garbage.decode("latin-1"))
    | st.text('",;.\n\t-e1 ', max_size=8)
    | st.text('0-e9"{}[],:xnul', max_size=3)
)
PLACE = st.integers(0, 1 << 20)


def is_read_or_refused(reader: Reader, sample: Sample, content: bytes, folder: Path) -> None:
    """Assert that a content is read, its columns of one length, or refused with its place."""
    export = sample.written(folder, content)
    if not reader.knows(export):
        return
    try:
        readings = reader.read(export)
    except EmptyExport:
        return
    except RefusedExport as fault:
        refusal = fault
    else:
        assert readings
        for reading in readings:
            assert {len(raw.values) for raw in reading.columns} == {reading.row_count}
            assert reading.row_count > 0
        return
    assert refusal.place
    assert refusal.reason


@every_sample
def test_a_whole_sample_is_read(reader: Reader, sample: Sample, tmp_path: Path) -> None:
    export = sample.written(tmp_path, sample.content)
    assert next(one for one in all_readers() if one.knows(export)) is reader
    assert all(reading.row_count > 0 for reading in reader.read(export))


@every_sample
@law(200, deadline=5000, suppress_health_check=FIXED)
@given(
    flips=st.lists(st.tuples(PLACE, st.integers(0, 255)), max_size=12),
    kept=PLACE,
    early=st.booleans(),
)
def test_what_has_other_bytes_and_an_early_end_is_read_or_refused(
    reader: Reader,
    sample: Sample,
    tmp_path: Path,
    *,
    flips: list[tuple[int, int]],
    kept: int,
    early: bool,
) -> None:
    text = list(sample.text)
    for place, code in flips:
        text[place % (sample.head if early and sample.head else len(text))] = chr(code)
    end = kept % (2 * len(text))  # half of them are whole
    is_read_or_refused(reader, sample, sample.with_text("".join(text[:end])), tmp_path)


@every_sample
@law(60, deadline=5000, suppress_health_check=FIXED)
@given(place=PLACE, garbage=GARBAGE, over=st.integers(0, 24), cut=st.booleans())
def test_what_garbage_came_into_is_read_or_refused(
    reader: Reader,
    sample: Sample,
    tmp_path: Path,
    *,
    place: int,
    garbage: str,
    over: int,
    cut: bool,
) -> None:
    at = place % (len(sample.text) + 1)
    rest = "" if cut else sample.text[at + over :]
    is_read_or_refused(
        reader, sample, sample.with_text(sample.text[:at] + garbage + rest), tmp_path
    )


@every_sample
def test_what_was_emptied_is_read_or_refused(
    reader: Reader, sample: Sample, tmp_path: Path
) -> None:
    for content in (b"", sample.with_text(""), bytes(len(sample.content)), b"\n"):
        is_read_or_refused(reader, sample, content, tmp_path)


@pytest.mark.parametrize(("reader", "sample", "lesson"), LESSONS)
def test_what_once_was_neither_read_nor_refused_is(
    reader: Reader, sample: Sample, lesson: bytes, tmp_path: Path
) -> None:
    is_read_or_refused(reader, sample, lesson, tmp_path)
