"""LANHE records as its program exports them: times in seconds or as clocks."""

from tests.ingest.readers.sample import Sample

SECONDS = (
    "Index\tTestTime/Sec.\tStepTime/Sec.\tVoltage/V\tCurrent/mA\tCapacity/mAh\tSCapacity/mAh/g\t"
    "Energy/mWh\tSEnergy/Wh/kg\tSysTime\tState\n"
    "1\t0\t0\t3.0000\t0.0000\t0.0000\t0.0\t0.0000\t0.0\t2026-03-01 10:00:00\tR\n"
    "2\t60\t60\t3.0001\t0.0000\t0.0000\t0.0\t0.0000\t0.0\t2026-03-01 10:01:00\tR\n"
    "3\t61\t0\t3.1000\t1.5000\t0.0000\t0.0\t0.0000\t0.0\t2026-03-01 10:01:01\tC_CC\n"
    "4\t121\t60\t3.2000\t1.5000\t0.0250\t2.5\t0.0788\t7.9\t2026-03-01 10:02:01\tC_CC\n"
    "5\t122\t0\t3.1500\t1.5000\t0.0000\t0.0\t0.0000\t0.0\t2026-03-01 10:02:02\tD_CC\n"
    "6\t182\t60\t3.0500\t1.5000\t0.0250\t2.5\t0.0775\t7.8\t2026-03-01 10:03:02\tD_CC\n"
)
CLOCKS = """\
Record,Test Time,Current/mA,Capacity/mAh,Voltage/V,SysTime,Cycle-Index,Step-Index,Step-State
1,00:00:00,0.0,0.0,3.0,2026-03-01 10:00:00,1,1,R
2,00:01:00,1.5,0.025,3.1,2026-03-01 10:01:00,1,2,C_CC
3,24:01:00,-1.5,0.025,3.0,2026-03-02 10:01:00,1,3,D_CC
"""
SAMPLES = (Sample("seconds.txt", SECONDS.encode()), Sample("clocks.csv", CLOCKS.encode()))
