"""Departures from the law, and what existence means where the law is silent: one row each, with its reason.

Rows are tried from the top; "*" matches anything, a trailing "*" any ending.
"""

from fnmatch import fnmatchcase
from functools import cache
from typing import NamedTuple

from diffing.finding import Level

B, D, C, E = Level.BREAKING, Level.DANGEROUS, Level.COMPATIBLE, Level.EDITORIAL


class Convention(NamedTuple):
    """A coordinate and the level it has whatever the law says."""

    direction: str
    element: str
    aspect: str
    action: str
    trait: str
    level: Level
    reason: str


def _row(coordinate: str, level: Level, reason: str) -> Convention:
    direction, element, aspect, action, trait = coordinate.split()
    return Convention(direction, element, aspect, action, trait, level, reason)


_MEMBERSHIP = "existence|read-only|write-only"

_ROWS: tuple[tuple[str, Level, str], ...] = (
    # requests
    (
        "request property M added optional",
        C,
        "in an open object a typed property narrows strictly; no policy counts it",
    ),
    (
        "request property M added optional-contradicting",
        D,
        "the old schema gave this name another meaning already",
    ),
    ("request property M added required*", B, "required means sent, even where there is a default"),
    (
        "request property M removed *-closed",
        B,
        "the new schema is closed, so whoever still sends it is refused",
    ),
    (
        "request property M removed required*|optional*",
        D,
        "senders are ignored or refused; the document can't tell which",
    ),
    ("request parameter existence added optional", C, "leaving it out means what it meant before"),
    ("request parameter existence added required", B, "required means sent"),
    (
        "request parameter existence removed *",
        D,
        "senders are ignored or refused; the document can't tell which",
    ),
    ("request body existence added required", B, "required means sent"),
    ("request body existence added optional", C, "leaving it out means what it meant before"),
    ("request body existence removed *", D, "senders are ignored or refused; the document can't tell which"),
    ("request * default-value * *", D, "consumers that leave it out get different behaviour"),
    # responses
    ("response property M added *-closed", D, "readers were told that nothing else would come"),
    (
        "response property M added *-contradicting",
        D,
        "the old schema promised another meaning of this name; readers may have relied on it",
    ),
    ("response property M added *", C, "readers ignore what they don't know"),
    ("response property M removed optional*", D, "readers never get it again"),
    ("response property M removed required*", B, "readers were told that it is always there"),
    ("response parameter existence removed required", B, "receivers were told that it is always there"),
    ("response parameter existence removed optional", D, "receivers never get it again"),
    ("response parameter existence added *", C, "receivers ignore what they don't know"),
    ("response * enum-value added extensible", C, "x-extensible-enum announces values to come"),
    ("response * enum-value added *", D, "exhaustive switches break, tolerant ones don't"),
    ("response * default-value * *", C, "a reader sees the value itself"),
    ("response success-status existence added *", D, "clients test for the status they know"),
    ("response success-status existence removed last", B, "clients wait for a success that no longer comes"),
    (
        "response success-status existence removed others-remain",
        D,
        "clients may wait for it; other successes remain",
    ),
    ("* success-status existence removed *", B, "the other side waits for it"),
    ("* non-success-status existence * *", C, "every client must handle errors that are not listed"),
    ("response body existence added *", D, "clients that expected nothing may stumble"),
    ("response body existence removed *", B, "readers wait for a body that no longer comes"),
    ("response header existence removed required", B, "readers were told that it is always there"),
    ("response header existence removed optional", D, "readers never get it again"),
    ("response header existence added *", C, "readers ignore headers they don't know"),
    ("* header existence removed *", D, "the other side may rely on it"),
    ("request header existence added required", B, "required means sent"),
    ("* header existence added *", C, "the other side ignores what it doesn't know"),
    # media types
    (
        "response media-type existence removed narrowed",
        D,
        "what is still sent was covered; consumers may have asked for another type in that range",
    ),
    (
        "response media-type existence added pushed",
        D,
        "receivers don't choose the format of what is sent to them",
    ),
    ("* media-type existence removed *", B, "the format that consumers ask for or send is gone"),
    ("* media-type existence added *", C, "the formats that were there stay"),
    ("* * nullable * left-over", D, "the text still says nullable, which its dialect no longer knows"),
    # wire form
    ("* * format * vendor", D, "validators differ on a vendor's format, consumers rely on it"),
    # operations
    (
        "none operation existence added captures",
        D,
        "the new path takes over requests that a template matched",
    ),
    ("none operation existence added *", C, "nobody relies on it yet"),
    ("none operation operation-id added *", E, "nothing was named before"),
    ("none operation operation-id * *", D, "generated clients rename the method"),
    ("none operation deprecated * *", C, "it still works; dates are the business of its deprecation"),
    ("none operation sunset * *", C, "dates are the business of its deprecation"),
    ("none operation stability * *", C, "a promise about the future changes nothing today"),
    ("none webhook|callback existence added *", C, "one must subscribe first"),
    ("none webhook|callback existence removed *", B, "subscribers wait for it"),
    ("none server existence removed *", B, "calls to this URL are no longer promised an answer"),
    ("none server existence added *", C, "the URLs that were there stay"),
    ("none server default-value * *", D, "clients that leave the variable out call another URL"),
    # security
    (
        "none operation security became-required *",
        B,
        "calls without credentials were enough and no longer are",
    ),
    ("none operation security-component-oauth-scope removed *", D, "requests for this scope may be refused"),
    (
        "none operation security-component added *",
        C,
        "nothing demands it yet; what operations demand is judged where they demand it",
    ),
    (
        "none operation security-component removed *",
        E,
        "what operations demand is judged where they demand it",
    ),
    # what leaves the legal values alone but still says something
    ("* * extension * *", E, "extensions are notes to tools; those that mean more have rules of their own"),
    ("* * deprecated * *", C, "it still works; dates are the business of its deprecation"),
    ("* * sunset * *", C, "dates are the business of its deprecation"),
    ("* * read-only|write-only * *", C, "messages in this direction stay as they are"),
    ("* link existence removed|changed *", D, "clients that follow it may get lost"),
    ("* link existence added *", C, "clients ignore links they don't know"),
)

CONVENTIONS: tuple[Convention, ...] = tuple(
    _row(c.replace(" M ", f" {_MEMBERSHIP} "), level, why) for c, level, why in _ROWS
)
"""The table in the order in which it is tried."""


@cache
def by_convention(direction: str, element: str, aspect: str, action: str, trait: str) -> Convention | None:
    """Answer the convention for a coordinate, None where the law holds."""
    asked = (direction, element, aspect, action, trait)
    for row in CONVENTIONS:
        patterns = (row.direction, row.element, row.aspect, row.action, row.trait)
        if all(_matches(pattern, word) for pattern, word in zip(patterns, asked, strict=True)):
            return row
    return None


def _matches(pattern: str, word: str) -> bool:
    return any(fnmatchcase(word, option) for option in pattern.split("|"))
