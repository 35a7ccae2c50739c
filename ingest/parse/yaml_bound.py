"""YAML that somebody wrote, before anything is made of it: bounded in size, nesting and aliases.

Lists in lists overflow the stack that composes them, and some lines of aliases to aliases stand for
more than any memory holds. What is bounded here is seen in the stream of events, of which neither
is made anything.
"""

from pathlib import Path
from typing import Final

import yaml

LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where libyaml is: far faster
_MOST_BYTES: Final = 20_000_000
_MOST_DEEP: Final = 50
_MOST_NODES: Final = 1_000_000
"""Values, each counted again wherever an alias stands for it."""


def bounded(path: Path, most_bytes: int = _MOST_BYTES) -> bytes:
    """Return the bytes of a file of YAML.

    Raises:
        yaml.YAMLError: when it is none, or more than anybody writes.
        OSError: when it cannot be read.
    """
    if (size := path.stat().st_size) > most_bytes:
        message = f"{size / 1e6:.0f} MB are more than anybody writes"
        raise yaml.YAMLError(message)
    content = path.read_bytes()
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    count = 0
    for event in yaml.parse(content, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            open_nodes.append((event.anchor, count))
            count += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, begun = open_nodes.pop()
            sizes |= {anchor: count - begun} if anchor else {}
        elif isinstance(event, yaml.AliasEvent):
            count += sizes.get(event.anchor or "", 1)
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
        if len(open_nodes) > _MOST_DEEP or count > _MOST_NODES:
            problem = (
                "it nests too deep" if count <= _MOST_NODES else "its aliases unfold without end"
            )
            mark = event.start_mark
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)  # type: ignore[arg-type] # libyaml has a mark of its own
    return content
