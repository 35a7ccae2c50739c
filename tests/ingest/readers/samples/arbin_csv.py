"""Arbin csv of MITS Pro, with units in its header and without."""

from tests.ingest.readers.sample import Sample
from tests.ingest.readers.workbook import workbook

WITH_UNITS = """\
Data Point,Date Time,Test Time (s),Step Time (s),Cycle Index,Step Index,Current (A),Voltage (V),\
Charge Capacity (Ah),Discharge Capacity (Ah),Aux_Temperature_1 (C)
1,\t09/20/2026 08:32:34.500,30.0,30.0,1,1,0,3.53,0,0,24.6
2,\t09/20/2026 08:33:04.500,60.0,30.0,1,2,1.5,3.60,0.0125,0,24.7
3,\t09/20/2026 08:33:34.500,90.0,60.0,1,2,1.5,3.61,0.025,0,24.8
4,\t09/20/2026 08:34:04.500,120.0,30.0,1,3,-3,3.40,0.025,0.025,24.9
"""
WITHOUT = """\
Data_Point,Test_Time,DateTime,Step_Time,Step_Index,Cycle_Index,Current,Voltage,Charge_Capacity,\
Discharge_Capacity,Charge_Energy,Discharge_Energy,dV/dt,Internal_Resistance,Temperature
1,0,1499006353,0.7,10,1,-9.63E-05,3.2796,0.88,2.54E-11,3.09,6.15E-11,-5.3E-05,0.0171,29.1
2,5.0,1499006358,5.0,11,1,1.0999,3.3750,0.8815,2.54E-11,3.0958,6.15E-11,0.0008,0.0171,29.2
"""
SAMPLES = (
    Sample("units.csv", WITH_UNITS.encode()),
    Sample("plain.csv", WITHOUT.encode()),
    Sample("book.xlsx", workbook({"Global_Info": "TEST REPORT", "Channel_1": WITHOUT})),
)
