"""SpecsLab .xml, written here as others write and read it: five detectors of one pass energy."""

import re
from typing import Final

from tests.ingest.readers.sample import Sample

TOP: Final = """\
<?xml version="1.0"?>
<!-- CORBA XML document created by XMLSerializer2 1.3 at 2026-03-04 10:01:10 -->
<!DOCTYPE any [
<!ELEMENT any (any|sequence|struct|string|enum|boolean|ulong|double)?>
<!ATTLIST any name NMTOKEN #IMPLIED type_id CDATA #IMPLIED version CDATA #IMPLIED>
]>
"""
SHIFTS: Final = (-0.2, -0.1, 0.0, 0.1, 0.2)
PEAK: Final = (10, 20, 40, 20, 10)
HEAD, TAIL, DELTA, PASS = 2, 2, 1.0, 10.0


def seen(peak: tuple[int, ...], scale: int = 1) -> str:
    """Return what the detectors count in turn of a peak that each sees at its own place."""
    rows = [[0] * len(SHIFTS) for _ in range(HEAD + len(peak) + TAIL)]
    for each, shift in enumerate(SHIFTS):
        begin = HEAD - round(PASS * shift / DELTA)
        for place, count in enumerate(peak):
            rows[begin + place][each] = scale * (count + each)
    return "\n".join(str(count) for row in rows for count in row)


def cycle(*scans: str) -> str:
    """Return a cycle of scans."""
    told = "".join(
        f'<struct type_name="Scan"><sequence name="counts" length="{len(each.split())}" '
        f'type_name="CountsSeq"><ulong>\n{each}\n</ulong></sequence></struct>'
        for each in scans
    )
    return (
        '<struct type_name="Cycle"><ulong name="time">1772618470</ulong>'
        f'<sequence name="scans" type_name="ScanSeq">{told}</sequence></struct>'
    )


def region(name: str, *cycles: str, mode: str = "FixedAnalyzerTransmission") -> str:
    """Return a region of five energies."""
    detectors = "".join(
        f'<struct type_name="Detector"><double name="position">{place}</double>'
        f'<double name="shift">{shift}</double><double name="gain">1</double></struct>'
        for place, shift in enumerate(SHIFTS)
    )
    return f"""\
<struct type_id="IDL:specs.de/Serializer/RegionData:1.0" type_name="RegionData">
<string name="name">{name}</string>
<struct name="region" type_name="RegionDef">
<string name="analysis_method">XPS</string>
<string name="analyzer_lens">MediumArea:1.5kV</string>
<struct name="scan_mode" type_name="ScanMode"><string name="name">{mode}</string></struct>
<ulong name="num_scans">2</ulong>
<ulong name="values_per_curve">5</ulong>
<double name="dwell_time">0.1</double>
<double name="scan_delta">{DELTA}</double>
<double name="excitation_energy">1486.61</double>
<double name="kinetic_energy">1200</double>
<double name="pass_energy">{PASS}</double>
<double name="effective_workfunction">4.3</double>
</struct>
<ulong name="mcd_head">{HEAD}</ulong>
<ulong name="mcd_tail">{TAIL}</ulong>
<struct name="analyzer_info" type_name="AnalyzerInfo"><string name="name">PHOIBOS</string>
<sequence name="detectors" type_name="DetectorSeq">{detectors}</sequence></struct>
<struct name="source_info" type_name="SourceInfo"><string name="name">XR50 Al</string></struct>
<sequence name="cycles" type_name="CycleSeq">{"".join(cycles)}</sequence>
<sequence name="transmission" type_name="DoubleSeq"><double>
1
0.99
0.98
0.97
0.96
</double></sequence>
<sequence name="parameters" type_name="ParameterSeq"><struct type_name="Parameter">
<string name="name">Comment</string>
<any name="value"><string>pellet</string></any></struct></sequence>
</struct>
"""


def document(*regions: str) -> str:
    """Return a document of one group."""
    return f"""\
{TOP}<any version="1.3">
<sequence length="1" type_name="RegionGroupSeq">
<struct type_id="IDL:specs.de/Serializer/RegionGroup:1.0" type_name="RegionGroup">
<string name="name">surface</string>
<sequence name="regions" type_name="RegionDataSeq">
{"".join(regions)}</sequence>
</struct>
</sequence>
</any>
"""


GOOD = document(
    region("P 2p", cycle(seen(PEAK), seen(PEAK, 2))),
    region("survey", cycle(seen(PEAK)), cycle(seen(PEAK, 3))),
)
SAMPLES = (
    Sample(
        "test.xml",
        GOOD.encode(),
        lessons=(
            re.sub(r'(name="scan_delta">)[^<]+', r"\g<1>1e308", GOOD).encode(),  # beyond a double
        ),
    ),
)
