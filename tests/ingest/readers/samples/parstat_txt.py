"""PARSTAT text, written here from its layout."""

from tests.ingest.readers.sample import Sample

TEXT = """\
Potential (V)\tCurrent (A)\tElapsed Time (s)\tFrequency (Hz)\tZre (ohms)\tZim (ohms)\t\
|Vac| (V)\t|Iac| (A)\t
3.5\t-0.15\t10\t0\t0\t0\t0\t0\t
3.4\t-0.15\t20\t0\t0\t0\t0\t0\t
3.6\t0.15\t30\t0\t0\t0\t0\t0\t
3.6\t0.02\t40\t1000\t0.01\t0.005\t0.001\t0.1\t
3.6\t0.02\t50\t100\t0.02\t-0.003\t0.001\t0.1\t
"""
SAMPLES = (Sample("test.txt", TEXT.encode()),)
