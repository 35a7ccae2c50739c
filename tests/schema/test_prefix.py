"""A shorter file is had back, byte for byte, out of a longer one that begins with it."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from schema.prefix import patch_of, patched
from tests.law import law


def write(folder: Path, shorter: bytes, longer: bytes) -> tuple[Path, Path]:
    paths = folder / "shorter", folder / "longer"
    for path, content in zip(paths, (shorter, longer), strict=True):
        path.write_bytes(content)
    return paths


@law(100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=400),
    st.binary(max_size=20),
    st.dictionaries(st.integers(0, 399), st.integers(0, 255), max_size=9),
)
def test_what_is_told_to_differ_brings_the_shorter_file_back(
    tmp_path: Path, shorter: bytes, more: bytes, changed: dict[int, int]
) -> None:
    head = bytearray(shorter)
    for place, value in changed.items():
        if place < len(head):
            head[place] = value
    one, other = write(tmp_path, shorter, bytes(head) + more)
    patch = patch_of(one, other)
    assert patch is not None
    assert b"".join(patched(other, len(shorter), patch)) == shorter
    assert (patch == []) == (bytes(head) == shorter)


@pytest.mark.parametrize("at", [0, (1 << 20) - 3, (1 << 20) + 5])
def test_stretches_lie_where_they_may(tmp_path: Path, at: int) -> None:
    content = bytes(1 << 21)
    longer = content[:at] + b"\1\2\3\4\5\6" + content[at + 6 :] + b"more"
    one, other = write(tmp_path, content, longer)
    patch = patch_of(one, other)
    assert patch
    assert b"".join(patched(other, len(content), patch)) == content


def test_another_file_is_no_longer_version(tmp_path: Path) -> None:
    assert patch_of(*write(tmp_path, bytes(5000), bytes([1]) * 6000)) is None
    assert patch_of(*write(tmp_path, bytes(50), bytes(49))) is None
