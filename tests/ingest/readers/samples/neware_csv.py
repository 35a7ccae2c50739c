"""Neware csv exports, flat and nested."""

from tests.ingest.readers.sample import Sample

FLAT = """\
DataPoint,Cycle Index,Step Index,Step Type,Time,Total Time,Current(mA),Voltage(V),Chg. Cap.(mAh),\
DChg. Cap.(mAh),Date
1,1,1,Rest,00:00:00,00:00:00,0,3.5,0,0,2026-01-01 00:00:00
2,1,1,Rest,00:01:00,00:01:00,0,3.5,0,0,2026-01-01 00:01:00
3,1,2,CC Chg,00:00:00,00:01:00,100,3.6,0,0,2026-01-01 00:01:00
4,1,2,CC Chg,00:00:36,00:01:36,100.5,3.7,1,0,2026-01-01 00:01:36
5,1,3,CC DChg,00:00:36,00:02:12,-200,3.4,0,2,2026-01-01 00:02:12
"""
NESTED = """\
"\tCycle ID","Cap_Chg(mAh)","Cap_DChg(mAh)",,,,
,"\tStep ID","Step Name","Step Time",,,
,,"Record ID","Time(h:min:s.ms)","Voltage(V)","Current(?A)","DCIR(O)"
1,10,10,,,,
,1,CC_Chg,0:00:02.0,,,
,,1,0:00:00.000,3.50,100,\t-
,,2,0:00:02.000,3.60,100.5,0.015
,2,CC_DChg,0:00:01.0,,,
,,1,0:00:00.000,3.55,-200,-
,,2,0:00:01.500,3.45,-200,-
2,11,11,,,,
,1,CC_Chg,0:00:02.0,,,
,,1,0:00:00.500,3.40,100,-
"""
SAMPLES = (Sample("flat.csv", FLAT.encode()), Sample("nested.csv", NESTED.encode()))
