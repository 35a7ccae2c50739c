"""Maccor text: magnitudes with a state, times in minutes, and a table with commas."""

from tests.ingest.readers.sample import Sample

CLOCKS = (
    "Today's Date:\t14 December 2026\tDate of Test:\t11 December 2026, 12:22:12 PM\n"
    "    Filename:\tA7_formation\tTester Channel:\t1\n"
    "Procedure:\tform.000\tDescription:\n"
    "Rec#\tCyc#\tStep\tTestTime\tStepTime\tAmp-hr\tWatt-hr\tAmps\tVolts\tState\tES\tDPt Time\t"
    "ACImp/Ohms\tAux #1\t Units\tAux #2\t Units\n"
    "1\t0\t1\t  0d 00:00:0\t  0d 00:00:0\t0.0\t0.0\t0.0\t3.4625\tR\t0\t12/13/2026 12:22:12\t0.0"
    "\t21.5\t C  \t22.5\t C  \n"
    "2\t0\t2\t  0d 00:00:10.5\t  0d 00:00:10.5\t0.001\t0.004\t0.36\t3.60\tC\t1"
    "\t12/13/2026 12:22:22\t0.0\t21.5\t C  \t22.5\t C  \n"
    "3\t0\t3\t  0d 00:00:20.5\t  0d 00:00:10\t0.001\t0.004\t0.36\t3.40\tD\t1"
    "\t12/13/2026 12:22:32\t0.0\t21.5\t C  \t22.5\t C  \n"
    "4\t0\t3\t  1d 00:00:30.5\t  1d 00:00:20\t0.002\t0.008\t0.36\t3.30\tD\t1"
    "\t12/14/2026 12:22:42\t0.0\t21.5\t C  \t22.5\t C  \n"
)
MINUTES = (
    "Today's Date 04/04/2026  Date of Test:\t03/31/2026\t Filename:\tC:\\Data\\A7.001\t"
    "Comment/Barcode: A7\r\n"
    "Rec#\tCyc#\tStep\tTest (Min)\tStep (Min)\tAmp-hr\tWatt-hr\tAmps\tVolts\tState\tES\tDPt Time\t"
    "WF Chg Cap\r\n"
    "1\t0\t1\t0.0000\t0.0000\t0.0\t0.0\t0.0\t3.3067\tR\t0\t03/31/2026 16:05:31\tN/A\r\n"
    "2\t0\t1\t0.1667\t0.1667\t0.0\t0.0\t0.0\t3.3057\tR\t1\t03/31/2026 16:05:41\tN/A\r\n"
)
COMMAS = """\
Today's Date ,28-Nov-26
Date of Test:,23-Nov-26 3:56:08 PM
Rec,Cycle C,Step,Test Time (sec),Step Time (sec),Capacity,Energy,Current,Voltage,DPT Time,Temp 1
1,1,1,0.0000,0.0000,0,0,0,3.668,23-Nov-26 3:56:11 PM,22.2
2,1,2,10.000,10.000,0.004,0.015,1.44,3.700,23-Nov-26 3:56:21 PM,22.3
"""
SWEEP = (
    "Today's Date:\t14 December 2026\tDate of Test:\t11 December 2026, 12:22:12 PM\n"
    "Rec\tCycle P\tCycle C\tStep\tTestTime\tStepTime\tCap. [Ah]\tEner. [Wh]\tCurrent [A]\t"
    "Voltage [V]\tMd\tES\tDPT Time\tEVTemp (C)\tZreal (Ohms)\t-Zimag (Ohms)\tFRA Freq (Hz)\n"
    "1\t0\t0\t1\t0d 00:00:00\t0d 00:00:00\t0\t0\t0.5\t3.60\tC\t0\t12/13/2026 12:22:12\t25.1"
    "\t\t\t\n"
    "2\t0\t0\t1\t0d 00:00:10\t0d 00:00:10\t0.0014\t0.005\t0.5\t3.70\tC\t1\t12/13/2026 12:22:22"
    "\t25.1\t\t\t\n"
    + "".join(
        f"{3 + n}\t0\t0\t2\t0d 00:00:{20 + n}\t0d 00:00:0{n}\t0\t0\t0\t3.65\tR\t1"
        f"\t12/13/2026 12:22:{32 + n}\t25.2\t{1 + n / 10}\t{0.1 + n / 100}\t{10 ** (4 - n / 2)}\n"
        for n in range(8)
    )
)
UNTIMED = COMMAS.replace("Test Time", "x").replace("Step Time", "y").replace("Nov", "Nul")
SAMPLES = (
    Sample("clocks.txt", CLOCKS.encode()),
    Sample("minutes.001", MINUTES.encode()),
    Sample("sweep.txt", SWEEP.encode()),
    Sample("commas.csv", COMMAS.encode(), lessons=(UNTIMED.encode(),)),
)
