"""Small files that want to be large: each is written to a path; what reads them must not follow."""

import gzip
import zipfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tarfile import GNU_FORMAT, TarInfo
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingest.readers.samples import neware_nda

Bomb = Callable[[Path], object]
_BOOK: Final = (
    '<?xml version="1.0"?><workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_RELATIONS: Final = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/{}" Target="{}"/></Relationships>'
)
LAUGHS: Final = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)
)
NEST: Final = "[" * 100_000


def book(rows: str) -> Bomb:
    """Return a workbook of a sheet, its rows in XML."""

    def write(path: Path) -> None:
        members = {
            "_rels/.rels": _RELATIONS.format("officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": _BOOK,
            "xl/_rels/workbook.xml.rels": _RELATIONS.format("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        }
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in members.items():
                file.writestr(name, content)

    return write


def described(xml: bytes) -> Bomb:
    """Return an .ndax whose test is described by this."""
    return lambda path: path.write_bytes(neware_nda.ndax_bytes([0, 1, 2], xml))


def parquet(**made: Callable[[], pa.Array]) -> Bomb:
    """Return a table of the Battery Data Format with more columns, or with others."""

    def write(path: Path) -> None:
        more = {name: make() for name, make in made.items()}
        rows = len(next(iter(more.values())))
        number = pa.array([1.0]).take(pa.array([0] * rows))
        names = ("test_time_second", "voltage_volt", "current_ampere")
        pq.write_table(pa.table(dict.fromkeys(names, number) | more), path)

    return write


def sidecar(text: str) -> Bomb:
    """Return a table with a sidecar beside it."""

    def write(path: Path) -> None:
        path.write_text("t,U\n0,3\n1,4\n")
        path.with_name(f"{path.name}.leyden.yaml").write_text(text)

    return write


def text(content: str, encoding: str = "utf-8") -> Bomb:
    return lambda path: path.write_text(content, encoding)


def session(measurements: str) -> Bomb:
    kind = '"Type":"PalmSens.DataFiles.SessionFile"'
    return text(f'{{{kind},"Measurements":{measurements}}}', "utf-16")


def tar(*, members: int, bytes_each: int) -> Bomb:
    """Return a tar of zeros, packed in many pieces."""

    def write(path: Path) -> None:
        zeros = gzip.compress(bytes(10 << 20))
        head = TarInfo("a.csv")
        head.size = bytes_each
        told = gzip.compress(head.tobuf(GNU_FORMAT) * members)
        path.write_bytes(told + zeros * (bytes_each // (10 << 20)))

    return write


def counted(reader: str, old: bytes, new: bytes) -> Bomb:
    """Return the first sample of a reader with another count in its head."""
    content = import_module(f"tests.ingest.readers.samples.{reader}").SAMPLES[0].content
    assert old in content
    return lambda path: path.write_bytes(content.replace(old, new, 1))


def line(reader: str, filler: bytes) -> Bomb:
    """Return the first sample of a reader with 20 MB more, in one line or in many."""
    content = import_module(f"tests.ingest.readers.samples.{reader}").SAMPLES[0].content
    many = 20_000_000 // len(filler)
    return lambda path: path.write_bytes(content.rstrip(b"\n") + b"\n" + filler * many)


FAR_ROW: Final = f'<row r="1">{"<c/>" * 16_384}</row><row r="1048576"><c/></row>'
FAR_CELL: Final = '<x:row r="1"><x:c r=\'A1\'/><x:c r="xfd1048576"/></x:row>'
DENSE: Final = f"<row>{'<c/>' * 1_000}</row>" * 1_200
BARE: Final = "no export is of lines that hold nothing"
TEXTS: Final = (
    ("autolab_dfr", "dfr"),
    ("battery_data_format", "bdf.csv"),
    ("ch_instruments_txt", "txt"),
    ("gamry_dta", "DTA"),
    ("impedance_table", "csv"),
    ("maccor", "txt"),
    ("neware_csv", "csv"),
    ("versastudio_par", "par"),
)
Told = tuple[str, Bomb, str]
"""Name, what writes it, and what its refusal says; nothing where its whole records are read."""
BOMBS: Final[tuple[Told, ...]] = (
    ("dense.xlsx", book(DENSE), "it has more than"),
    ("row.xlsx", book(FAR_ROW), "lie in an area of 1048576 rows and 16384 columns"),
    ("cell.xlsx", book(FAR_CELL), "lie in an area of 1048576 rows and 16384 columns"),
    ("study row.xlsx", book(FAR_ROW), "lie in an area of 1048576 rows and 16384 columns"),
    ("flat.ndax", described(b"<root>" + b"<a/>" * 4_000_000 + b"</root>"), "16 MB of XML"),
    ("deep.ndax", described(b"<a>" * 5_000_000), "15 MB of XML"),
    ("laughs.ndax", described(b'<!DOCTYPE l [<!ENTITY a "ha">]><l>&a;</l>'), "EntitiesForbidden"),
    ("rows.bdf.parquet", parquet(n=lambda: pa.repeat(1.0, 8_000_000)), "MB in"),
    (
        "list.bdf.parquet",
        parquet(n=lambda: pa.array([[0.0] * 9_000_000])),
        "column n: it holds list",
    ),
    ("text.bdf.parquet", parquet(n=lambda: pa.repeat("a" * 10**6, 50).dictionary_encode()), ""),
    ("nest.csv", sidecar(f"files: {NEST}"), "it nests too deep"),
    ("laughs.csv", sidecar(f"{LAUGHS}columns: *a29\n"), "its aliases unfold without end"),
    ("digits.csv", sidecar(f"skip_lines: {'9' * 5000}"), "no YAML"),
    ("date.csv", sidecar("started_at: 2026-13-45"), "month must be in 1..12"),
    ("large.csv", sidecar("# " + "a" * 2_000_000), "more than anybody writes"),
    ("study nest.yaml", text(f"study: {NEST}"), "line 1: no YAML: it nests too deep"),
    ("study laughs.yaml", text(f"study: a\n{LAUGHS}"), "its aliases unfold without end"),
    ("nest.pssession", session(NEST), "it nests too deep"),
    ("objects.pssession", session('{"a":' * 100_000), "it nests too deep"),
    ("digits.pssession", session("9" * 5000), "thousands of digits"),
    ("large.tar.gz", tar(members=1, bytes_each=1 << 40), "it unpacks to more than"),
    ("zeros.tar.gz", tar(members=1, bytes_each=3 << 30), "it unpacks to more than"),
    ("many.tar.gz", tar(members=40_000, bytes_each=0), "it has more than 30000 members"),
    ("count.mpr", counted("biologic_mpr", b"\5\0\0\0\15", b"\xff" * 4 + b"\15"), "4294967295 rec"),
    ("length.nda", lambda path: path.write_bytes(neware_nda.nda([], length=2**32 - 1)), "no rec"),
    (
        "count.ism",
        counted("zahner_ism", b"\xfe\0\0\0\0\0\20", b"\xfe\0\0\0\x0f\x42\x3f"),
        "it ends",
    ),
    ("count.P00", counted("versastat_p00", b" 3 \n", b" 999999999999 \n"), ""),
    ("count.i2b", counted("elins_i2b", b"\n9\n", b"\n999999999999\n"), ""),
    ("count.dfr", counted("autolab_dfr", b" 3\n", b" 999999999999\n"), ""),
    ("line.csv", line("neware_csv", b"9"), ""),
    ("quotes.csv", line("pec", b'"'), ""),
    ("line.mpt", line("biologic_mpt", b"9"), ""),
    ("blanks.DTA", line("gamry_dta", b" "), ""),
    ("line.z", line("zplot_z", b"x"), ""),
    ("feeds.mpt", line("biologic_mpt", b"\n"), ""),
    ("bare.pssession", session(f"[{'{},' * 4_000_000}{{}}]"), "no session is of objects so empty"),
    ("many.pssession", session(f"[{'{},' * 30_000}{{}}]"), "no session has so many"),
)
BARE_LINES: Final[tuple[Told, ...]] = tuple(
    (f"{kind}.{suffix}", line(reader, filler), BARE)
    for kind, filler in (("feeds", b"\n"), ("returns", b"\r\n"), ("commas", b",\n"))
    for reader, suffix in TEXTS
)
