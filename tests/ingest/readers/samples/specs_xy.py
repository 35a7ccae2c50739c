"""SPECS .xy, written here from the layout of the reader."""

from tests.ingest.readers.sample import Sample

TOP = """\
# Created by:        SpecsLab2, Version 2.79
#\x20
# XY-Serializer Export Settings: as follows
#   Counts Per Second:        yes
#   Kinetic Energy Axis:      no
#   Transmission Function:    yes
#\x20
"""
REGION = """\
# values in binding energy
# Region:            P 2p
# Acquisition Date:  03/04/26 10:01:10
# Analyzer:          PHOIBOS
# Number of Scans:   5
# Values/Curve:      3
# Dwell Time:        0.1
# Excitation Energy: 1486.61
# Pass Energy:       20
# Comment:\x20
#
# Cycle: 0
#
# Cycle: 0, Curve: 0
#
# ColumnLabels: energy counts/s transmission
#
134.50  662  2.5
134.00  900  2.4
133.50  670  2.3
"""
SURVEY = """\
#
# Region:            survey
# Number of Scans:   1
# Values/Curve:      2
# Dwell Time:        0.2
# Excitation Energy: 1486.61
#
# Cycle: 0, Curve: 0
#
# ColumnLabels: energy counts/s transmission
#
600  100  1
599  105  1
"""
SAMPLES = (Sample("test.xy", (TOP + REGION + SURVEY).encode()),)
