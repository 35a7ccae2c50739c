"""What tests of workers share: small exports, jobs for them, and a look at what goes on."""

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine, select

from schema.catalog import Job
from schema.catalog.connection import aside, connect, look
from schema.queue.ask import Wish, ask
from schema.queue.subject import Ingest, written
from schema.settings import Settings


def small_export(path: Path, number: int) -> Path:
    """Write a Battery Data Format csv of twenty records that no other number has.

    Not even one with fewer digits: that would be the same measurement, written shorter.
    """
    chance = random.Random(number)  # noqa: S311 # no secret
    rows = [f"{second},{chance.uniform(3, 4):.5f},{1 + number / 1000}" for second in range(20)]
    path.write_text("\n".join(["Test Time / s,Voltage / V,Current / A", *rows, ""]))
    return path


def small_exports(folder: Path, count: int) -> list[Path]:
    """Write so many of them."""
    folder.mkdir()
    return [small_export(folder / f"{number}.bdf.csv", number) for number in range(count)]


def long_export(path: Path) -> Path:
    """Write one that takes a second or more to read."""
    rows = (
        f"{second},{3.5 + 1e-7 * second:.7f},{(-1) ** (second // 500)}" for second in range(10**6)
    )
    path.write_text("\n".join(["Test Time / s,Voltage / V,Current / A", *rows, ""]))
    return path


def ask_for(engine: Engine, files: Sequence[Path]) -> list[int]:
    """Ask for files to be taken in, by whoever works."""
    with aside(engine) as session:
        return ask(session, [Wish(Ingest(path=written(each))) for each in files])


def jobs_of(engine: Engine) -> list[Job]:
    """Return every job, in order."""
    with look(engine) as session:
        return list(session.scalars(select(Job).order_by(Job.id)))


@contextmanager
def catalog_of(settings: Settings) -> Iterator[Engine]:
    """Yield an engine on a catalog that is there."""
    engine = connect(settings.catalog_url)
    try:
        yield engine
    finally:
        engine.dispose()


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Return an environment in which a program works on that warehouse."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LEYDEN_")}
    url = {"LEYDEN_DATABASE_URL": settings.database_url} if settings.database_url else {}
    return {**bare, "LEYDEN_HOME": str(settings.home), **url, **more}


def children(process: int) -> list[int]:
    """Return the processes that a process has started and that do its jobs."""
    numbers = []
    for folder in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_bytes()
            if int(fields[1]) == process and b"spawn_main" in command:
                numbers.append(int(folder.name))
    return numbers


def lives(process: int) -> bool:
    """Return whether a process is at work, not dead and not waiting to be buried."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
