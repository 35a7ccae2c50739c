"""Rigaku .ras, written here from its layout: two scans, the second through an attenuator."""

from tests.ingest.readers.sample import Sample

HEAD = """\
*RAS_HEADER_START
*FILE_OPERATOR "rigaku"
*FILE_SAMPLE "LATP"
*HW_GONIOMETER_NAME "SmartLab|SmartLab"
*HW_GONIOMETER_RADIUS-3 "300.0"
*HW_XG_NAME "9kW 開放管"
*HW_XG_TARGET_NAME "Cu"
*HW_XG_WAVE_LENGTH_ALPHA1 "1.540593"
*HW_XG_WAVE_LENGTH_ALPHA2 "1.544414"
*HW_XG_WAVE_LENGTH_BETA "1.392250"
*MEAS_COND_XG_WAVE_TYPE "{wave}"
*MEAS_SCAN_AXIS_X_INTERNAL "TwoThetaOmega"
*MEAS_SCAN_START_TIME "12/25/15 22:01:01"
*MEAS_SCAN_UNIT_Y "counts"
*RAS_HEADER_END
*RAS_INT_START
"""
TEXT = (
    "*RAS_DATA_START\n"
    + HEAD.format(wave="Ka1")
    + "26.5000 51.4986 1.0000\n26.5040 45.4986 1.0000\n26.5080 40.5014 1.0000\n*RAS_INT_END\n"
    + HEAD.format(wave="Ka")
    + "56.0000 10 1.0000\n56.0040 20 12.5000\n*RAS_INT_END\n*RAS_DATA_END\n"
)
SAMPLES = (Sample("scan.ras", TEXT.encode("cp932"), "cp932"),)
