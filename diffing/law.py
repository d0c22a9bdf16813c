"""The law: what a change does to the set of legal messages, and in which direction they go, gives the level.

Departures from it stand in `conventions`, each with its reason.
"""

from diffing.finding import Direction, Effect, Level

_BREAKS = {
    (Direction.REQUEST, Effect.NARROWS): "consumers may send what is now refused",
    (Direction.RESPONSE, Effect.WIDENS): "consumers may receive what they were told could not come",
    (Direction.REQUEST, Effect.SWAPS): "consumers may send what is now refused",
    (Direction.RESPONSE, Effect.SWAPS): "consumers may receive what they were told could not come",
    (Direction.NONE, Effect.NARROWS): "what consumers relied on is no longer there",
    (Direction.NONE, Effect.SWAPS): "what consumers relied on is no longer there",
}
_HOLDS = {
    (Direction.REQUEST, Effect.WIDENS): "whatever consumers send today is still accepted",
    (Direction.RESPONSE, Effect.NARROWS): "whatever may come now could come before",
    (Direction.NONE, Effect.WIDENS): "whatever worked before still works",
}


def by_law(direction: Direction, effect: Effect) -> tuple[Level, str]:
    """Answer the level of an effect in a direction and the reason, as a sentence's end."""
    if (direction, effect) in _BREAKS:
        return Level.BREAKING, _BREAKS[direction, effect]
    if (direction, effect) in _HOLDS:
        return Level.COMPATIBLE, _HOLDS[direction, effect]
    if effect is Effect.UNKNOWN:
        return Level.DANGEROUS, "the document can't tell whether every message that was legal still is"
    return Level.EDITORIAL, "the set of legal messages is the same"
