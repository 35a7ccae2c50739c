"""Landt csv: lines about the cell, and a comma behind every record."""

from tests.ingest.readers.sample import Sample

TEXT = """\
cell model:,,,
cell id: A7,,,
Nominal capacity used to define the C rate:3 mAh,,,
channel_index,cycle_index,step_index,date_time_iso_string,test_time_s,step_time_s,current_A,\
voltage_V,discharge_capacity_Ah,charge_capacity_Ah,temperature_1_C,step_name
1,1,1,04/30/2026 14:33:19,0.02,0.02,0.0000,2.9215,0,0,21.5,rest,
2,1,1,04/30/2026 14:33:34,15.02,15.02,0.0000,2.9214,0,0,21.5,rest,
3,1,2,04/30/2026 14:33:49,30.02,15.00,-0.0002,2.80,0.0000008,0,21.6,D_CC,
4,1,3,04/30/2026 14:34:04,45.02,15.00,0.0002,2.90,0,0.0000008,21.6,C_CC,
"""
SAMPLES = (Sample("cell.csv", TEXT.encode()),)
