"""However a file comes in parts, what rests is what was sent."""

import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from schema.error import InvalidArgument, UploadConflict
from schema.lake import Lake, hash_of
from schema.upload.damage import damages
from schema.upload.upkeep import forget_uploads
from schema.upload.upload import Arrived, Upload
from tests.law import law


@law(25)
@given(
    content=st.binary(max_size=200),
    cuts=st.lists(st.integers(0, 200), max_size=6),
    again=st.lists(st.booleans(), min_size=7, max_size=7),
)
def test_parts_in_their_order_are_the_file_and_no_part_counts_twice(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[int], again: list[bool]
) -> None:
    upload = Upload.begin(Lake(tmp_path_factory.mktemp("lake")))
    bounds = sorted({0, *(min(cut, len(content)) for cut in cuts), len(content)})
    for (start, stop), twice in zip(pairwise(bounds), again, strict=False):
        with upload.receiving("a/b.csv", start) as file:
            file.write(content[start:stop])
            assert file.rest() == stop
        if twice and stop > start:
            with pytest.raises(UploadConflict) as fault, upload.receiving("a/b.csv", start):
                pass
            assert fault.value.offset == stop
    with upload.receiving("a/b.csv", len(content)) as file:
        file.put_in_place()
    assert upload.files() == [Arrived("a/b.csv", len(content), complete=True)]
    assert (upload.folder / "a" / "b.csv").read_bytes() == content


def test_two_senders_of_one_file_do_not_mix(tmp_path: Path) -> None:
    upload = Upload.begin(Lake(tmp_path))
    with upload.receiving("a.csv", 0) as file:
        file.write(b"first")
        with pytest.raises(UploadConflict, match="somebody else"), upload.receiving("a.csv", 0):
            pass


def test_an_upload_that_has_ended_takes_nothing_more(tmp_path: Path) -> None:
    upload = Upload.begin(Lake(tmp_path))
    with upload.receiving("a.csv", None) as file:
        file.write(b"1")
        with pytest.raises(UploadConflict, match="whole"):
            upload.end()
        file.put_in_place()
    upload.end()
    with pytest.raises(UploadConflict, match="ended"), upload.receiving("b.csv", None):
        pass


def test_known_bytes_are_linked_only_where_they_are_sound(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    export = tmp_path / "export"
    export.write_bytes(b"1,2,3")
    with lake.archive(export) as archived:
        archived.keep()
    upload, known = Upload.begin(lake), hash_of(export)
    assert upload.put_known(lake, "a.csv", known)
    assert (upload.folder / "a.csv").read_bytes() == b"1,2,3"
    assert not upload.put_known(lake, "b.csv", "0" * 64)
    os.chmod(lake.raw(known), 0o644)  # noqa: PTH101 # as somebody damages it
    lake.raw(known).write_bytes(b"1,2,4")
    assert not upload.put_known(lake, "c.csv", known)
    with pytest.raises(InvalidArgument, match="hexadecimal"):
        upload.put_known(lake, "d.csv", "../../etc/passwd")


def test_what_came_before_the_clock_was_put_back_goes_on_and_is_not_forgotten(
    engine: Engine, lake: Lake
) -> None:
    upload, day_second = Upload.begin(lake), 86_400
    with upload.receiving("a.csv", 0) as file:
        file.write(b"half")
        file.rest()
    tomorrow = time.time() + day_second
    for path in (upload.folder, *upload.folder.rglob("*")):
        os.utime(path, (tomorrow, tomorrow))
    assert forget_uploads(engine, lake, 0) == []
    with upload.receiving("a.csv", 4) as file:
        file.write(b" and half")
        file.put_in_place()
    os.utime(upload.folder / "a.csv", (tomorrow, tomorrow))
    upload.end()
    assert forget_uploads(engine, lake, 0) == []
    assert [*damages(lake)] == []
    assert (upload.folder / "a.csv").read_bytes() == b"half and half"
