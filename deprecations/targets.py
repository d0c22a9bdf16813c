"""What can end, as values and as rows: one table of kinds, and how each is named.

Which operations a target reaches is `reach`'s business.
"""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final, NoReturn

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
_MOST_NAMED = 5
_LIKENESS = 0.6  # as difflib takes it when nothing is said


def is_whole(target: Target) -> bool:
    """Tell whether a target's end is the end of the operations that it reaches, not of a part of them."""
    return target.kind in OPERATION_WIDE


def ensure(session: Session, thing: Thing) -> Target:
    """Return a thing's row, made where there is none; raises PlanRefused, and the registry's NotFound."""
    thing = spelled(thing)
    kind = KINDS[thing.kind]
    operation = find_operation(session, thing.operation_id) if thing.operation_id is not None else None
    check(thing, kind, operation)
    api_id = operation.api_id if operation else thing.api_id
    assert api_id is not None  # noqa: S101 - for the type checker; checked before
    known = _known_otherwise(session, thing, operation, api_id)
    if known is not None:
        return known
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


def spelled(thing: Thing) -> Thing:
    """Return a thing by its one spelling: a header of requests is a parameter."""
    if (thing.kind, thing.place) == (TargetKind.HEADER, "request"):
        return replace(thing, kind=TargetKind.PARAMETER, place="header")
    return thing


def thing_of(target: Target) -> Thing:
    """Return what a row is of, by its one spelling."""
    kind, of = TargetKind(target.kind), target.operation_id
    return spelled(Thing(kind, target.api_id, of, target.name, target.place, target.value))


def _known_otherwise(
    session: Session, thing: Thing, operation: Operation | None, api_id: int
) -> Target | None:
    """Return the row of a request header that was planned as a header, as was possible once."""
    if (thing.kind, thing.place) != (TargetKind.PARAMETER, "header"):
        return None
    key = key_of(replace(thing, kind=TargetKind.HEADER, place="request"), operation)
    return session.scalar(select(Target).where(Target.api_id == api_id, Target.key == key))


def label(thing: Thing, operation: Operation | None, api: Api | None) -> str:
    """Return how people read a thing: `GET /v1/orders`, `query parameter “status” of GET /v1/orders`."""
    words = KINDS[thing.kind].words.format(place=thing.place, name=thing.name, value=thing.value)
    whole = operation.label if operation else (api.name if api else "")
    return f"{words} of {whole}" if words else whole


def check(thing: Thing, kind: Kind, operation: Operation | None) -> None:
    """Raise PlanRefused for what isn't told apart, with what to say."""
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


def refuse_unknown(thing: Thing, whole: str, known: Collection[tuple[str, str, str]]) -> NoReturn:
    """Raise PlanRefused for a part that isn't there; `known` are name, place and value of those that are.

    `whole` is the operation that it would be a part of, "" for any; names that are close come first.
    """
    words = KINDS[thing.kind].words
    what = words.format(place=thing.place, name=thing.name, value=thing.value)
    begins = f"{whole} has no {what}" if whole else f"No operation has the {what}"
    told = [words.format(place=place, name=name, value=value) for name, place, value in known]
    close = get_close_matches(what, told, n=_MOST_NAMED, cutoff=_LIKENESS)
    shown = [*close, *(one for one in told if one not in close)][:_MOST_NAMED]
    more = f" and {len(told) - len(shown)} more" if len(told) > len(shown) else ""
    there = (
        f"Mind the spelling: there is {', '.join(shown)}{more}." if shown else "There is none of that kind."
    )
    raise PlanRefused(f"{begins}: nothing would end. {there}")


def key_of(thing: Thing, operation: Operation | None) -> str:
    """Return what tells a thing apart within its API; `operation` is the one that it is a part of."""
    own = [operation.method, operation.shape] if operation else []
    facts = [thing.kind.value, own, thing.name, thing.place, thing.value]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
