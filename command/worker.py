"""``leyden worker``: jobs that were asked for are done, here or beside others on other machines."""

from signal import SIGINT
from typing import Annotated

import typer

from command.door import PLAIN, AsJson
from command.fault import FAILED, STOPPED
from command.start import lasting
from command.terminal import counted, echo, echo_document, note, summary, warn

app = typer.Typer(**PLAIN)


@app.command()
def worker(
    *,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, help="Jobs done side by side; else LEYDEN_INGEST_PROCESSES, or one per core."
        ),
    ] = None,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when no job waits and none is worked on.")
    ] = False,
    kind: Annotated[
        list[str] | None, typer.Option(help="Kinds of jobs to do; none means every kind.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Do the jobs that were asked for, until Ctrl-C."""
    with lasting():
        import os
        from collections import Counter
        from contextlib import closing

        from command.interruption import stopping
        from command.opening import existing
        from ingest.worker import Work, work
        from schema.error import UnknownName
        from schema.queue.lease import Wanted
        from schema.queue.subject import KINDS
        from schema.queue.worker import this_machine
        from schema.settings import Settings
    for name in kind or ():
        if name not in KINDS:
            raise UnknownName("kind of job", name, KINDS)
    settings = Settings()
    existing(settings).engine.dispose()
    todo = Work(
        Wanted(tuple(kind or KINDS), this_machine()),
        processes or settings.ingest_processes or os.cpu_count() or 1,
        until_empty=until_empty,
        most_failures=settings.job_failures,
        trouble=warn,
    )
    if not until_empty:
        note(f"{counted(todo.processes, 'process', 'processes')} for jobs; Ctrl-C ends it")
    states: Counter[str] = Counter()
    with stopping() as stop, closing(work(settings, todo, stop)) as jobs:
        for each in jobs:
            states[each.state] += 1
            if not as_json:
                echo([str(each)], amiss=each.state in {"failed", "set_aside"})
    if as_json:
        echo_document({"jobs": dict(states)})
    else:
        summary(
            "worker",
            counted(states["done"], "job") + " done",
            *(f"{count:,} {state}" for state, count in sorted(states.items()) if state != "done"),
        )
    if stop.signal == SIGINT:
        raise typer.Exit(STOPPED)
    if until_empty and (states["failed"] or states["set_aside"]):
        raise typer.Exit(FAILED)
