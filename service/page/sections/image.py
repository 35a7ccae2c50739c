"""What was measured in an image: sizes of grains, thickness of a layer, cracks and pores."""

from collections.abc import Callable
from typing import Final

from service.page.section import Section, Show
from service.page.sections.metric_table import Rows, in_files, listed, numbers, why, words
from service.page.table import Table

_MEND: Final = "Nothing of this kind was measured in it: `leyden measure` takes a table of ImageJ."


def _listed(metric: str, table: Callable[[Rows], Table]) -> Show:
    return listed("image_objects", "image", "imageId", metric, empty=_MEND, table=table)


def _grains(found: Rows) -> Table:
    return Table(
        (
            words(found, "region", "region", "Region"),
            words(found, "way", "way", "Way"),
            words(found, "weighting", "weighting", "Weighed by"),
            numbers(found, "size_um", "sizeUm", "Size / µm", "errorUm"),
            *in_files(found, error_um="errorUm"),
            numbers(found, "median_um", "medianUm", "Median / µm (no error)"),
            numbers(found, "lower_decile_um", "lowerDecileUm", "10 % / µm (no error)"),
            numbers(found, "upper_decile_um", "upperDecileUm", "90 % / µm (no error)"),
            numbers(found, "object_count", "objectCount", "Lines or grains"),
            *why(found),
        )
    )


def _layers(found: Rows) -> Table:
    return Table(
        (
            words(found, "region", "region", "Region"),
            numbers(found, "thickness_um", "thicknessUm", "Thickness / µm", "errorUm"),
            *in_files(found, error_um="errorUm"),
            numbers(found, "sd_um", "sdUm", "Deviation / µm (no error)"),
            numbers(found, "lowest_um", "lowestUm", "Least / µm (no error)"),
            numbers(found, "highest_um", "highestUm", "Greatest / µm (no error)"),
            numbers(found, "coverage", "coverage", "Covered (no error)"),
            *why(found),
        )
    )


def _shares(found: Rows) -> Table:
    return Table(
        (
            words(found, "kind", "kind", "Of"),
            words(found, "measure", "measure", "What"),
            numbers(found, "amount", "amount", "Amount (no error)"),
            words(found, "amount_unit", "amountUnit", "Unit"),
            numbers(found, "object_count", "objectCount", "Objects"),
            *why(found),
        )
    )


SECTIONS: Final = (
    Section("grains", "Grains", _listed("grainSize", _grains), width="whole"),
    Section("layers", "Layers", _listed("layerThickness", _layers), width="whole"),
    Section("shares", "Cracks and pores", _listed("imageShare", _shares)),
)
