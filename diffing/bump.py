"""Name the semver step that findings call for, and the one that `info.version` took.

The levels say what is needed; the two version texts say what was given. Nothing else is asked.
"""

import re
from collections.abc import Iterable

from diffing.finding import Bump, Finding, Level
from diffing.summary import summarise

_STEP = {
    Level.BREAKING: "major",
    Level.DANGEROUS: "minor",
    Level.COMPATIBLE: "minor",
    Level.EDITORIAL: "patch",
}
_ORDER = ("none", "patch", "minor", "major")
# A pre-release needs all three numbers, else a date would read as one.
_VERSION = re.compile(
    r"v?(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?"
    r"(?:\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?)?(?:\+[0-9A-Za-z.-]+)?",
    re.IGNORECASE,
)

_Identifier = tuple[bool, int, str]
_Version = tuple[tuple[int, int, int], bool, tuple[_Identifier, ...]]


def bump(findings: Iterable[Finding], old: str, new: str) -> Bump:
    """Return the step that the unwaived findings need and the step from version `old` to `new`.

    `needed` is major, minor, patch or none. `given` is one of these, or backward where the new
    version precedes the old, or None where either is not a version of one to three numbers
    (https://semver.org, items 9 to 11, with a leading `v` and missing zeros tolerated).
    """
    return Bump(needed=_needed(findings), given=_given(old, new))


def is_enough(step: Bump, old: str) -> bool | None:
    """Is the given step as large as the needed one? None where no step could be read.

    Below 1.0.0 a minor step is enough for anything (semver, item 4).
    """
    if step.given is None:
        return None
    if step.given == "backward":
        return False
    version = _parsed(old)
    needed = "minor" if step.needed == "major" and version and version[0][0] == 0 else step.needed
    return _ORDER.index(step.given) >= _ORDER.index(needed)


def _needed(findings: Iterable[Finding]) -> str:
    counts = summarise(findings)
    for level, step in _STEP.items():
        if getattr(counts, level.value):
            return step
    return "none"


def _given(old_text: str, new_text: str) -> str | None:
    old, new = _parsed(old_text), _parsed(new_text)
    if old is None or new is None:
        return None
    if old == new:
        return "none"
    if new < old:
        return "backward"
    if new[0][0] != old[0][0]:
        return "major"
    return "minor" if new[0][1] != old[0][1] else "patch"


def _parsed(text: str) -> _Version | None:
    """Return what orders a version: its numbers, whether it is a release, its pre-release identifiers."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return None
    major, minor, patch, pre = match.groups()
    identifiers = tuple(_identifier(part) for part in pre.split(".")) if pre else ()
    return (int(major), int(minor or 0), int(patch or 0)), not pre, identifiers


def _identifier(part: str) -> _Identifier:
    # Numeric identifiers precede alphanumeric ones (semver, item 11.4.3).
    return (False, int(part), "") if part.isdigit() else (True, 0, part)
