"""What to call instead: read from what people write, and looked up in the registry."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.policy import NO_REPLACEMENT
from registry.models import Operation
from registry.publish import shape

_OPERATION = re.compile(r"(?P<method>[A-Za-z]+)\s+(?P<path>/\S*)")


_PART = re.compile(
    r"(?:(?P<place>query|path|header|cookie|form|request|response)\s+)?"
    r"(?:(?:parameter|property|header|media type|field)\s+)?"
    r"[“„\"'`]?(?P<name>[^\s“”„\"'`]+?)[“”\"'`]?"
    r"(?:\s+of\s+(?P<operation>[A-Za-z]+\s+/\S*))?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"https?:|/|.*\.$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """An operation that a replacement names."""

    method: str
    path: str


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A part that a replacement names; `place` and `operation` are "" where it doesn't say them."""

    name: str
    place: str
    operation: str


def read(replacement: str) -> Named | None:
    """Read “GET /v2/orders/{id}”; None for anything else: a link, a sentence, “none”."""
    match = _OPERATION.fullmatch(replacement.strip())
    return Named(match["method"].upper(), match["path"]) if match else None


def read_part(replacement: str) -> NamedPart | None:
    """Read “query parameter “state” of GET /v2/orders”, or a name alone; None for links and sentences."""
    match = _PART.fullmatch(replacement.strip())
    if match is None or not told(replacement) or _NO_NAME.match(match["name"]):
        return None
    return NamedPart(match["name"], (match["place"] or "").lower(), match["operation"] or "")


def find(session: Session, replacement: str, api_id: int) -> Operation | None:
    """Return the operation that a replacement names, of the API itself before any other."""
    named = read(replacement)
    if named is None:
        return None
    same = select(Operation).where(Operation.method == named.method, Operation.shape == shape(named.path))
    return session.scalars(same.order_by(Operation.api_id != api_id, Operation.id).limit(1)).first()


def note(session: Session, replacement: str, api_id: int) -> str:
    """Say what is odd about a replacement, "" where nothing is: it may not be published yet."""
    if read(replacement) is None or find(session, replacement, api_id) is not None:
        return ""
    return f"No API in the registry has {replacement}: it may not be published yet."


def told(replacement: str) -> str:
    """Return what consumers are told to call instead, "" where nothing replaces it."""
    return "" if replacement.casefold() == NO_REPLACEMENT else replacement
