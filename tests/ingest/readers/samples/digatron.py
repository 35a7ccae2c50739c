"""Digatron csv, from the layout of published files: two lines of heading, a comma behind each."""

from tests.ingest.readers.sample import Sample

TEXT = """\

Measurement ID,585
Battery Name,A7
Nominal Capacity, 3
Test section,C20DisCh
Start Time,11/27/2026 6:21:10 PM

Time Stamp,Step,Status,Prog Time,Step Time,Cycle,Cycle Level,Procedure,Voltage,Current,\
Temperature,Capacity,WhAccu,Cnt,
,,,,,,,,[V],[A],[C],[Ah],[Wh],[Cnt],
11/27/2026 8:41:18 PM,21,PAU,25:18:08.382,00:01:00.004,0,0,Char,4.2,0,-0.4,0,0,13,
11/27/2026 8:42:18 PM,22,DCH,25:19:08.386,00:01:00.004,0,0,Char,4.16,-0.15,-0.4,-0.0025,-0.01,13,
11/27/2026 8:43:18 PM,22,DCH,25:20:08.386,00:02:00.004,0,0,Char,4.15,-0.15,-0.4,-0.005,-0.02,13,
11/27/2026 8:44:18 PM,23,CHA,25:21:08.386,00:01:00.000,0,0,Char,4.17,0.15,-0.4,-0.0025,-0.01,13,
"""
SAMPLES = (Sample("585_C20DisCh.csv", TEXT.encode()),)
