"""Gamry .DTA as the Framework writes it."""

from pathlib import Path

from tests.ingest.readers.sample import Sample

HEADER = """\
EXPLAIN
TAG\tEISPOT
TITLE\tLABEL\tPotentiostatic EIS\tTest &Identifier
DATE\tLABEL\t{date}\tDate
TIME\tLABEL\t16:43:15\tTime
NOTES\tNOTES\t2\t&Notes...
\tCURVE of a coin cell
\tat 25 °C
PSTAT\tPSTAT\tREF600-1\tPotentiostat
VDC\tPOTEN\t-5.00000E-002\tT\tDC &Voltage (V)
AREA\tQUANT\t1.53900E+000\t&Area (cm^2)
DELAY\tTWOPARAM\tT\t1.00000E+002\t0.00000E+000\tInit. De&lay\tTime(s)\tStab.(mV/s)
CYCLES\tIQUANT\t5\tC&ycles (#)
CONVENTION\tIQUANT\t{convention}\tCurrent Convention
"""
OPEN = """\
OCVCURVE\tTABLE\t2
\tPt\tT\tVf\tVm\tOver\tTemp
\t#\ts\tV vs. Ref.\tV\tbits\tdeg C
\t0\t0.25\t3.50000E+000\t3.4E+000\t..........a\t25.5
\t1\t0.5\t3.50001E+000\t3.4E+000\t..........a\t-327.67
EOC\tQUANT\t3.50001\tOpen Circuit (V)
"""
SWEEP = """\
ZCURVE\tTABLE
\tPt\tTime\tFreq\tZreal\tZimag\tZsig\tZmod\tZphz\tIdc\tVdc\tIERange
\t#\ts\tHz\tohm\tohm\tV\tohm\t°\tA\tV\t#
\t0\t1\t1000\t3\t-4\t1\t5\t-53.1301\t-2E-006\t3.5\t8
\t1\t3\t100\t30\t-40\t1\t50\t-53.1301\t1E-006\t3.5\t8
\t2\t5\t10\t300\t-400\t1\t500\t-53.1301\t-1E-006\t3.5\t8
"""
CYCLES = """\
CURVE1\tTABLE\t2
\tPt\tT\tVf\tIm
\t#\ts\tV vs. Ref.\tA
\t0\t0.5\t1.0\t1E-3
\t1\t1.0\t1.1\t2E-3
CURVE2\tTABLE\t2
\tPt\tT\tVf\tIm
\t#\ts\tV vs. Ref.\tA
\t0\t1.5\t1.2\t-1E-3
\t1\t2.0\t1.1\t-2E-3
"""
CHARGE = """\
CURVE\tTABLE\t3
\tPt\tT\tVf\tIm\tVu\tPwr\tSig\tTemp\tIERange\tOver
\t#\ts\tV\tA\tV\tW\tV\tdeg C\t#\tbits
\t0\t0.1\t3.10\t2.0E-2\t0\t6.20E-2\t1.99\t-3.27597E+002\t10\t..........a
\t1\t0.2\t3.20\t2.0E-2\t0\t6.40E-2\t1.99\t-3.27597E+002\t10\t..........a
\t2\t0.25\t3.25\t2.0E-2\t0\t6.50E-2\t1.99\t-3.27597E+002\t10\t..........a
STARTTIMEOFFSET\tQUANT\t16.83\tStart Time Offset (s)
"""
CAPACITY = """\
MAXCHARGETIME\tVARIABLEANDUNITS\t7.2E+003\ts\t2.0E+000\thour(s)\tMax Charge Time
CHARGESTOPAT1\tMULTIPARAM\t4\t4.20000E+000\tStop At 1\tVoltage > Limit\tV
CHARGESTOPAT2\tMULTIPARAM\t0\t0.00000E+000\tStop At 2\tNone\tN/A
CAPACITYCURVE\tTABLE
\tPt\tTime\tType\tCycle\tCharge\tDuration\tVstart\tVend\tEnergy\tTstart\tTend\tOver
\t#\ts\t#\t#\tC\ts\tV\tV\tJ\tdeg C\tdeg C\tbits
\t1\t3500\t0\t1\t4362.5\t3499\t3.1\t4.2\t16000\t34.3\t27.05\t...........
\t2\t6700\t1\t1\t4013.5\t3200\t4.1\t3.0\t-14000\t27.06\t26.47\t...........
STOPREASON\tLABEL\tCycle Limit\tStop Reason
"""
ABORTED = "EXPERIMENTABORTED\tTOGGLE\tT\tExperiment Aborted\n"


def dta(*tables: str, date: str = "4/23/2018", convention: int = 1) -> str:
    """Return a .DTA as the Framework writes it."""
    return HEADER.format(date=date, convention=convention) + "".join(tables)


def tables(path: Path) -> dict[str, tuple[list[str], list[list[str]]]]:
    """Return every table by plain Python: its names, and its records as texts."""
    found: dict[str, tuple[list[str], list[list[str]]]] = {}
    lines = path.read_text(encoding="latin-1").splitlines()
    for place, line in enumerate(lines):
        if "\tTABLE" in line:
            name = line.split("\t")[0]
            records = []
            for record in lines[place + 3 :]:
                if record[:1] not in {"\t", " "}:
                    break
                records.append(record.replace(",", ".").split())
            found[name] = (lines[place + 1].split(), records)
    return found


SAMPLES = (Sample("test.DTA", dta(OPEN, SWEEP, CYCLES, ABORTED).encode("latin-1")),)
