"""Novonix csv of both generations: one test, and one that was begun anew in the same file."""

from tests.ingest.readers.sample import Sample

UHPC = """\
[Summary]
Novonix UHPC data file
Novonix
Channel: 01
Cell: A7
Serial Number: 0012
Mass (g): 1.250
Started: 2026-07-19 15:26:20
[End Summary]
[Protocol]
{"Version":"UHPC Control: 2.13.0","ProtocolStepList":[]}
[End Protocol]
[Data]
Date and Time,Cycle Number,Step Type,Run Time (h),Step Time (h),Current (A),Potential (V),\
Capacity (Ah),Temperature (°C),Step Number,Step position
2026-07-19 15:26:20,1,7,0.0000000,0.0000000,0.5,3.84,0.0,24.6,1,1
2026-07-19 15:26:56,1,7,0.0100000,0.0100000,0.5,3.85,0.005,24.7,1,0
2026-07-19 15:27:32,1,8,0.0200000,0.0100000,-0.25,3.80,0.0025,24.8,2,1
"""
HPC = """\
[Summary]
Novonix HPC data file
Novonix
Channel: 3
[End Summary]
[Protocol]
[Open circuit storage]
[End storage]
[End Protocol]
[Data]
Date and Time,Cycle Number,Step Number,Run Time (h), Step Time (h),Current (A),Potential (V),\
Capacity (Ah),Temperature (°C),Circuit Temperature (°C)
1/3/2026 9:33:48 AM,1,0,0.0,0.0,0.0,3.50,0.0,20.0,23.3
1/3/2026 9:34:24 AM,1,0,0.01,0.01,0.0,3.51,0.0,20.0,23.3
[Summary]
Novonix HPC data file
Novonix
Channel: 3
[End Summary]
[Data]
Date and Time,Cycle Number,Step Number,Run Time (h), Step Time (h),Current (A),Potential (V),\
Capacity (Ah),Temperature (°C),Circuit Temperature (°C)
1/3/2026 7:41:32 PM,1,0,0.0,0.0,1.0,3.64,0.0,20.0,23.5
1/3/2026 7:42:08 PM,1,1,0.01,0.01,-1.0,3.60,0.01,20.0,23.5
"""
SAMPLES = (
    Sample("uhpc.csv", UHPC.encode(), lessons=(UHPC.replace("2026", "-1").encode(),)),
    Sample("hpc.csv", HPC.encode()),
)
