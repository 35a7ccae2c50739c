"""BioLogic .mpt as EC-Lab writes it."""

import re

from tests.ingest.readers.sample import Sample

NAMES = ("mode", "Ns", "time/s", "Ewe/V", "<I>/mA", "Temperature/°C")
ROWS = (
    "3\t0\t0.000000000000000E+000\t3.4228721E+000\t0.000000000000000E+000\t2.5000000E+001",
    "1\t1\t1.000000000000000E+001\t-3.4219875E+000\t5.000000000000000E-001\t2.5100000E+001",
    "1\t1\t2.000000000000000E+001\t3.4218006E+000\t-5.000000000000000E-001\t-2.5200000E+000",
)


def mpt(
    rows: tuple[str, ...] = ROWS,
    names: tuple[str, ...] = NAMES,
    started: str = "01/16/2024 11:02:29.886",
    title: str = "Galvanostatic Cycling with Potential Limitation",
    loops: tuple[tuple[int, int], ...] = (),
) -> str:
    """Return a .mpt as EC-Lab writes it; of each loop the first and the last point."""
    header = [
        "EC-Lab ASCII FILE",
        "Nb header lines : {:<28}",
        "",
        title,
        "",
        "Run on channel : 3 (SN 15265)",
        f"Acquisition started on : {started}",
        "Saved on :",
        "\tFile : test.mpr",
        "Device : VMP3 (SN 0858)",
        "EC-Lab for windows v11.50 (software)",
        "Comments : 25 °C",
        "Comments : second line",
        "Electrode surface area : 0.500 cm²",
        "t1 (h:m:s)          0:00:0.0000         0:00:10.0000",
        "",
        *(f"Loop {n} from point number {a} to {b}" for n, (a, b) in enumerate(loops)),
        "\t".join(names) + "\t",
    ]
    return "\n".join([*header, *rows, ""]).format(len(header))


LONG = mpt().replace("lines : ", "lines : " + "9" * 4000, 1)  # a count past Python's lists
BLANK = f"{mpt().partition('Ewe')[0]}Ewe/V\n\nmode\t".encode()  # a cut line below a blank one
NONE = re.sub(r"(lines : )\d+", r"\g<1>0", mpt())  # a header without a line
SAMPLES = (
    Sample(
        "test.mpt",
        mpt().encode("latin-1"),
        lessons=(LONG.encode("latin-1"), BLANK, NONE.encode("latin-1")),
    ),
    Sample("utf-8.mpt", mpt().encode()),
    Sample("looped.mpt", mpt(loops=((0, 0), (1, 2))).encode()),
)
