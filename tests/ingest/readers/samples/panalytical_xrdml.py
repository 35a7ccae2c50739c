"""PANalytical .xrdml, written from its layout: two scans, one through an attenuator."""

from tests.ingest.readers.sample import Sample

TEXT = """\
<?xml version="1.0" encoding="UTF-8"?>
<xrdMeasurements xmlns="http://www.xrdml.com/XRDMeasurement/2.1" status="Completed">
  <comment><entry>Diffractometer system=EMPYREAN</entry></comment>
  <sample type="To be analyzed"><id>7</id><name>LATP</name></sample>
  <xrdMeasurement measurementType="Scan" status="Completed">
    <usedWavelength intended="K-Alpha">
      <kAlpha1 unit="Angstrom">1.5405980</kAlpha1>
      <kAlpha2 unit="Angstrom">1.5444260</kAlpha2>
      <kBeta unit="Angstrom">1.3922500</kBeta>
      <ratioKAlpha2KAlpha1>0.5000</ratioKAlpha2KAlpha1>
    </usedWavelength>
    <incidentBeamPath>
      <xRayTube id="1"><anodeMaterial>Cu</anodeMaterial></xRayTube>
    </incidentBeamPath>
    <diffractedBeamPath><radius unit="mm">240.00</radius></diffractedBeamPath>
    <scan appendNumber="0" mode="Continuous" scanAxis="Gonio" status="Completed">
      <header>
        <startTimeStamp>2020-11-06T18:09:37+00:00</startTimeStamp>
        <author><name>A. User</name></author>
      </header>
      <dataPoints>
        <positions axis="2Theta" unit="deg">
          <startPosition>5.0</startPosition><endPosition>5.06</endPosition>
        </positions>
        <positions axis="Omega" unit="deg"><commonPosition>2.5</commonPosition></positions>
        <commonCountingTime unit="seconds">15.240</commonCountingTime>
        <intensities unit="counts">374 401 382 351</intensities>
      </dataPoints>
    </scan>
    <scan appendNumber="1" mode="Continuous" scanAxis="Gonio" status="Aborted">
      <dataPoints>
        <positions axis="2Theta" unit="deg"><listPositions>20 21 23</listPositions></positions>
        <commonCountingTime unit="seconds">1</commonCountingTime>
        <beamAttenuationFactors>1 10 1</beamAttenuationFactors>
        <counts unit="counts">100 90 80</counts>
      </dataPoints>
    </scan>
  </xrdMeasurement>
</xrdMeasurements>
"""
SAMPLES = (Sample("scan.xrdml", TEXT.encode()),)
