"""Ivium .idf as its program writes it."""

from tests.ingest.readers.sample import Sample

SETTINGS = """\
\0\0\0\0\0\0\0H\0\0\0
Peaks=false
Corrosion=false
starttime=
endtime=
serialnumber=
timing=3
timing.time[1]=2.5
timing.time[2]=3.25
timing.time[3]=7
\xcd\x10\0\0
Method=Impedance
Title=a cell
Report.Process data=instrument  : B12345\x1cchannel     : 2\x1cstart time  : 31.01.2026 10:20:30\x1c
>\x0c\1\0
2
Data Objects
0
"""
PRIMARY = """\
primary_data    \n\
3         \n\
3         \n\
1.09009E+02  -2.65557E+01\t1.00000E+04 \n\
2.21691E+02  -1.20399E+02\t1.00000E+03 \n\
3.66400E+02  -7.32559E+01\t1.00000E+02 \n\
"""
OSCILLOSCOPE = (
    "7         \nosc_data        \n1         \n3         \n1         \n1E+04  4E-05  3E-04 \n"
)
WHOLE = (SETTINGS + PRIMARY + OSCILLOSCOPE).replace("\n", "\r\n")
LONG = "\r\n" + "9" * 5000 + " \r\n"  # more digits than Python takes for a number
LESSON = WHOLE.replace("\r\n3         \r\n1.09", f"{LONG}1.09")
SAMPLES = (Sample("z.idf", WHOLE.encode("latin-1"), lessons=(LESSON.encode("latin-1"),)),)
