"""Scienta SES .txt, written here from the layout of the reader."""

from tests.ingest.readers.sample import Sample

TEXT = """\
[Info]
Number of Regions=0001
Version=1.3.1

[Region 1]
Region Name=C1s
Dimension 1 name=Binding Energy [eV]
Dimension 1 size=3
Dimension 1 scale=290 289.5 289

[Info 1]
Region Name=C1s
Pass Energy=200
Number of Sweeps=2
Excitation Energy=700
Energy Scale=Binding
Energy Unit=Kinetic
Step Time=203
Instrument=R3000
User=AN
Sample=pellet
Comments=;
Date=2026-03-08
Time=11:17:15
DetectorMode=Pulse Counting
[Run Mode Information 1]


[Data 1]
 2.90000000000000E+0002  1.48000000000000E+0002
 2.89500000000000E+0002  1.46000000000000E+0002
 2.89000000000000E+0002  1.45000000000000E+0002

"""
SAMPLES = (Sample("test.txt", TEXT.replace("\n", "\r\n").encode()),)
