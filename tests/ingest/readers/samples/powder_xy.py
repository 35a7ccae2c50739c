"""Powder patterns as text, written here."""

from tests.ingest.readers.sample import Sample

XYE = """\
/* /data/11bmb_3294.mda APR 12, 2017
# User sample name =      eel69B
# Temp (K) =              300.03
# Calibrated wavelength = 0.414581
# */
 0.5000000000 662.407183 37.744249
 0.5009984375 644.695050 37.128423
 0.5019968750 621.629450 36.504151
"""
XY = "5.008355630 1719.0\n5.025066899 1766.0\n5.041778168 1688.0\n"
HEADED = "2theta,intensity\n10.00,2\n10.02,3\n10.04,5\n"
SAMPLES = (
    # cut within a line, only its angle is left
    Sample("pattern.xye", XYE.encode(), lessons=(XYE[: XYE.index(" 662")].encode(),)),
    Sample("pattern.xy", XY.encode()),
    Sample("headed.xy", HEADED.encode()),
)
