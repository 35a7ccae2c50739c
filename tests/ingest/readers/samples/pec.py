"""PEC csv: what the test was, then its records."""

from tests.ingest.readers.sample import Sample

TEXT = """\
Request Year:,2026
Test:,25195
TestRegime Name:,OCV generic
Parameter values:,64000,1.161,500
Start Time:,13/06/2026 17:46:49
Test,Cell,Rack,Shelf,Position,Cell ID,Step,Instruction Name,Cycle,\
Total Time (Hours in hh:mm:ss.xxx),Step Time (Seconds),Real Time,Voltage (V),Current (A),\
Charge Capacity (mAh),Discharge Capacity (mAh),Internal Resistance 1 (mOhm)
25195,1,ACT4,014,1,A7,0,Idle,0,00:00:00.002,0.002,13/06/2026 17:51:06,3.569,0,0,0,
25195,1,ACT4,014,1,A7,1,CC Charge,1,00:00:10.000,10,13/06/2026 17:51:16,3.60,0.36,1,0,15.5
25195,1,ACT4,014,1,A7,1,CC Charge,1,00:00:20.000,20,13/06/2026 17:51:26,3.61,0.36,2,0,15.5
25195,1,ACT4,014,1,A7,2,CC Discharge,1,25:00:20.000,10,14/06/2026 18:51:26,3.40,-0.36,0,1,15.5
"""
SAMPLES = (Sample("Test25195.csv", TEXT.encode()),)
