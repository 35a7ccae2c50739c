"""What lies in a zip, a tar or a compressed file is taken in as if it lay in a folder."""

import bz2
import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from isal import isal_zlib
from sqlalchemy import select

from ingest.container import members, unpacked
from ingest.intake import take_in
from ingest.outcome import Outcome
from ingest.walk import walk
from schema.catalog import RawFile
from schema.catalog.connection import look
from schema.error import UnreadableExport
from schema.lake import hash_of
from schema.warehouse import Warehouse
from tests.ingest.readers.samples.delimited import SIDECAR, TABLE
from tests.ingest.readers.samples.neware_csv import FLAT
from tests.law import law


def zipped(path: Path, files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in files.items():
            container.writestr(name, content)


def tarred(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as container:
        for name, content in files.items():
            told = tarfile.TarInfo(name)
            told.size = len(content)
            container.addfile(told, io.BytesIO(content))


FILES = {
    "cell-7/cycling.csv": FLAT.encode(),
    "cell-7/odd.csv": TABLE.encode(),
    "cell-7/odd.csv.leyden.yaml": SIDECAR.encode(),
    "notes.txt": b"words",
    ".hidden": b"x",
    "__MACOSX/cell-7/cycling.csv": b"x",
}


def taken(warehouse: Warehouse, path: Path) -> dict[str, Outcome]:
    return {str(file.relative_to(path.parent)): take_in(warehouse, file) for file in walk([path])}


@pytest.mark.parametrize(("name", "pack"), [("runs.zip", zipped), ("runs.tar.gz", tarred)])
def test_every_export_of_a_container_is_taken_in(
    empty_warehouse: Warehouse,
    tmp_path: Path,
    name: str,
    pack: Callable[[Path, dict[str, bytes]], None],
) -> None:
    pack(tmp_path / name, FILES)
    outcomes = taken(empty_warehouse, tmp_path / name)
    assert {told: outcome.status for told, outcome in outcomes.items()} == {
        f"{name}/cell-7/cycling.csv": "ingested",
        f"{name}/cell-7/odd.csv": "ingested",
        f"{name}/notes.txt": "refused",
    }
    assert outcomes[f"{name}/cell-7/odd.csv"].reader == "delimited"
    with look(empty_warehouse.engine) as session:
        origin = str(tmp_path / name / "cell-7/cycling.csv")
        raw = session.scalars(select(RawFile).where(RawFile.origin == origin)).one()
    (tmp_path / "same.csv").write_bytes(FLAT.encode())
    assert raw.sha256 == hash_of(tmp_path / "same.csv")
    again = taken(empty_warehouse, tmp_path / name)
    assert again[f"{name}/cell-7/cycling.csv"].status == "already"


@pytest.mark.parametrize(("end", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress)])
def test_a_compressed_file_is_the_file(
    empty_warehouse: Warehouse, tmp_path: Path, end: str, pack: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"cycling.csv{end}"
    path.write_bytes(pack(FLAT.encode()))
    (outcome,) = taken(empty_warehouse, path).values()
    assert (outcome.status, outcome.reader, outcome.points) == ("ingested", "neware_csv", 5)


@pytest.mark.slow
def test_what_unpacks_to_more_than_any_export_is_refused(
    empty_warehouse: Warehouse, tmp_path: Path
) -> None:
    zipped(tmp_path / "bomb.zip", {"a.csv": bytes(200 << 20)})
    (tmp_path / "bomb.csv.gz").write_bytes(gzip.compress(bytes(200 << 20), 9))
    for path in (tmp_path / "bomb.zip", tmp_path / "bomb.csv.gz"):
        (outcome,) = taken(empty_warehouse, path).values()
        assert outcome.status == "refused"
        assert "it unpacks to more than" in (outcome.reason or "")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"words"])
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.csv.gz", "a.csv.bz2"])
def test_a_damaged_container_is_refused_by_name(
    empty_warehouse: Warehouse, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (outcome,) = taken(empty_warehouse, path).values()
    assert outcome.status == "refused"
    assert outcome.reason
    assert "fault of Leyden" not in outcome.reason


def packed(end: str) -> bytes:
    """Return a container of one export, by the end of its name."""
    content = FLAT.encode() * 20
    out = io.BytesIO()
    if end == ".gz":
        return gzip.compress(content, mtime=0)
    if end == ".bz2":
        return bz2.compress(content)
    if end == ".zip" or end.startswith(".lzma"):
        method = zipfile.ZIP_DEFLATED if end == ".zip" else zipfile.ZIP_LZMA
        with zipfile.ZipFile(out, "w", method) as file:
            file.writestr("a.csv", content)
    else:
        with tarfile.open(fileobj=out, mode="w:gz" if end.endswith("gz") else "w:xz") as tar:
            told = tarfile.TarInfo("a.csv")
            told.size = len(content)
            tar.addfile(told, io.BytesIO(content))
    return out.getvalue()


PACKED = {end: packed(end) for end in (".zip", ".lzma.zip", ".gz", ".bz2", ".tar.gz", ".tar.xz")}


@pytest.mark.parametrize("inflate", [zlib.decompressobj, isal_zlib.decompressobj])
@law(50)
@example(".zip", 35, 2)
@given(st.sampled_from(sorted(PACKED)), st.integers(0, 1 << 20), st.integers(1, 255))
def test_whatever_byte_is_another_it_is_unpacked_or_refused(
    inflate: Callable[..., object], end: str, at: int, flip: int
) -> None:
    content = bytearray(PACKED[end])
    content[at % len(content)] ^= flip
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr("zlib.decompressobj", inflate)  # fastnda swaps it for isal's
        path = Path(folder) / f"a.csv{end}"
        path.write_bytes(content)
        reason = "there"
        try:
            for member in members(path):
                with unpacked(path, member) as file:
                    assert file.is_file()
        except UnreadableExport as refusal:
            reason = refusal.reason
        assert reason


def test_an_empty_container_says_so(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {".hidden": b"x"})
    (outcome,) = taken(empty_warehouse, tmp_path / "a.zip").values()
    assert outcome.reason == "it holds no file"
    assert members(tmp_path / "a.zip") == []


def test_a_member_of_a_zip_without_a_name_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "one.zip"
    zipped(path, {"flat.csv": FLAT.encode()})
    with (
        zipfile.ZipFile(path, "a") as container,
        container.open(zipfile.ZipInfo(""), "w") as nameless,
    ):
        nameless.write(b"x")
    assert members(path) == ["flat.csv"]
    with unpacked(path, "flat.csv") as file:
        assert file.read_bytes() == FLAT.encode()


def test_a_member_that_is_not_there_is_told(empty_warehouse: Warehouse, tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", FILES)
    outcome = take_in(empty_warehouse, tmp_path / "a.zip" / "other.csv")
    assert (outcome.reason or "").endswith("other.csv: it has no such member")
    with pytest.raises(UnreadableExport, match="it is damaged"):
        members(Path(__file__).with_suffix(".zip"))
