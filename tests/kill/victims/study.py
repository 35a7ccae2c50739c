"""``leyden study enter``: what cells are made of, entered whole or not at all."""

from typing import Final

from tests.ingest.working import small_exports
from tests.kill.place import Place
from tests.kill.victim import Victim

STUDY: Final = """\
study: of what is killed
substances:
  Li: {formula: Li}
  LATP: {formula: Li1.3Al0.3Ti1.7(PO4)3}
materials:
  pellet of LATP: {substance: LATP, kind: pellet, thickness: 1 mm}
cells:
  first cell: {configuration: Li/LATP/Li, area: 1 cm2, tests: ["0", "1"]}
  second cell: {configuration: Li/LATP/Li, area: 2 cm2, tests: ["2"]}
"""
"""Of three tests that are called by their numbers."""


class Study(Victim):
    """Enters a study of two cells with three tests."""

    promise = "study enter: "

    def share(self, place: Place) -> None:
        """Write exports and study."""
        small_exports(place.shared / "exports", 3)
        (place.shared / "study.yaml").write_text(STUDY, encoding="utf-8")

    def prepare(self, place: Place) -> None:
        """Take in the exports."""
        place.run("ingest", str(place.shared / "exports"))

    def work(self, place: Place) -> None:
        """Enter the study."""
        place.run("study", "enter", str(place.shared / "study.yaml"))


VICTIM = Study()
