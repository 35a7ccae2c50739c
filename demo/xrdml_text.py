"""Writes a scan as PANalytical .xrdml."""

from pathlib import Path
from typing import Final

from demo import diffraction
from demo.measurement import LABEL, Numbers

_TEXT: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/1.5" status="Completed">
  <comment><entry>{label}; computed, never measured</entry></comment>
  <sample type="To be analyzed"><id></id><name>{specimen}</name></sample>
  <xrdMeasurement measurementType="Scan" status="Completed" sampleMode="Reflection">
    <usedWavelength intended="K-Alpha">
      <kAlpha1 unit="Angstrom">{first}</kAlpha1>
      <kAlpha2 unit="Angstrom">{second}</kAlpha2>
      <ratioKAlpha2KAlpha1>{ratio}</ratioKAlpha2KAlpha1>
    </usedWavelength>
    <incidentBeamPath><xRayTube><anodeMaterial>Cu</anodeMaterial></xRayTube></incidentBeamPath>
    <diffractedBeamPath><radius unit="mm">{radius}</radius></diffractedBeamPath>
    <scan appendNumber="0" mode="Continuous" scanAxis="Gonio" status="Completed">
      <header><startTimeStamp>2024-01-08T09:00:00+00:00</startTimeStamp></header>
      <dataPoints>
        <positions axis="2Theta" unit="deg">
          <startPosition>{start:.8f}</startPosition><endPosition>{end:.8f}</endPosition>
        </positions>
        <commonCountingTime unit="seconds">20</commonCountingTime>
        <intensities unit="counts">{counts}</intensities>
      </dataPoints>
    </scan>
  </xrdMeasurement>
</xrdMeasurements>
"""


def write_scan(path: Path, two_theta: Numbers, counts: Numbers, specimen: str) -> None:
    """Write one scan of evenly spaced angles."""
    text = _TEXT.format(
        label=LABEL,
        specimen=specimen,
        first=diffraction.ALPHA_1_ANGSTROM,
        second=diffraction.ALPHA_2_ANGSTROM,
        ratio=diffraction.ALPHA_RATIO,
        radius=diffraction.RADIUS_MM,
        start=two_theta[0],
        end=two_theta[-1],
        counts=" ".join(f"{each:.0f}" for each in counts),
    )
    path.write_text(text, encoding="utf-8", newline="\n")
