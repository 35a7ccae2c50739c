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
    serve` for one command, `export LEYDEN_HOME=/srv/leyden` for all that follow. Without any,
    everything rests in the folder `.leyden` of where you are. A value that does not do ends the
    command with what would.

    | setting | takes | default | meaning |
    |---|---|---|---|
    """
)
_KINDS: Final = {
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
