"""Bruker .brml, written here from its layout: one measured route, one that was processed."""

import io
import zipfile

from tests.ingest.readers.sample import Sample

CONTAINER = """\
<?xml version="1.0"?>
<DataContainer>
  <RawDataReferenceList><string>Experiment0/RawData0.xml</string></RawDataReferenceList>
  <ExperimentInfo><InstrumentDescription>
    <SerialNo>205064</SerialNo><DeviceTypeDesc>D2 PHASER</DeviceTypeDesc>
  </InstrumentDescription></ExperimentInfo>
  <MeasurementInfo UserName="A. User" SampleName="LATP" Comment="" />
</DataContainer>
"""
ROUTE = """\
<DataRoute RouteFlag="{flag}" ProcLevel="{level}">
  <ScanInformation ScanName="LockedCoupled" VisibleName="Coupled TwoTheta/Theta">
    <MeasurementPoints>3</MeasurementPoints>
    <TimePerStep>0.65</TimePerStep><TimePerStepEffective>124.8</TimePerStepEffective>
  </ScanInformation>
  <Datum>124.8,1,10.0,5.0,4471</Datum>
  <Datum>124.8,1,10.02,5.01,4545</Datum>
  <Datum>124.8,1,10.04,5.02,4595</Datum>
  <DataViews>
    <RawDataView Start="0" Length="1" LogicName="MeasuredTime" Unit="s" />
    <RawDataView Start="1" Length="1" LogicName="AbsorptionFactor" Unit="" />
    <RawDataView Start="2" Length="2"><Varying LogicName="ScanAxes">
      <FieldDefinitions FieldName="TwoTheta" /><FieldDefinitions FieldName="Theta" />
    </Varying></RawDataView>
    <RawDataView Start="4" Length="1"><Recording LogicName="ScanCounter" /></RawDataView>
  </DataViews>
</DataRoute>
"""
DATA = (
    """\
<?xml version="1.0"?>
<RawData>
  <MeasurementStatus>Measured</MeasurementStatus>
  <TimeStampStarted>2025-02-26T10:47:52.8708798+00:00</TimeStampStarted>
  <DataRoutes>
"""
    + ROUTE.format(flag="Measured", level=0)
    + ROUTE.format(flag="Processed", level=1)
    + """\
  </DataRoutes>
  <FixedInformation><Tube>
    <WaveLengthAlpha1 Unit="Å" Value="1.5406" /><WaveLengthAlpha2 Unit="Å" Value="1.54439" />
    <WaveLengthBeta Unit="Å" Value="1.39222" /><WaveLengthRatio Unit="" Value="0.5" />
    <TubeMaterial>Cu</TubeMaterial>
    <Generator><Voltage Unit="kV" Value="30" /><Current Unit="mA" Value="10" /></Generator>
  </Tube>
  <SecondaryTracks><TrackInfoData><Radius Unit="mm" Value="141" /></TrackInfoData></SecondaryTracks>
  </FixedInformation>
</RawData>
"""
)


def content() -> bytes:
    """Return the zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as members:
        for name, text in (
            ("Experiment0/DataContainer.xml", CONTAINER),
            ("Experiment0/RawData0.xml", DATA),
        ):
            members.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()


SAMPLES = (Sample("scan.brml", content()),)
