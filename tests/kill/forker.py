"""Run the real program in forks of a process that has imported it: one begins at once.

python forker.py

Each line that comes in is a JSON document, and so is each answer: ``words`` and ``environment``
begin a program in ``folder``, where what it says comes to lie, and answer with its number; it
waits until ``let`` names it, so that a tracer may come first; ``bury`` answers how it ended.
"""

import json
import os
import pkgutil
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any


def import_all() -> None:
    """Import what a command imports when it works."""
    for root in ("leyden", "schema", "ingest", "service", "command"):
        module = import_module(root)
        for each in pkgutil.walk_packages(getattr(module, "__path__", ()), f"{root}."):
            import_module(each.name)


def become(request: Mapping[str, Any], gate: int) -> None:
    """Wait to be let, and be the program from then on."""
    os.read(gate, 1)
    os.chdir(request["folder"])
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, name in ((0, os.devnull), (1, "out"), (2, "err")):
        os.dup2(os.open(name, flags if number else os.O_RDONLY, 0o644), number)
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["leyden", *request["words"]]


def serve() -> bool:
    """Answer until nobody asks any more; return whether this is a program that was begun."""
    gates: dict[int, int] = {}
    while line := sys.stdin.readline():
        request = json.loads(line)
        answer: dict[str, int] = {}
        if "words" in request:
            gate, opener = os.pipe()
            number = os.fork()
            if not number:
                become(request, gate)
                return True
            os.close(gate)
            gates[number] = opener
            answer["number"] = number
        elif "let" in request:
            os.write(opener := gates.pop(request["let"]), b"\n")
            os.close(opener)
        else:
            answer["code"] = os.waitstatus_to_exitcode(os.waitpid(request["bury"], 0)[1])
        print(json.dumps(answer), flush=True)  # noqa: T201 # whoever asked waits for it
    return False


if __name__ == "__main__":
    import_all()
    if serve():
        from leyden import main

        main()
