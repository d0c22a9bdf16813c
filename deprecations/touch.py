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
    empty for the whole operation. `status` is as the document writes it: 200, 2XX, default. `pointer` leads
    into the body, "lines/*/sku", empty for all of it. `is_new`: nobody could send it before.
    """

    touch: Touch
    section: str = ""
    name: str = ""
    status: str = ""
    media_type: str = ""
    pointer: str = ""
    is_new: bool = False

    @property
    def is_response(self) -> bool:
        """Whether it stands in an answer."""
        return bool(self.status)

    @property
    def thing(self) -> str:
        """What people call it."""
        if self.section == "body":
            of = f"the response {self.status}" if self.is_response else "the request body"
            return f"“{self.pointer}” in {of}" if self.pointer else of
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
_DEMANDS = frozenset({("existence", "added"), ("required", "added")})


def part_of(facts: Mapping[str, Any], where: str) -> Part:
    """Return what a finding is about at one of the places that it reaches (`operations[].where`)."""
    if _ELSEWHERE.match(where):
        return Part(Touch.UNSEEN)
    found = next((match for place in _PLACES if (match := place.fullmatch(where))), None)
    if found is None:
        return Part(Touch.EVERY_CALL if _is_gone(facts) else Touch.UNSEEN)
    named = {key: value or "" for key, value in found.groupdict().items()}
    named["section"] = _section(facts, named)
    added = (facts["aspect"], facts["action"])
    touch = Touch.READING if "status" in named else Touch.SENDING
    if touch is Touch.SENDING and added in _DEMANDS:
        touch = Touch.LEAVING_OUT
    pointer = (facts["property"] or "") if named["section"] == "body" else ""
    is_new = touch is Touch.LEAVING_OUT and added[0] == "existence" and "/" not in pointer
    return Part(touch, pointer=pointer, is_new=is_new, **named)


def _is_gone(facts: Mapping[str, Any]) -> bool:
    return (facts["element"], facts["aspect"], facts["action"]) == ("operation", "existence", "removed")


def _section(facts: Mapping[str, Any], named: Mapping[str, str]) -> str:
    if "status" in named:
        if "name" in named:
            return "header"
        return "status" if facts["element"].endswith("status") else "body"
    return "body" if named["section"] == "request body" else named["section"]
