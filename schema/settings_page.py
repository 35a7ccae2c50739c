"""The page of the settings, docs/settings.md, written from schema/settings.py."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, Final, get_args

from annotated_types import Ge, Gt, Le, Lt
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from schema.settings import Settings

_HEAD: Final = dedent(
    """\
    # Settings

    Written from schema/settings.py by `make docs`; change that.

    A setting is an environment variable, read when a command starts: `LEYDEN_PORT=8001 leyden
    serve` for one command, `export LEYDEN_HOME=/srv/leyden` for all that follow. Or it is a line of
    the nearest `leyden.toml`, in the working folder or above it; names are the same without
    `LEYDEN_`, in small letters, and relative paths begin at the folder of the file:

    ```toml
    home = "warehouse"
    port = 8001
    ```

    What is stated in several ways counts in this order:

    1. the option of a command: `--home DIR` (every command has it), `--port`, `--host`;
    2. the variable;
    3. the nearest `leyden.toml`;
    4. for the home, the nearest folder `.leyden`, in the working folder or above it, as git looks;
    5. the default. A new home is `.leyden` beside `leyden.toml`, else in the working folder.

    `leyden status` says which home it is and by what. Only `init`, `ingest`, `watch`, `study enter`
    and `demo` make a warehouse; the others say that there is none. `leyden demo` has a home of its
    own, beside yours and called like it with `-demo`, or the one that its `--home` names.

    A value that does not do, and a name that no setting has, end the command with what would do. In
    Kubernetes a service called `leyden` puts variables of this prefix into every pod: switch them
    off by `enableServiceLinks: false`.

    | setting | takes | default | meaning |
    |---|---|---|---|
    """
)
_KINDS: Final = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Path: "a folder",
    SecretStr: "a secret",
}
_BOUNDS: Final = ((Ge, "ge", "from"), (Gt, "gt", "above"), (Le, "le", "to"), (Lt, "lt", "below"))


def settings_page() -> str:
    """Return the page of the settings as Markdown."""
    prefix = Settings.model_config["env_prefix"]
    rows = (
        f"| `{prefix}{name.upper()}` | {_takes(field)} | {_default(field)} | {_cell(field)} |\n"
        for name, field in Settings.model_fields.items()
    )
    return _HEAD + "".join(rows)


def _takes(field: FieldInfo) -> str:
    kind: Any = field.annotation
    words = _KINDS[kind] if kind in _KINDS else "one of " + ", ".join(map(str, get_args(kind)))
    return " ".join([words, *_bounds(field)])


def _bounds(field: FieldInfo) -> Iterator[str]:
    for kind, end, word in _BOUNDS:
        for bound in field.metadata:
            if isinstance(bound, kind):
                yield f"{word} {getattr(bound, end)}"


def _default(field: FieldInfo) -> str:
    default = field.default
    text = default.get_secret_value() if isinstance(default, SecretStr) else str(default)
    return f"`{text}`" if text else "empty"


def _cell(field: FieldInfo) -> str:
    return str(field.description).replace("|", r"\|")
