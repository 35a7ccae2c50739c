"""What an instrument calls its steps, in the words of every vendor and language met.

The words are in step_label.tsv: a pattern, and the mode or the control it tells. Labels are
compared in lower case, with spaces for ``_ - / + ( )`` and # for numbers; the first pattern that
fits tells the mode, the first that fits tells the control.
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

_APART: Final = re.compile(r"[\s_\-/+().,:;]+")
_NUMBER: Final = re.compile(r"(?<![^\W\d_])\d+(?:[.,]\d+)?(?![^\W\d_])")
_UNCONTROLLED: Final = frozenset({"rest", "voltammetry", "impedance", "both"})


@dataclass(frozen=True, slots=True)
class StepLabels:
    """What the labels of a test say, once for each distinct label."""

    mode: NDArray[np.str_]
    """charge, discharge, rest, pulse, impedance, voltammetry; both where a program of many currents
    runs (SIM, a drive cycle); empty where the label states no direction (CC alone)."""
    control: NDArray[np.str_]
    """CC, CV, CCCV, CP, CR, or empty."""
    codes: NDArray[np.int64]
    """Place of each row's label in ``mode`` and ``control``; -1 where it has none."""


@dataclass(frozen=True, slots=True)
class _Word:
    pattern: re.Pattern[str]
    mode: str
    control: str


def step_labels(labels: pa.Array) -> StepLabels:
    """Return what the labels of a test say.

    Args:
        labels: text or a dictionary of text, one for each step.
    """
    if not pa.types.is_dictionary(labels.type):
        labels = labels.dictionary_encode()
    said = [_said(label or "") for label in labels.dictionary.to_pylist()]
    return StepLabels(
        np.array([mode for mode, _ in said], dtype=np.str_),
        np.array([control for _, control in said], dtype=np.str_),
        labels.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64),
    )


@cache
def _words() -> tuple[_Word, ...]:
    path = Path(__file__).with_name("step_label.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return tuple(_Word(re.compile(r["pattern"]), r["mode"], r["control"]) for r in rows)


def _plain(label: str) -> str:
    label = unicodedata.normalize("NFKC", label).lower()
    return _APART.sub(" ", _NUMBER.sub(" # ", _APART.sub(" ", label))).strip()


@lru_cache(maxsize=4096)
def _said(label: str) -> tuple[str, str]:
    plain = _plain(label)
    fitting = [word for word in _words() if word.pattern.search(plain)]
    modes = [word.mode for word in fitting if word.mode]
    controls = [word.control for word in fitting if word.control]
    mode = modes[0] if modes else ""
    if {"charge", "discharge"} <= {*modes} and mode in {"charge", "discharge"}:
        mode = ""  # a label of both ways states neither
    return mode, controls[0] if controls and mode not in _UNCONTROLLED else ""
