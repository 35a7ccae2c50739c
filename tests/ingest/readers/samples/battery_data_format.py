"""Battery Data Format tables, written here."""

from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.ingest.readers.sample import Sample

HEADER = "Test Time / s,Voltage / V,Current / A"
RECORDS = "".join(f'{n},{n}.5,"-0.{n}"\n' for n in range(20))


def parquet_bytes() -> bytes:
    """Return fifty records as Parquet."""
    values, buffer = pa.array(np.arange(50.0)), BytesIO()
    names = ("test_time_second", "voltage_volt", "current_ampere")
    pq.write_table(pa.table(dict.fromkeys(names, values)), buffer)
    return buffer.getvalue()


def with_byte(place: int, byte: int) -> bytes:
    """Return them with another byte at a place."""
    content = parquet_bytes()
    return content[:place] + bytes([byte]) + content[place + 1 :]


SAMPLES = (
    Sample("cell.bdf.csv", f"{HEADER}\n{RECORDS}".encode()),
    Sample(
        "cell.bdf.parquet",
        parquet_bytes(),
        # a name that is no text; a histogram of odd length, of which Arrow died
        lessons=(with_byte(1068, 0x9C), with_byte(1020, 0x68)),
    ),
)
