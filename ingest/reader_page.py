"""The page of readers, written from the readers themselves."""

import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from pydantic import BaseModel

from ingest.reader import Reader
from ingest.sidecar import DeclaredColumn, Sidecar
from ingest.technique import techniques

_HEAD: Final = """\
<!-- written by `make docs` from ingest/readers; edits here are lost -->
# Readers

What `leyden ingest` understands. A file is known by its content, never by its name alone; what no
reader knows is refused with the reason and leaves nothing behind. Any other table can be
declared by a [sidecar](#sidecar).

Of every file all columns are kept: known ones as quantities in one unit each, all others under the
names and with the values they have there. What a file says besides is kept as facts.

A file that is still written to is taken in as far as it consists of whole records, by readers of
which it is said below; its finding `growing` says how far that is. When it has grown it is the same
test, and everything is what the whole file would have given. Of a text only new lines are parsed,
and of any file only new points are written. Other formats are read when they are finished.
"""

_SIDECAR: Final = """
## Sidecar

A small YAML that declares the columns of a table (delimited text, a sheet of a workbook, Parquet):
`<file name>.leyden.yaml` beside the file speaks for that file,
`leyden.yaml` in a folder for the files its `files` patterns name. It is asked before any other
reader.

```yaml
# aging-07.csv.leyden.yaml
delimiter: ";"
decimal: ","
positive_current: discharge
columns:
  Zeit [min]: {quantity: test_time_second, unit: min}
  U [mV]: {quantity: voltage_volt, unit: mV}
  I [mA]: {quantity: current_ampere, unit: mA}
  Schritt: {quantity: step_id, starts_step: true}
```

Impedance may be declared by its parts, as modulus and phase (of Z, so negative when capacitive;
`negated` where the column holds -φ or the phase of Y), as admittance by parts, as |Y| and phase, or
as relative permittivity or electric modulus of a specimen whose geometry is declared. Real and
imaginary impedance are computed, and a finding says how.

```yaml
# pellet.csv.leyden.yaml
area_cm2: 1.33
thickness_um: 850
columns:
  f: {quantity: frequency_hertz, unit: kHz}
  eps1: {quantity: real_relative_permittivity, unit: "1"}
  eps2: {quantity: imaginary_relative_permittivity, unit: "1"}
```
"""


def readers_page(readers: Sequence[Reader]) -> str:
    """Return docs/readers.md."""
    parts = (_overview(readers), _sections(readers), _techniques(), (_SIDECAR,), _keys())
    return "\n".join((_HEAD, *chain.from_iterable(parts))) + "\n"


def _overview(readers: Sequence[Reader]) -> Iterator[str]:
    yield "| reader | format | usual suffixes | version |"
    yield "|---|---|---|---|"
    for reader in readers:
        suffixes = " ".join(f"`{suffix}`" for suffix in reader.suffixes)
        name = f"[{reader.name}](#{reader.name})"
        yield f"| {name} | {reader.title} | {suffixes} | {reader.version} |"


def _sections(readers: Sequence[Reader]) -> Iterator[str]:
    for reader in readers:
        yield f"\n## {reader.name}\n"
        yield (reader.about or sys.modules[reader.read.__module__].__doc__ or "").strip()
        yield from _account(reader)


def _account(reader: Reader) -> Iterator[str]:
    if reader.account is None:
        return
    account = reader.account
    yield ""
    yield f"- Instrument: {account.instrument}"
    yield f"- Counters: {account.counters}"
    if reader.states:
        columns = dict.fromkeys(each.partition(" / ")[0] for each in reader.states.values())
        yield f"- States of the test: {', '.join(f'`{column}`' for column in columns)}"
    grown = "only when it is finished"
    if reader.whole_bytes is not None:
        grown = "as far as it consists of whole records"
    yield f"- A file that is still written to: {grown}"
    yield "- Known gaps:"
    yield from (f"  - {gap}" for gap in account.gaps)
    files = {0: "no real file", 1: "1 real file"}.get(
        account.real_files, f"{account.real_files} real files"
    )
    yield f"- Tested against: {files}; {account.tested}"


def _techniques() -> Iterator[str]:
    yield "\n## Techniques\n"
    yield "`technique` is one vocabulary; `technique_label` is the instrument's own word.\n"
    yield "| technique | what it is | words of instruments |"
    yield "|---|---|---|"
    known = techniques()
    for each in dict.fromkeys(known.values()):
        words = ", ".join(f"`{word}`" for word, of in known.items() if of == each)
        yield f"| {each.name or 'none'} | {each.title} | {words} |"


def _keys() -> Iterator[str]:
    for model, title in ((Sidecar, "Keys"), (DeclaredColumn, "Keys of a column")):
        yield f"\n### {title}\n"
        yield "| key | meaning | default |"
        yield "|---|---|---|"
        yield from _rows(model)


def _rows(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        default = "needed"
        if not field.is_required():
            default = _shown(field.get_default(call_default_factory=True, validated_data={}))
        yield f"| `{name}` | {field.description} | {default} |"


def _shown(default: object) -> str:
    return "" if default in (None, (), {}) else f"`{default}`"
