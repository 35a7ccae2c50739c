"""The cells of the demo study: replicates of each configuration, accidents, and full cells.

Lives of replicates scatter as Weibull(7); the first of a group has the life the study reports, and
cells with Prussian blue are ended by the clock. How many replicates there are at each current was
chosen so that a log-rank over all currents gives the 10.41 of the reference: it is no evidence.
"""

from dataclasses import dataclass, replace
from math import gamma
from typing import Final

import numpy as np

from demo import full_cell
from demo.aging import BARE_AGING, COATED_AGING, STEADY_AGING, WETTED_AGING, Aging
from demo.endurance import NO_ACCIDENT, Accident, Endurance, Stage
from demo.full_cell import FullCell
from demo.measurement import Numbers, noise_of

AREA_CM2: Final = 0.7854
"""A disc of 10 mm."""
LFP_LOADING_GRAM_PER_CM2: Final = 1.0e-3
"""Assumed: the study does not tell it."""
WEIBULL_SHAPE: Final = 7.0
FRESH_SCATTER: Final = 0.02
BARE: Final = "Li/LATP/Li"
WETTED: Final = "Li/IL@LATP/Li"
COATED: Final = "Li/IL@PB@LATP/Li"
TEMPERATURES_CELSIUS: Final = (30.0, 40.0, 50.0, 60.0, 70.0, 80.0)
PELLETS: Final = ("synthetic-pellet-1", "synthetic-pellet-2", "synthetic-pellet-3")


@dataclass(frozen=True, slots=True)
class SymmetricTrial:
    """A symmetric cell: its name is that of its file, without the ending of the format."""

    name: str
    configuration: str
    cell: Endurance
    note: str
    form: str = ".bdf.csv"
    spectra_after_hour: tuple[int, ...] = ()
    """When its impedance is measured, in hours of cycling."""


@dataclass(frozen=True, slots=True)
class FullTrial:
    """A full cell and what each of its cycles gives back."""

    name: str
    configuration: str
    cell: FullCell
    capacity_mah_per_gram: Numbers
    note: str
    form: str = ".bdf.csv"


def _group(
    word: str,
    configuration: str,
    aging: Aging,
    *,
    replicates: int,
    density_ma_per_cm2: float,
    reported_life_hour: int | None,
    end_hour: int,
    spectra_after_hour: tuple[int, ...] = (),
) -> list[SymmetricTrial]:
    group = f"synthetic-{word}-{density_ma_per_cm2 * 1e3:.0f}uA"
    chance = noise_of(group)
    lives = chance.weibull(WEIBULL_SHAPE, replicates) / gamma(1 + 1 / WEIBULL_SHAPE)
    fresh = 1 + chance.normal(0.0, FRESH_SCATTER, replicates)
    lives[0] = fresh[0] = 1.0
    fate = "runs away" if reported_life_hour else f"is ended by the clock at {end_hour} h"
    trials = []
    for number in range(replicates):
        life_hour = round(reported_life_hour * lives[number], 1) if reported_life_hour else np.inf
        cell = Endurance(
            aging,
            AREA_CM2,
            (Stage(end_hour, density_ma_per_cm2),),
            life_hour=life_hour,
            pace=reported_life_hour / life_hour if reported_life_hour else 1.0,
            fresh_factor=fresh[number],
        )
        note = f"{density_ma_per_cm2:g} mA/cm² at 60 °C, replicate {number}; {fate}"
        trials.append(SymmetricTrial(f"{group}-{number}", configuration, cell, note))
    # the text of EC-Lab tells when it began, so that a sweep has its place in the cycling
    form = ".mpt" if reported_life_hour or spectra_after_hour else ".bdf.csv"
    trials[0] = replace(trials[0], form=form, spectra_after_hour=spectra_after_hour)
    return trials


def _event(
    word: str, note: str, *stages: Stage, accident: Accident, aging: Aging = STEADY_AGING
) -> SymmetricTrial:
    cell = Endurance(aging, AREA_CM2, stages, accident)
    note += "; it exercises the failure rules"
    return SymmetricTrial(f"synthetic-event-{word}", WETTED, cell, note)


_BARE_HOURS: Final = (0, 50, 100, 140)
_WETTED_HOURS: Final = (*_BARE_HOURS, 200, 300, 340)
_COATED_HOURS: Final = (*_WETTED_HOURS, 500, 800)

REPLICATES: Final = (
    *_group(
        "bare",
        BARE,
        BARE_AGING,
        replicates=5,
        density_ma_per_cm2=0.05,
        reported_life_hour=150,
        end_hour=400,
        spectra_after_hour=_BARE_HOURS,
    ),
    *_group(
        "wetted",
        WETTED,
        WETTED_AGING,
        replicates=5,
        density_ma_per_cm2=0.05,
        reported_life_hour=350,
        end_hour=700,
        spectra_after_hour=_WETTED_HOURS,
    ),
    *_group(
        "coated",
        COATED,
        COATED_AGING,
        replicates=4,
        density_ma_per_cm2=0.05,
        reported_life_hour=None,
        end_hour=820,
        spectra_after_hour=_COATED_HOURS,
    ),
    *_group(
        "coated",
        COATED,
        COATED_AGING,
        replicates=4,
        density_ma_per_cm2=0.1,
        reported_life_hour=None,
        end_hour=300,
    ),
    *_group(
        "coated",
        COATED,
        COATED_AGING,
        replicates=1,
        density_ma_per_cm2=0.025,
        reported_life_hour=None,
        end_hour=200,
    ),
)

