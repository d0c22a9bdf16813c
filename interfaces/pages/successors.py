"""What an operation that ends may be replaced by: the API's operations that look like it, likeliest first."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Operation

_VERSION = re.compile(r"/v\d+(?:[._-]?\w+)?(?=/|$)", re.IGNORECASE)
_MOST = 8


def successors(session: Session, ending: Operation, newest_id: int | None) -> tuple[str, ...]:
    """Return operations of the same method that differ in a version prefix, then those that end alike.

    `newest_id` is the API's newest version: what is not in it replaces nothing.
    """
    others = session.scalars(
        select(Operation)
        .where(Operation.api_id == ending.api_id, Operation.method == ending.method)
        .where(Operation.id != ending.id, Operation.last_version_id == newest_id)
        .order_by(Operation.path)
    ).all()
    bare, tail = _unversioned(ending.shape), _tail(ending.shape)
    same = [one.label for one in others if _unversioned(one.shape) == bare]
    alike = [one.label for one in others if _tail(one.shape) == tail]
    return tuple(dict.fromkeys([*same, *alike]))[:_MOST]


def _unversioned(shape: str) -> str:
    return _VERSION.sub("", shape, count=1)


def _tail(shape: str) -> str:
    """Return the last segment that is no parameter, with the parameters behind it."""
    segments = shape.strip("/").split("/")
    last = max((at for at, one in enumerate(segments) if "{" not in one), default=0)
    return "/".join(segments[last:])
