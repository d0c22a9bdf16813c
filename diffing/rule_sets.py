"""Which level a rule had in which version of the rule set, for policies that name the one they were made for.

A change of a rule's level is a new version and a row here; new rules and mended comparisons are none.
"""

from collections.abc import Mapping

from diffing.finding import Level

CHANGES: Mapping[int, Mapping[str, Level]] = {1: {}}
"""By version: the rules whose level it changed, with the level before. There is one version so far."""


def newest(changes: Mapping[int, Mapping[str, Level]] = CHANGES) -> int:
    """Return the version that judges where a policy names none."""
    return max(changes)


def levels_in(version: int, changes: Mapping[int, Mapping[str, Level]] = CHANGES) -> Mapping[str, Level]:
    """Return the levels of the rules that stood elsewhere in `version` than they stand today."""
    levels: dict[str, Level] = {}
    for later in sorted((each for each in changes if each > version), reverse=True):
        levels |= changes[later]
    return levels
