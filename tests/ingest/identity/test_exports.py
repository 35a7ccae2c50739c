"""Among real files every pair of one run is found, and no two measurements become one."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from ingest.at_rest import Provenance
from ingest.channel import by_channel
from ingest.companion import log_of, what_it_is
from ingest.container import container_of, unpacked
from ingest.draft import draft
from ingest.identity.recognition import recognize
from ingest.reading import Export
from ingest.recognize import reader_for
from ingest.walk import walk
from ingest.write import write
from schema.error import RefusedExport
from schema.warehouse import Warehouse
from tests.ingest.identity.arriving import findings, living, nothing_yet

_PAIRS: Final = """
NewareNDA/123456789012_Unit27_Example_Data_File.ndax fastnda/Unit27_Example_Corrupt.ndax
hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.mpr hybrid-drt/PEIS_LPSCl_IonBlocking_-25C.txt \
hybrid-drt/PEIS_LPSCl_IonBlocking_-25C_RelaxIS.txt
navani/arbin_example.res datalab/arbin_example.bdf.csv
yadg/210520step1_30min.xrdml yadg/210520step1_30min.csv yadg/210520step1_30min.xy
yadg/mb.issue_95.mpr yadg/mb.issue_95.mpt yadg/mb.issue_95.de.mpt
xylib/BT86.raw xylib/BT86_.UXD
pyimpspec/case-multiple-spectra.csv pyimpspec/case-multiple-spectra.mpt
pyimpspec/data.i2b pyimpspec/data.P00 pyimpspec/data.dfr pyimpspec/data.xlsx \
pyimpspec/data-comma-decimal-separator.csv pyimpspec/data-comma.csv pyimpspec/data-space.csv \
pyimpspec/data-header-variant-2.csv pyimpspec/data-header-variant-3.csv pyimpspec/data-tab.csv \
pyimpspec/data-header-variant-4.csv pyimpspec/data-semicolon.csv \
pyimpspec/case-negative-real-imaginary.csv
"""
"""Exports of one measurement, a line for each."""
_BIOLOGIC: Final = (
    *("ca.issue_149", "cp", "cv", "cv.issue_149", "gcpl.issue_149", "gcpl.issue_211"),
    *("gcpl.issue_226.I", "geis.issue_149", "lsv.issue_195", "mb.issue_149", "ocv.issue_149"),
    *("ocv", "peis.issue_149", "peis.issue_225.ewe_ece", "peis", "vsp_ocv_with", "vsp_ocv_wo"),
    "zir",
)
"""Stems of a .mpr and its .mpt."""
_TWO_MAKERS: Final = "data.idf"
"""States another instrument than data.dfr: one sweep, written as if two makers' had taken it."""
_DOUBTFUL: Final = (
    *("maccor_example", "interp-test", "eispot_data"),
    *("case-multiple-spectra", "data", "case-negative-real-imaginary"),
)
"""What may be the same: too few records, nothing but rests, or no clock."""


def pairs() -> list[list[str]]:
    lines = [line.split() for line in _PAIRS.strip().split("\n")]
    lines += [[f"yadg/{stem}.mpr", f"yadg/{stem}.mpt"] for stem in _BIOLOGIC]
    return sorted(sorted(line) for line in lines)


def recognized(warehouse: Warehouse, path: Path, origin: Path) -> Iterator[int]:
    """Take an export in but for what is computed of its measurements; yield its tests."""
    export = Export.at(path, log_of(path))
    reader = reader_for(export)
    with warehouse.lake.archive(path) as archived:
        drafts = [draft(one) for each in reader.read(export) for one in by_channel(each)]
        known = recognize(warehouse, str(origin), archived.sha256, reader.name, drafts)
        provenance = Provenance(export, archived, reader, None)
        yield from write(warehouse, provenance, known, drafts, lambda *_: None)


@pytest.mark.slow
def test_pairs_of_one_run_are_found_and_nothing_else_is_one(
    exports: Path, more_exports: Path
) -> None:
    every = walk([exports, more_exports])
    files = [file for file in every if not what_it_is(file) and file.name != _TWO_MAKERS]
    random.Random(17).shuffle(files)  # noqa: S311 # any order
    by_test: dict[int, set[str]] = {}
    with nothing_yet() as (warehouse, _):
        for file in files:
            try:
                if within := container_of(file):
                    with unpacked(*within) as member:
                        tests = list(recognized(warehouse, member, file))
                else:
                    tests = list(recognized(warehouse, file, file))
            except RefusedExport:
                continue
            for test_id in tests:
                by_test.setdefault(test_id, set()).add(f"{file.parent.name}/{file.name}")
        assert sorted(by_test) == [test.id for test in living(warehouse)]
        doubts = findings(warehouse, "maybe_same")
    several = [sorted(names) for names in by_test.values() if len(names) > 1]
    assert sorted(several) == pairs()
    assert doubts
    for detail in doubts.values():
        assert any(f"({stem}" in detail for stem in _DOUBTFUL), detail
