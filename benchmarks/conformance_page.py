"""The page of conformance: docs/conformance.md, of the figures and verdicts that are committed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import isnan
from typing import Final

from benchmarks.conformance_cycles import ALIKE, CycleFigure
from benchmarks.conformance_oracle import oracles
from benchmarks.conformance_peers import OF_CYCLES, OF_SWEEPS, REFERENCE
from benchmarks.conformance_sweeps import SweepFigure
from benchmarks.conformance_verdict import Figure, Verdict, conventions, verdicts
from benchmarks.peer_answer import NOT_ITS_FORMAT, ROOT
from ingest.recognize import all_readers

PAGE: Final = ROOT / "docs" / "conformance.md"
_ABOUT: Final = """\
<!-- written by `make conformance`; edits here are lost -->
# Conformance

Every file of the real exports that holds a cycle or an impedance sweep, read by Leyden and by
others, each in an environment of its own and asked as its users ask it: with the file, its
format, and nothing else. For cycles these are {cycles}, for impedance {sweeps}. The *reference*
is an independent implementation of our own rules (METRICS 0); it tells the charge of the first
three cycles.

A difference above 0.1 % has a verdict: a [convention](#conventions), or whose fault it is. Of
{compared} comparisons {alike} are alike within 0.1 % in every number and in how many there are;
{explained} differ by convention alone; in {theirs} there is a fault of the peer, in {ours} one of
ours.
"""
_CYCLES: Final = """\
## Cycles

*Ours* is what a user is told: cycles by the turns of the charge · by the instrument's numbers (–
where it has but one), and how many steps took their charge from the instrument's counter · from
the trapezoid. Theirs are *paired*, in order, with those of ours that are as many: by the
instrument's numbers, by turns, or with all of a test together. Charge, discharge and coulombic
efficiency (CE) are the largest difference in any cycle, as part of the larger number. "cycle 3: 2
/ 4" are ours and theirs in A·h.
"""
_SWEEPS: Final = """\
## Impedance

The largest |ΔZ| as part of |Z|, real and imaginary part with their signs, point by point. "10: 2
/ 4" are the frequency in Hz, ours and theirs in Ω.
"""
_ORACLES: Final = """\
## Which reader is held to which oracle

*On this page* are the peers that read a file of it, *by tests* those whose every record is
compared, with unit and sign, each time the suite runs on the real files.
"""
_UNREAD: Final = """\
## What a peer does not read

Its own error, cut to a line. Of files that stand nowhere beside a peer, it says nowhere that it
reads the format.
"""


def page(cycles: Sequence[CycleFigure], sweeps: Sequence[SweepFigure]) -> str:
    """Return the page of these figures."""
    figures: list[Figure] = [*cycles, *sweeps]
    return "\n".join(
        [
            _about(figures),
            _CYCLES,
            *_cycle_table(cycles),
            "",
            _SWEEPS,
            *_sweep_table(sweeps),
            *_conventions(),
            "",
            _ORACLES,
            *_oracle_table(figures),
            "",
            _UNREAD,
            *_unread(figures),
            "",
        ]
    )


def _about(figures: Sequence[Figure]) -> str:
    judged = verdicts()
    told = [each for each in figures if not each.error]
    faults = [judged[each.file, each.peer].fault for each in told if each.differs]
    return _ABOUT.format(
        cycles=", ".join(f"{peer.name} {peer.version}" for peer in OF_CYCLES),
        sweeps=", ".join(f"{peer.name} {peer.version}" for peer in OF_SWEEPS),
        compared=len(told),
        alike=len(told) - len(faults),
        explained=faults.count(""),
        theirs=faults.count("theirs"),
        ours=faults.count("ours"),
    )


def _cycle_table(figures: Sequence[CycleFigure]) -> Iterator[str]:
    yield from _head(
        *("file", "ours", "counter · trapezoid", "beside", "cycles", "paired"),
        *("charge", "discharge", "CE", "verdict"),
    )
    last = ""
    for each in figures:
        if each.error:
            continue
        own = (each.file, f"{each.turns} · {each.instrument or '–'}", each.steps)
        yield _row(
            *(own if each.file != last else ("", "", "")),
            *(each.peer, each.theirs, each.paired or "–"),
            *map(_percent, (each.charge, each.discharge, each.efficiency)),
            _verdict(
                each,
                {
                    f"charge of cycle {each.charge_at}": each.charge,
                    f"discharge of cycle {each.discharge_at}": each.discharge,
                    f"CE of cycle {each.efficiency_at}": each.efficiency,
                },
            ),
        )
        last = each.file


def _sweep_table(figures: Sequence[SweepFigure]) -> Iterator[str]:
    yield from _head("file", "points", "beside", "points", "impedance", "verdict")
    last = ""
    for each in figures:
        if each.error:
            continue
        own = (each.file, each.points)
        yield _row(
            *(own if each.file != last else ("", "")),
            *(each.peer, each.theirs, _percent(each.impedance)),
            _verdict(each, {each.impedance_at: each.impedance}),
        )
        last = each.file


def _head(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|---" * len(names) + "|"


def _row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _percent(part: float) -> str:
    if isnan(part):
        return "–"
    if part < 5e-6:
        return "0"
    return f"{100.0 * part:.0f} %" if part > 0.1 else f"{100.0 * part:.2g} %"


def _verdict(each: Figure, apart: Mapping[str, float]) -> str:
    if not each.differs:
        return "alike"
    verdict: Verdict = verdicts()[each.file, each.peer]
    links = [f"[{name}](#{name.replace(' ', '-').lower()})" for name in verdict.conventions]
    if verdict.fault:
        links.append(f"**fault: {'ours' if verdict.fault == 'ours' else each.peer}**")
    places = [place for place, part in apart.items() if part > ALIKE] or ["how many there are"]
    told = f"{', '.join(links)} ({'; '.join(places)})"
    return f"{told}: {verdict.why}" if verdict.why else told


def _conventions() -> Iterator[str]:
    yield from ("", "## Conventions")
    for name, what in conventions().items():
        yield from ("", f"### {name}", "", what)


def _oracle_table(figures: Sequence[Figure]) -> Iterator[str]:
    yield from _head("reader", "on this page", "by tests")
    beside: dict[str, dict[str, None]] = defaultdict(dict)
    for each in figures:
        if not each.error and each.peer != REFERENCE:
            beside[each.reader][each.peer] = None
    tested = oracles()
    for reader in all_readers():
        tests = [f"{each.oracle}: `{each.test}`" for each in tested if each.reader == reader.name]
        yield _row(
            reader.name, ", ".join(beside[reader.name]) or "none", "<br>".join(tests) or "none"
        )


def _unread(figures: Sequence[Figure]) -> Iterator[str]:
    yield from _head("peer", "error", "files")
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in figures:
        if each.error and each.error != NOT_ITS_FORMAT:
            found[each.peer, each.error].append(each.file)
    for (peer, error), files in sorted(found.items(), key=lambda item: item[0][0].lower()):
        plain = error.replace("|", "¦").replace("`", "")
        yield _row(peer, f"`{plain}`", ", ".join(files))
    read = {each.file for each in figures if not each.error and each.peer != REFERENCE}
    alone = sorted({each.file for each in figures} - read)
    yield from ("", f"Read by none of these, and by us: {', '.join(alone)}.")
