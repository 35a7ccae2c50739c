"""P00 text, written here."""

from tests.ingest.readers.sample import Sample

HEADER = "Procedure : EIS\n01.02.2026 10:00:00\nof a cell\nt = 7.0 s\n"
NAMES = " f/Hz \t Z'/Ohm \t -Z''/Ohm \t time/s \t Edc/V \t Idc/A \t\n 3 \n"
ROWS = (
    " 10.000e+03\t 10.900e+01\t 26.556e+00\t 1.0e+00\t 30.981e-02\t 18.311e-08\t\n"
    " 10.000e+02\t 22.170e+01\t 12.040e+01\t 2.0e+00\t 30.981e-02\t 18.311e-08\t\n"
    " 10.000e+01\t 36.640e+01\t 73.256e+00\t 4.0e+00\t 30.981e-02\t 18.311e-08\t\n"
)
WHOLE = HEADER + NAMES + ROWS
SAMPLES = (Sample("z.P00", WHOLE.encode()),)
