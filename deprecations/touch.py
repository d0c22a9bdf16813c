"""Which calls a finding touches: those that send a thing, leave it out, read it, or every one.

Read from a finding's entry in the public contract (format 1) and one of the places that it reaches.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Touch(StrEnum):
    """Which calls of the operation a finding touches."""

    EVERY_CALL = "every call"
    SENDING = "calls that send it"
    LEAVING_OUT = "calls that leave it out"
    READING = "callers that read it"
    UNSEEN = "calls don't tell"


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a call that a finding is about.

    `section` is query, header, path, cookie or body in a request; status, header or body in a response;
    empty for the whole operation. `status` is as the document writes it: 200, 2XX, default. `pointers` lead
    into the body, "lines/*/sku"; a shared schema may be met at several, and all of the body at none.
    `is_new`: nobody could send it before; `is_gone`: it isn't there any more. `is_shared`: its schema may be
    met at more places than `pointers` name, all of them ending in `tail`; None where that isn't known.
    """

    touch: Touch
    section: str = ""
    name: str = ""
    status: str = ""
    media_type: str = ""
    pointers: tuple[str, ...] = ()
    is_new: bool = False
    is_gone: bool = False
    is_shared: bool = False
    tail: str | None = None

    @property
    def is_response(self) -> bool:
        """Whether it stands in an answer."""
        return bool(self.status)

    @property
    def thing(self) -> str:
        """What people call it."""
        if self.section == "body":
            of = f"the response {self.status}" if self.is_response else "the request body"
            more = f" (and {len(self.pointers) - 1} more places)" if len(self.pointers) > 1 else ""
            return f"“{self.pointers[0]}”{more} in {of}" if self.pointers else of
        if self.section == "status":
            return f"the response {self.status}"
        if self.name:
            return (
                f"the {'response header' if self.is_response else f'{self.section} parameter'} “{self.name}”"
            )
        return "the operation"


_ELSEWHERE = re.compile(r"(?:callback|webhook)\b")
_PLACES = (
    re.compile(r"(?P<section>query|header|path|cookie) parameter (?P<name>.+)"),
    re.compile(r"(?P<section>request body)(?: (?P<media_type>.+))?"),
    re.compile(r"response (?P<status>\S+) header (?P<name>.+)"),
    re.compile(r"response (?P<status>\S+)(?: (?P<media_type>.+))?"),
)
_SHARED = re.compile(r"/(?:components|definitions|parameters|responses)/")
_PROPERTY = re.compile(r"/properties/([^/]+)(/.*)?$")
_INSIDE = re.compile(r"/(?:properties|items|additionalProperties|patternProperties|prefixItems)(?:/|$)")
_OF_A_MEMBER = frozenset({"existence", "required", "read-only", "write-only"})
_DEMANDS = frozenset({("existence", "added"), ("required", "added")})


def part_of(facts: Mapping[str, Any], reach: Mapping[str, Any]) -> Part:
    """Return what a finding is about at one of the places that it reaches (`operations[]`)."""
    where = reach["where"]
    if _ELSEWHERE.match(where):
        return Part(Touch.UNSEEN)
    found = next((match for place in _PLACES if (match := place.fullmatch(where))), None)
    if found is None:
        return Part(Touch.EVERY_CALL if _is_gone(facts) else Touch.UNSEEN)
    named = {key: value or "" for key, value in found.groupdict().items()}
    named["section"] = _section(facts, named)
    change = (facts["aspect"], facts["action"])
    touch = Touch.READING if "status" in named else Touch.SENDING
    if touch is Touch.SENDING and change in _DEMANDS:
        touch = Touch.LEAVING_OUT
    pointers = _pointers(facts, reach) if named["section"] == "body" else ()
    is_new = (
        touch is Touch.LEAVING_OUT and change[0] == "existence" and not any("/" in one for one in pointers)
    )
    shared = bool(pointers) and _is_shared(facts)
    return Part(
        touch,
        pointers=pointers,
        is_new=is_new,
        is_gone=change == ("existence", "removed"),
        is_shared=shared,
        tail=_tail(facts, pointers[0]) if shared else None,
        **named,
    )


def _pointers(facts: Mapping[str, Any], reach: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the places in the body; reports of before had them for the first reach alone."""
    told = reach.get("properties")
    return tuple(told) if told else (facts["property"],) if facts["property"] else ()


def _is_shared(facts: Mapping[str, Any]) -> bool:
    places = [facts.get(side) for side in ("old", "new")]
    return any(place is not None and _SHARED.match(place["pointer"]) for place in places)


def _tail(facts: Mapping[str, Any], pointer: str) -> str | None:
    """Return the name that every place of a shared schema's property ends in."""
    last = pointer.rpartition("/")[2]
    if facts["aspect"] in _OF_A_MEMBER and facts["element"].endswith("property"):
        return last
    side = facts.get("old") or facts.get("new") or {}
    place = str(side.get("pointer", ""))
    found = _PROPERTY.search(place[place.rfind("/properties/") :]) if "/properties/" in place else None
    if found is None or _INSIDE.search(found[2] or ""):
        return None
    return last if found[1].replace("~1", "/").replace("~0", "~") == last else None


def _is_gone(facts: Mapping[str, Any]) -> bool:
    return (facts["element"], facts["aspect"], facts["action"]) == ("operation", "existence", "removed")


def _section(facts: Mapping[str, Any], named: Mapping[str, str]) -> str:
    if "status" in named:
        if "name" in named:
            return "header"
        return "status" if facts["element"].endswith("status") else "body"
    return "body" if named["section"] == "request body" else named["section"]
