"""Write a file record by record as an instrument does: python slow_writer.py SOURCE FILE BYTES.

The file is opened for every piece, which BYTES long is never a whole record, so that it may be
moved meanwhile: whoever moves it says the new place on standard input. A piece is written for each
line that comes in.
"""

import sys
from pathlib import Path

source, file, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
content = source.read_bytes()
for begin in range(0, len(content), size):
    line = sys.stdin.readline().strip()
    if line:
        file.rename(line)
        file = Path(line)
    with file.open("ab") as out:
        out.write(content[begin : begin + size])
    print(begin + size, flush=True)  # noqa: T201 - whoever waits for it
