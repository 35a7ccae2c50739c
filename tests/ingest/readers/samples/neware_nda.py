"""Neware binary exports, written here record by record."""

import struct
import zipfile
from io import BytesIO

from tests.ingest.readers.sample import Sample

# one record as nda version 14 has it
RECORD = struct.Struct("<BxIIHBBQii8xqqqqQi4x")
# one record of data.ndc version 5, and how many fit a block of 4096 bytes
NDC_RECORD = struct.Struct("<xIIBB5xQii4xqqqqHBBBBBi8x")
NDC_BLOCK, NDC_BEGIN, NDC_ROWS = 4096, 132, 45
TEST_INFO = """<?xml version="1.0" encoding="GB2312"?>
<root><config version="1"><TestInfo DevID="7" UnitID="0" ChlID="3" Barcode="电池-1"
StartTime="2026-01-02 03:04:00"/></config></root>"""

STEPS = """<?xml version="1.0" encoding="GB2312"?>
<root><config><Head_Info><Scale Value="1"/></Head_Info><Step_Info Num="6">
<Step1 Step_ID="1" Step_Type="4"><Limit><Main><Time Value="60000"/></Main></Limit></Step1>
<Step2 Step_ID="2" Step_Type="7"><Limit><Main><Curr Value="1.94"/><Volt Value="42000"/>
<Stop_Curr Value="0.19"/></Main></Limit></Step2>
<Step3 Step_ID="3" Step_Type="2"><Limit><Main><Curr Value="1.94"/><Stop_Volt Value="30000"/>
</Main></Limit></Step3>
<Step4 Step_ID="4" Step_Type="5"><Limit><Other><Start_Step Value="2"/><Cycle_Count Value="15"/>
</Other></Limit></Step4>
<Step5 Step_ID="5" Step_Type="21"/><Step6 Step_ID="6" Step_Type="6"/>
</Step_Info></config></root>"""


def nda(records: list[bytes], *, version: int = 14, length: int | None = None) -> bytes:
    """Return an nda file of records: header, range block, test info, records."""
    head = bytearray(2048)
    head[:6] = b"NEWARE"
    head[14] = version
    body = b"".join(records)
    begin = 2048 + 64
    struct.pack_into("<II", head, 16, 2048, 42)
    struct.pack_into("<II", head, 64, begin, len(body) if length is None else length)
    ranges = bytearray(64)
    struct.pack_into("<i", ranges, 26, 1000)
    return bytes(head) + bytes(ranges) + body


def record(
    index: int, step: int, kind: int, second: float, milliampere: float, charge: float = 0.0
) -> bytes:
    """Return a record of a 1000 mA range, whose counts are tenths of a milliampere."""
    counts = int(charge * 3600 * 10)
    return RECORD.pack(
        85,
        index,
        0,
        step,
        kind,
        step % 256,
        int(second * 1000),
        37000,
        int(milliampere * 10),
        counts if charge > 0 else 0,
        -counts if charge < 0 else 0,
        0,
        0,
        1_700_000_000 + index,
        1000,
    )


def ndax_bytes(seconds: list[int], test_info: bytes = TEST_INFO.encode("gb2312")) -> bytes:
    """Return an ndax whose one step charges with 100 mA, a record at each of the seconds."""
    blocks = [bytes([1, 0, 5]).ljust(NDC_BLOCK, b"\0")]
    for begin in range(0, len(seconds), NDC_ROWS):
        block = bytearray(NDC_BLOCK)
        for place, second in enumerate(seconds[begin : begin + NDC_ROWS]):
            block[4 + place // 8] |= 1 << place % 8
            counter, clock = 100 * second, (2026, 1, 2, 3, 4, 5)
            values = (begin + place + 1, 0, 1, 1, second * 1000, 37000, 1000)
            at = NDC_BEGIN + place * NDC_RECORD.size
            NDC_RECORD.pack_into(block, at, *values, counter * 10, 0, 0, 0, *clock, 1000)
        blocks.append(bytes(block))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as members:
        members.writestr("data.ndc", b"".join(blocks))
        members.writestr("TestInfo.xml", test_info)
        members.writestr("Step.xml", STEPS.encode("gb2312"))
    return buffer.getvalue()


def nameless() -> bytes:
    """Return a zip of one member without a name, that says it unpacks to four gigabytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as members, members.open(zipfile.ZipInfo(""), "w") as member:
        member.write(b"x")
    content = bytearray(buffer.getvalue())
    struct.pack_into("<I", content, content.index(b"PK\1\2") + 24, 0xF000_0000)
    return bytes(content)


SAMPLES = (
    Sample("cell.nda", nda([record(index, 1, 1, index, 100) for index in range(1, 40)])),
    Sample("cell.ndax", ndax_bytes(list(range(100))), lessons=(nameless(),)),
)
