"""ZPlot .z and Z60W text, written here from the layout."""

from tests.ingest.readers.sample import Sample

ROWS = (
    ("1.0E+03", "1.0E-02", "0.0E+00", "2.5E+00", "2.9E+01", "6.3E-01", "0.0E+00", "0", "4"),
    ("1.0E+02", "1.0E-02", "0.0E+00", "3.2E+00", "3.5E+01", "-3.4E+00", "0.0E+00", "0", "4"),
    ("1.0E+01", "1.0E-02", "0.0E+00", "3.9E+00", "4.9E+01", "-1.0E+00", "0.0E+00", "0", "4"),
)
SETTINGS = """\
ZPLOT2 ASCII
  Measured Data, ZPlot:       3.2c
  Experiment Type:            Sweep Frequency, Control Voltage
  Date:                       10-12-2018
  Time:                       12:32:21
  Open Circuit Potential (V): 0.0033
  Begin User Comments:        0
cell 7: after formation
  End User Comments:          0
  Begin Experiment:           0
    Potential-AC:             10
  End Experiment:             0
  Begin Pstat/Gstat:          1287
    Error Beep:               1
    Calibration File
  End Pstat/Gstat:            1287
  Begin Analyzer:             1252
    Error Beep:               0
  End Analyzer:               1252
  Data Points:                3
  Freq(Hz)\tAmpl\tBias\tTime(Sec)\tZ'(a)\tZ''(b)\tGD\tErr\tRange
End Comments
"""
TEN_LINES = """\
"ZPlotW Data File: Version 3.2c"
"Raw Data"
"Sweep Frequency: Control Voltage"
Date: 12-17-2019    Time: 16:24:35
cell 7
"Open Circuit Potential (V):  0.25 "
"Frequency"
0,3,0,1,300000,0.005
3
"  Freq(Hz)    Ampl     Bias   Time(Sec)   Z'(a)    Z''(b)    GD   Err   Range"
"""


def zplot2(rows: tuple[tuple[str, ...], ...] = ROWS) -> str:
    return SETTINGS + "".join("\t".join(row) + "\n" for row in rows)


def zplotw(rows: tuple[tuple[str, ...], ...] = ROWS) -> str:
    return TEN_LINES + "".join(", ".join(row) + "\n" for row in rows)


LONG = "\n" + "9" * 5000 + "\n"  # more digits than Python takes for a number
SAMPLES = (
    Sample(
        "settings.z",
        zplot2().encode(),
        lessons=(zplot2().replace("Data Points:                3", "Data Points: 1e999").encode(),),
    ),
    Sample("lines.z", zplotw().encode(), lessons=(zplotw().replace("\n3\n", LONG).encode(),)),
)
