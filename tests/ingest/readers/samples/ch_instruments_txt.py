"""CH Instruments text, written here from its layout."""

from tests.ingest.readers.sample import Sample

HEADER = """\
Feb. 20, 2020   15:55:08
A.C. Impedance
File: c:\\data\\cell 7.bin
Data Source:  Experiment
Instrument Model:  CHI660E
Header:\x20
Note:\x20

Init E (V) = 3.5
High Frequency (Hz) = 2e+6
Imp SF
Quiet Time (sec) = 2

"""
SWEEP = """\
Freq/Hz, Z'/ohm, Z"/ohm, Z/ohm, Phase/deg

1.000e+3, 3.000e+0, -4.000e+0, 5.000e+0, -53.1
1.000e+2, 3.000e+1, -4.000e+1, 5.000e+1, -53.1
"""
SAMPLES = (Sample("test.txt", (HEADER + SWEEP).encode()),)