EVENTS: Final = (
    _event(
        "soft-short",
        "soft short after 180 h: to 0.35 and noisy",
        Stage(230, 0.05),
        accident=Accident(180, 0.35, relative_noise=0.08),
        aging=WETTED_AGING,
    ),
    _event(
        "hard-short",
        "hard short after 90 h: to 0.004",
        Stage(100, 0.1),
        accident=Accident(90, 0.004),
    ),
    _event(
        "gradual-soft-short",
        "soft short that takes 3 h from 60 h on: to 0.35 and noisy",
        Stage(90, 0.1),
        accident=Accident(60, 0.35, ramp_hour=3, relative_noise=0.05),
    ),
    _event(
        "healing-short",
        "soft short from 60 h to 68 h, then healed",
        Stage(100, 0.1),
        accident=Accident(60, 0.35, until_hour=68, relative_noise=0.05),
    ),
    _event(
        "gradual-wetting",
        "no short: wetting halves the resistance over 100 h",
        Stage(120, 0.1),
        accident=Accident(10, 0.5, ramp_hour=100),
    ),
    _event(
        "pause",
        "no short: a rest of 12 h after 48 h, the resistance half of itself after it",
        Stage(48, 0.1),
        Stage(12, 0.0),
        Stage(40, 0.1),
        accident=Accident(48.5, 0.5),
    ),
    _event(
        "current-change",
        "no short: from 0.2 to 0.1 mA/cm² after 50 h",
        Stage(50, 0.2),
        Stage(50, 0.1),
        accident=NO_ACCIDENT,
    ),
    _event(
        "temperature-change",
        "no short: from 60 °C to 80 °C after 50 h",
        Stage(50, 0.1),
        Stage(50, 0.1, celsius=80.0),
        accident=NO_ACCIDENT,
    ),
    _event(
        "erratic",
        "erratic after 60 h: noise of 35 %",
        Stage(80, 0.1),
        accident=Accident(60, 1.0, relative_noise=0.35),
    ),
)

STAIRCASE: Final = SymmetricTrial(
    "synthetic-critical-current",
    COATED,
    Endurance(
        COATED_AGING,
        AREA_CM2,
        tuple(Stage(2, 0.05 * level) for level in range(1, 17)),
        Accident(26.3, 0.05),
    ),
    "critical current at 60 °C: 0.05 mA/cm² more each cycle; shorts above 0.65 mA/cm²",
    ".csv",
)
SYMMETRIC: Final = (*REPLICATES, *EVENTS, STAIRCASE)


def _cycles(count: int) -> Numbers:
    return np.arange(float(count))


_STEPS_MA_PER_CM2: Final = np.repeat([0.025, 0.05, 0.1, 0.2, 0.025], 5)
_CAPACITIES: Final = np.repeat([199.0, 191.0, 184.0, 176.0, 197.0], 5)
_LFP: Final = "Li/IL@PB@LATP/LFP"

FULL: Final = (
    FullTrial(
        "synthetic-lfp-25uA",
        _LFP,
        FullCell(AREA_CM2, LFP_LOADING_GRAM_PER_CM2, 0.025, 1286),
        199 * (1 - 2e-4 * _cycles(160) ** 0.9),
        "0.025 mA/cm²",
        ".csv",
    ),
    FullTrial(
        "synthetic-lfp-100uA",
        _LFP,
        FullCell(AREA_CM2, LFP_LOADING_GRAM_PER_CM2, 0.1, 1286, 0.995),
        165 - 20 * _cycles(200) / 199,
        "0.1 mA/cm²",
    ),
    FullTrial(
        "synthetic-lfp-rates",
        _LFP,
        FullCell(AREA_CM2, LFP_LOADING_GRAM_PER_CM2, _STEPS_MA_PER_CM2, 1286, 0.995),
        _CAPACITIES,
        "five cycles each at 0.025, 0.05, 0.1, 0.2 and again 0.025 mA/cm²",
        ".csv",
    ),
    FullTrial(
        "synthetic-lfp-wetted-100uA",
        "Li/IL@LATP/LFP",
        FullCell(AREA_CM2, LFP_LOADING_GRAM_PER_CM2, 0.1, 836),
        150 * np.exp(-((_cycles(80) / 45) ** 1.4)),
        "0.1 mA/cm², without Prussian blue",
    ),
    FullTrial(
        "synthetic-fef3-25uA",
        "Li/IL@PB@LATP/FeF3",
        FullCell(AREA_CM2, 0.8e-3, 0.025, 1286, open_circuit_volt=full_cell.fluoride_volt),
        308 + 170 * np.exp(-_cycles(60) / 9),
        "0.025 mA/cm²",
    ),
)
