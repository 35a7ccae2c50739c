"""VersaStudio .par, written here from its layout."""

from tests.ingest.readers.sample import Sample

HEADER = """\
<Application>
Name=VersaStudio
Version=2.52.3.0
</Application>

<Action0>
Working Electrode Area (cm2)=1.5
Name=Common
Comment=コメント
</Action0>

<Instrument>
Type=VersaSTAT4
SN=016334007
</Instrument>

<Experiment>
TimeAcquired=9:40:30 PM
DateAcquired=Thursday, July 19, 2018
</Experiment>

<Action1>
Name=Open Circuit
</Action1>

<Action2>
Name=Potentiostatic EIS
</Action2>

"""
DEFINITION = (
    "Definition=Segment #, Point #, E(V), I(A), Elapsed Time(s), E Applied(V), Frequency(Hz), "
    "E Real, E Imag, I Real, I Imag, Z Real, Z Imag, 0\n"
)
REST = f"""\
<Segment1>
Type=2
{DEFINITION}0,0,3.5,0,1,0,0,0,0,0,0,0,0
0,1,3.4,0,2,0,0,0,0,0,0,0,0
</Segment1>

"""
SWEEP = f"""\
<Segment2>
Type=2
{DEFINITION}1,0,3.4,-1E-06,3,3.4,1000,0.01,0,0.0012,0.0016,3,-4
1,1,3.4,1E-06,4,3.4,100,0,0.01,-0.00016,0.00012,30,-40
</Segment2>

<Graph1>
Name=no action
</Graph1>
"""
SAMPLES = (Sample("test.par", (HEADER + REST + SWEEP).encode()),)
