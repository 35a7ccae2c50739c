"""PANalytical csv, written here from its layout."""

from tests.ingest.readers.sample import Sample

TEXT = """\
[Measurement conditions]
Sample identification,LATP-07
Comment - 1,"Configuration=Spinner PW3064, Owner=User-1"
Comment - 4,"Diffractometer system=XPERT-PRO"
Anode material,Cu
K-Alpha1 wavelength,1.5405980
K-Alpha2 wavelength,1.5444260
Ratio K-Alpha2/K-Alpha1,0.000
File date and time,20/May/2021 15:55
Scan axis,Gonio
No. of points, 4
Time per step,50.165
[Scan points]
Angle,Intensity
5.008355630,1719.0
5.025066899,1766.0
5.041778168,1688.0
5.058489437,1719.0
"""
SAMPLES = (Sample("scan.csv", TEXT.encode()),)
