"""Taking out of a text what could name a person or open a door, before the text is kept as a sample.

What is left shows a line's build: words, punctuation, the names of query parameters and of JSON members.
A plain word stays whatever it means, so a redacted text is for operators' eyes, not for the public.
"""

import re
from functools import lru_cache

MASK = "…"
LONGEST_SAMPLE = 200
_READ_AT_MOST = 400  # characters: keeps the cost of a hostile line small

_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*(?:"(\s*:)?|$)')
_STEPS = (
    (re.compile(r"[^\s@\"'<>,;/?&=]+@[^\s@\"'<>,;/?&=]+"), MASK),  # like an e-mail address
    (re.compile(r"(?i)\b(basic|bearer|digest|token|key|secret|password)([\s:=]+)[^\s\"'&]+"), rf"\1\2{MASK}"),
    (re.compile(r"=[^&\s\"'#]+"), f"={MASK}"),  # a query value
    (re.compile(r"[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:]*"), MASK),  # an IPv6 address, a time of day
    (re.compile(r"[A-Za-z]{24,}"), MASK),  # longer than words are
    (re.compile(r"[A-Za-z_%+~-]*\d[\w%+~-]*"), MASK),  # a word with a digit: ids, dates, numbers, tokens
    (re.compile(rf"{MASK}(?:[.:/-]?{MASK})+"), MASK),
)
_VERSION = re.compile(r"v\d{1,2}")
_SLASH = re.compile(r"(/|%2[Ff])")  # an encoded one too: what stands before it isn't part of an id


def redact(text: str) -> str:
    """Return a text without values, addresses, ids and tokens; at most 200 characters of it."""
    shown = "".join(character if character.isprintable() else MASK for character in text[:_READ_AT_MOST])
    if "{" in shown:
        shown = _JSON_TEXT.sub(_member, shown)
    for pattern, replacement in _STEPS:
        shown = pattern.sub(replacement, shown)
    return shown[:LONGEST_SAMPLE]


def redact_path(path: str) -> str:
    """Return a path with what is like an id left out: `/v1/orders/8841` is `/v1/orders/…`."""
    return "".join(map(_segment, _SLASH.split(path[:_READ_AT_MOST])))[:LONGEST_SAMPLE]


@lru_cache(maxsize=4096)  # the literal segments of paths are few
def _segment(segment: str) -> str:
    return segment if _VERSION.fullmatch(segment) or _SLASH.fullmatch(segment) else redact(segment)


def _member(text: re.Match[str]) -> str:
    return text[0] if text[1] else f'"{MASK}"'
