"""Bruker .uxd, written here from its layout."""

from tests.ingest.readers.sample import Sample

TEXT = """\
; BT86.raw(Diffrac Plus V1.01 file) converted by XCH V1.0
_FILEVERSION=2
_SAMPLE='BT86'
_GONIOMETER_RADIUS=200.500000
_DATEMEASURED='04-Mar-2010 20:59:14'
_WL1=1.540600
_WL2=1.544390
_WL3=1.392220
_WLRATIO=0.500000
_ANODE='Cu'
; (Data for Range number 1)
_DRIVE='COUPLED'
_STEPTIME=0.500000
_STEPSIZE=0.015592
_START=3.000000
_2THETACOUNTS
3.000\t187
3.016\t183
3.031\t178
; (Data for Range number 2)
_DRIVE='COUPLED'
_STEPTIME=0.500000
_STEPSIZE=0.100000
_START=20.000000
_COUNTS
10 11 12
13
"""
SAMPLES = (Sample("scan.uxd", TEXT.encode()),)
