"""BaSyTec text, with points and with the commas of a German Windows."""

from tests.ingest.readers.sample import Sample

TEXT = """\
~Resultfile from Basytec Battery Test System
~Date and Time of Data Converting: 07.07.2026 10:55:58
~
~Name of Test: formation
~Battery: A7
~Start of Test: 19.06.2026 17:56:53
~
~Time[s]\tDataSet\tt-Step[s]\tLine\tCommand\tU[V]\tI[A]\tP[W]\tAh[Ah]\tAh-Step\tT1[°C]\tCyc-Count
0\t1\t0\t3\tPause\t3.5257\t0\t0\t0\t0\t25.4\t1
10\t2\t10\t3\tPause\t3.5258\t0\t0\t0\t0\t25.4\t1
20\t3\t10\t4\tCharge\t3.6\t0.36\t1.296\t0.001\t0.001\t25.5\t1
30\t4\t20\t4\tCharge\t3.7\t0.36\t1.332\t0.002\t0.002\t25.5\t1
"""
GERMAN = "\n".join(
    line if line.startswith("~") else line.replace(".", ",") for line in TEXT.split("\n")
)
SAMPLES = (
    Sample("test.txt", TEXT.encode("cp1252"), encoding="cp1252"),
    Sample("german.txt", GERMAN.encode("cp1252"), encoding="cp1252"),
)
