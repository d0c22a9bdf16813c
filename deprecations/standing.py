"""How a consumer stands to a change: the words, worst first, and what each rests on."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Standing(StrEnum):
    """What a change does to one consumer, worst first; unknown is worse than the good news."""

    HURT = "hurt"
    AT_RISK = "at-risk"
    UNKNOWN = "unknown"
    NOT_HURT = "not-hurt"


class Proof(StrEnum):
    """What a standing rests on."""

    CONTRACT = "contract"
    CALLS = "calls"
    PARAMETERS = "parameters"
    SILENCE = "silence"
    NOTHING = "nothing"


HITTING = frozenset({Standing.HURT, Standing.AT_RISK})
_RANK = {standing: rank for rank, standing in enumerate(Standing)}


def worst(standings: Iterable[Standing]) -> Standing:
    """Return the worst of several standings; of none, nobody is hurt."""
    return min(standings, key=_RANK.__getitem__, default=Standing.NOT_HURT)


def rank(standing: Standing) -> int:
    """Return a number to sort by, 0 for the worst."""
    return _RANK[standing]


def tally(standings: Iterable[Standing]) -> Mapping[Standing, int]:
    """Count standings; each word is there, with 0 where nobody stands so."""
    counts = dict.fromkeys(Standing, 0)
    for standing in standings:
        counts[standing] += 1
    return counts
