"""Delimited text and the sidecar it is read by."""

from tests.ingest.readers.sample import Sample

SIDECAR = """\
positive_current: discharge
columns:
  t: {quantity: test_time_second, unit: min}
  U: {quantity: voltage_volt, unit: mV}
  I: {quantity: current_ampere, unit: µA}
  T: {quantity: ambient_temperature_celsius, unit: K}
"""
TABLE = "t,U,I,T,note\n0,3700,5,298.15,a\n1.5,3600,-10,300.15,b\n"
BESIDE = {"x.csv.leyden.yaml": SIDECAR.encode()}
LARGE = TABLE.replace("1.5,3600", "1e308,3600").encode()  # infinite in seconds
SAMPLES = (Sample("x.csv", TABLE.encode(), beside=BESIDE, lessons=(LARGE,)),)
