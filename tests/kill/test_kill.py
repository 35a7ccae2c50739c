"""Whatever is killed, at whatever call or moment, it is begun again and nothing has come of it.

A victim a file, in victims/; all are judged alike. LEYDEN_KILLS says how many kills there are of
all victims on both databases: two thirds at calls that change something, from the first to the
last, the rest at random moments. How many there were is said at the end.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain, islice, zip_longest
from random import Random
from typing import Final

import pytest

from tests.kill.program import CALLS, AtCall, AtTime, calls_of
from tests.kill.trial import Trial
from tests.kill.victim import victims

_WEIGHT: Final = 2 * sum(each.weight for each in victims().values())
"""Of all victims, on both databases."""


def spread(calls: Sequence[AtCall], count: int, chance: Random) -> list[AtCall]:
    """Return so many of some calls, in turns one of each kind: of those that are rare all."""
    drawn: dict[str, list[AtCall]] = {}
    for each in chance.sample(calls, len(calls)):
        drawn.setdefault(each.call, []).append(each)
    in_turns = chain.from_iterable(zip_longest(*drawn.values()))
    return list(islice(filter(None, in_turns), count))


@pytest.mark.endure
@pytest.mark.slow
@pytest.mark.parametrize("trial", [*victims()], indirect=True)
def test_what_is_killed_and_begun_again_has_lost_nothing_and_done_nothing_twice(
    trial: Trial, kills: int, record_property: Callable[[str, object], None]
) -> None:
    before, after, timed = trial.undisturbed()
    _, again, traced = trial.undisturbed("-e", f"trace={','.join(CALLS)}", "-e", "signal=none")
    assert again == after
    assert timed.first
    assert traced.first
    calls = calls_of(traced.first.traced)
    kills = -(-kills * trial.victim.weight // _WEIGHT)
    chance = Random(f"{type(trial.victim)} {kills}")  # noqa: S311 # any moment is as good
    at_calls = spread(calls, -(-kills * 2 // 3), chance)
    done = Counter(trial.disturbed(each, before, after).was_killed for each in at_calls)
    killed = {"at calls": done[True], "of calls": len(calls), "at moments": 0}
    for turn in range(2 * kills):
        left = kills - killed["at calls"] - killed["at moments"]
        if left <= 0:
            break
        second = timed.first.took_second * (turn + chance.random()) / kills % 1
        killed["at moments"] += trial.disturbed(AtTime(second), before, after).was_killed
    record_property("killed", killed)
    assert killed["at calls"]
    assert killed["at calls"] + killed["at moments"] >= kills
