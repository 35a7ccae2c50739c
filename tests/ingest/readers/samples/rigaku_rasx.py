"""Rigaku .rasx, written here from its layout."""

import io
import zipfile

from tests.ingest.readers.sample import Sample

CONDITIONS = """\
<?xml version="1.0" encoding="utf-8"?>
<MeasurementConditions>
  <GeneralInformation>
    <Operator>A. User</Operator><SampleName>LATP</SampleName><SystemName>SmartLab</SystemName>
  </GeneralInformation>
  <HWConfigurations>
    <Distances>
      <Distance To="AttachmentStage" From="XrayGenerator" Unit="mm" Value="300" />
    </Distances>
    <XrayGenerator>
      <TargetName>Cu</TargetName><WaveType>Ka</WaveType>
      <WavelengthKbeta>1.392246</WavelengthKbeta>
      <WavelengthKalpha1>1.540593</WavelengthKalpha1>
      <WavelengthKalpha2>1.544414</WavelengthKalpha2>
    </XrayGenerator>
  </HWConfigurations>
  <ScanInformation>
    <AxisName>TwoThetaTheta</AxisName><IntensityUnit>counts</IntensityUnit>
    <StartTime>2025-03-07T13:28:15Z</StartTime><DataCount>3</DataCount>
  </ScanInformation>
</MeasurementConditions>
"""
PROFILE = "\ufeff3.0000\t2589\t1\r\n3.0200\t2684\t1\r\n3.0400\t2505\t2\r\n"


def content() -> bytes:
    """Return the zip."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as members:
        for name, text in (
            ("Data0/Profile0.txt", PROFILE),
            ("Data0/MesurementConditions0.xml", CONDITIONS),
        ):
            members.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()


SAMPLES = (Sample("scan.rasx", content()),)
