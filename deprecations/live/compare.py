"""A reply's headers beside the ones that the plan calls for, as a pure comparison."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from deprecations.dialects import complaint, read

Pairs = Sequence[tuple[str, str]]
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[A-Za-z0-9*!#$&+.^_`|~-]+(?:\s*=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)")
_REL = re.compile(r"(?:^|;)\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))", re.IGNORECASE)
_DATES = ("Deprecation", "Sunset")
_LONGEST = 200


class Kind(StrEnum):
    """How a reply strays from the plan."""

    MISSING = "missing"
    MALFORMED = "malformed"
    DUPLICATE = "duplicate"
    WRONG_DATE = "wrong-date"
    MISSING_LINK = "missing-link"
    UNPLANNED = "unplanned"
    NOT_GONE = "not-gone"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Drift:
    """One way in which a reply strays: the header that it is about, and what to do, in a sentence."""

    kind: Kind
    header: str
    text: str


def compare(expected: Pairs, got: Pairs, *, status: int, is_gone: bool) -> tuple[Drift, ...]:
    """Return how a reply strays from the headers that are expected; `is_gone` says that it must be a 410."""
    wanted = {name: value for name, value in expected if name in _DATES}
    found = [drift for name in _DATES for drift in _date(name, wanted.get(name), _values(got, name))]
    sent = _links(", ".join(_values(got, "Link")))
    for name, value in expected:
        if name == "Link" and not _links(value) <= sent:
            found.append(Drift(Kind.MISSING_LINK, "Link", f"The reply lacks the link {value}."))
    if is_gone and status != HTTPStatus.GONE:
        text = f"Its last day is over, and it answers {status} where the plan calls for 410."
        found.append(Drift(Kind.NOT_GONE, "", text))
    return tuple(found)


def _date(name: str, wanted: str | None, values: list[str]) -> list[Drift]:
    if not values:
        text = f"The reply has no {name}: it should be “{wanted}”."
        return [Drift(Kind.MISSING, name, text)] if wanted else []
    if wanted is None:
        text = f"The reply has {name} “{_short(values[0])}”, and no plan calls for one."
        return [Drift(Kind.UNPLANNED, name, text)]
    if len(values) > 1:
        text = f"The reply has {name} {len(values)} times, and may have it once; leave “{wanted}”."
        return [Drift(Kind.DUPLICATE, name, text)]
    if told := complaint(name, values[0]):
        return [Drift(Kind.MALFORMED, name, f"{name}: {told}")]
    if read(values[0]).at != read(wanted).at:
        text = f"{name} is “{_short(values[0])}”, and the plan says “{wanted}”."
        return [Drift(Kind.WRONG_DATE, name, text)]
    return []


def _values(got: Pairs, name: str) -> list[str]:
    return [value.strip() for header, value in got if header.lower() == name.lower()]


def _links(value: str) -> set[tuple[str, str]]:
    """Return target and relation of each link of a value (RFC 8288 section 3)."""
    return {
        (target, relation.lower())
        for target, parameters in _LINK.findall(value)
        for quoted, plain in _REL.findall(parameters)
        for relation in (quoted or plain).split()
    }


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
