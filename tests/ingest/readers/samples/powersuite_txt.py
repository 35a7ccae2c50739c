"""PowerSuite text, written here from its layout."""

from tests.ingest.readers.sample import Sample

TEXT = "Frequency\t Zre\t Zimg\r\r\n0.1\t 40.5\t -4.25\r\r\n1\t 30\t -3e-1\r\r\n"
SAMPLES = (Sample("test.txt", TEXT.encode()),)
