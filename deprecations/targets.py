"""What can end, as values and as rows: one table of kinds, and how each is named.

Which operations a target reaches is `reach`'s business.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.errors import PlanRefused
from deprecations.models import Target, TargetKind
from registry.apis import find_operation
from registry.models import Api, Operation
from storage.upsert import insert_missing


@dataclass(frozen=True, slots=True)
class Thing:
    """What somebody wants to end, before it has a row; the fields are those of `Target`.

    `api_id` may be left out where an operation tells it.
    """

    kind: TargetKind
    api_id: int | None = None
    operation_id: int | None = None
    name: str = ""
    place: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of target needs to be told apart; `words` names it, with `{place}`, `{name}`, `{value}`."""

    words: str
    places: tuple[str, ...] = ()
    is_named: bool = True
    is_valued: bool = False
    of_operation: bool = True


_MESSAGES: Final = ("request", "response")
_PARAMETERS: Final = ("query", "path", "header", "cookie", "form")
KINDS: Final = {
    TargetKind.OPERATION: Kind("", is_named=False),
    TargetKind.PARAMETER: Kind("{place} parameter “{name}”", _PARAMETERS),
    TargetKind.REQUEST_PROPERTY: Kind("request property “{name}”"),
    TargetKind.RESPONSE_PROPERTY: Kind("response property “{name}”"),
    TargetKind.ENUM_VALUE: Kind(
        "value “{value}” of {place} “{name}”", (*_MESSAGES, *_PARAMETERS), is_valued=True
    ),
    TargetKind.MEDIA_TYPE: Kind("{place} media type “{name}”", _MESSAGES),
    TargetKind.HEADER: Kind("{place} header “{name}”", _MESSAGES),
    TargetKind.SECURITY_SCHEME: Kind("security scheme “{name}”"),
    TargetKind.VERSION: Kind("version {name}", of_operation=False),
    TargetKind.API: Kind("the whole API", is_named=False, of_operation=False),
}
OPERATION_WIDE: Final = (TargetKind.OPERATION, TargetKind.VERSION, TargetKind.API)
"""Kinds whose end is the end of every operation that they reach; the others end a part of it."""

_LONGEST = 1000


def is_whole(target: Target) -> bool:
    """Tell whether a target's end is the end of the operations that it reaches, not of a part of them."""
    return target.kind in OPERATION_WIDE


def ensure(session: Session, thing: Thing) -> Target:
    """Return a thing's row, made where there is none; raises PlanRefused, and the registry's NotFound."""
    kind = KINDS[thing.kind]
    operation = find_operation(session, thing.operation_id) if thing.operation_id is not None else None
    _check(thing, kind, operation)
    api_id = operation.api_id if operation else thing.api_id
    assert api_id is not None  # noqa: S101 - for the type checker; checked before
    key = key_of(thing, operation)
    row = {
        "api_id": api_id,
        "kind": thing.kind.value,
        "key": key,
        "operation_id": operation.id if operation else None,
        "name": thing.name,
        "place": thing.place,
        "value": thing.value,
        "label": label(thing, operation, session.get(Api, api_id)),
    }
    insert_missing(session, Target, [row], ["api_id", "key"])
    return session.scalars(select(Target).where(Target.api_id == api_id, Target.key == key)).one()


def label(thing: Thing, operation: Operation | None, api: Api | None) -> str:
    """Return how people read a thing: `GET /v1/orders`, `query parameter “status” of GET /v1/orders`."""
    words = KINDS[thing.kind].words.format(place=thing.place, name=thing.name, value=thing.value)
    whole = operation.label if operation else (api.name if api else "")
    return f"{words} of {whole}" if words else whole


def _check(thing: Thing, kind: Kind, operation: Operation | None) -> None:
    what = kind.words.format(place=thing.place or "…", name=thing.name or "…", value=thing.value or "…")
    if operation is None and (thing.kind == TargetKind.OPERATION or thing.api_id is None):
        raise PlanRefused("Say what ends: name its operation, as “GET /v1/orders/{id}”.")
    if operation is not None and not kind.of_operation:
        raise PlanRefused(f"“{what}” is no part of an operation: leave the operation out.")
    if kind.is_named != bool(thing.name.strip()):
        raise PlanRefused("Say which: name it." if kind.is_named else "It has no name of its own.")
    if kind.is_valued != bool(thing.value):
        raise PlanRefused("Say which value ends." if kind.is_valued else "Only a value of an enum has one.")
    if kind.places and thing.place not in kind.places:
        raise PlanRefused(f"Say where “{thing.name}” stands: {', '.join(kind.places)}.")
    if not kind.places and thing.place:
        raise PlanRefused(f"“{what}” stands in no other place: leave “{thing.place}” out.")
    if max(len(thing.name), len(thing.value)) > _LONGEST:
        raise PlanRefused(f"A name of more than {_LONGEST} characters can't be kept.")


def key_of(thing: Thing, operation: Operation | None) -> str:
    """Return what tells a thing apart within its API; `operation` is the one that it is a part of."""
    own = [operation.method, operation.shape] if operation else []
    facts = [thing.kind.value, own, thing.name, thing.place, thing.value]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
