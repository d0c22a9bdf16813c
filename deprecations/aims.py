"""What is to end, read from a finding or from a document's own marks: things, ready to be planned."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.models import Deprecation, State, Target, TargetKind
from deprecations.targets import Thing, key_of, label, thing_of
from registry.models import Api, DocumentMark, DocumentOperation, Operation, StoredFinding, Version

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Aim:
    """A thing with how people read it, and the operations that it is known to reach."""

    thing: Thing
    label: str
    reaches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a document marks as ending and no plan says; `sunset_on` is None where it names no day.

    `operation` is the only one that has it, as people write it; "" where several have.
    """

    aim: Aim
    operation: str
    sunset_on: date | None
    sunset: str
    reason: str
    replacement: str


def aim_of_finding(session: Session, finding: StoredFinding, reached: Sequence[Operation]) -> Aim:
    """Return what would end if a finding's change were made by plan: a part, or the whole operation.

    `reached` are the operations meant, of those that the finding reaches; one or more.
    """
    api = session.get_one(Api, reached[0].api_id)
    only = reached[0] if len(reached) == 1 else None
    kind, name, place, value = part_in(finding.facts) or (TargetKind.OPERATION, "", "", "")
    if kind == TargetKind.OPERATION:
        only = reached[0]
    thing = Thing(kind, api.id, only.id if only else None, name, place, value)
    return Aim(thing, label(thing, only, api), tuple(one.id for one in reached))


def suggestions(session: Session, api_id: int) -> tuple[Suggestion, ...]:
    """Return what an API's newest document marks as deprecated and nothing is planned for, in its order."""
    newest = select(Version).where(Version.api_id == api_id).order_by(Version.position.desc()).limit(1)
    version = session.scalars(newest).first()
    if version is None:
        return ()
    marks = session.scalars(
        select(DocumentMark).where(DocumentMark.digest == version.digest).order_by(DocumentMark.position)
    )
    known, planned = operations_of_document(session, api_id, version.digest), _planned(session, api_id)
    api = session.get_one(Api, api_id)
    found = (_suggestion(mark, api, known, planned) for mark in marks)
    return tuple(one for one in found if one is not None)


def _suggestion(
    mark: DocumentMark,
    api: Api,
    known: dict[tuple[str, str], Operation],
    planned: set[str],
) -> Suggestion | None:
    pairs = ((pair[0], pair[1]) for pair in mark.operations)
    reached = [known[pair] for pair in pairs if pair in known]
    if not reached:
        return None
    only = reached[0] if len(reached) == 1 else None
    thing = Thing(TargetKind(mark.kind), api.id, only.id if only else None, mark.name, mark.place)
    if key_of(thing, only) in planned:
        return None
    aim = Aim(thing, label(thing, only, api), tuple(one.id for one in reached))
    own = only.label if only else ""
    return Suggestion(aim, own, day_in(mark.sunset), mark.sunset, mark.reason, mark.replacement)


def day_in(text: str) -> date | None:
    """Read the day that an extension names: an ISO date, or an instant's date; None for anything else."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def operations_of_document(session: Session, api_id: int, digest: str) -> dict[tuple[str, str], Operation]:
    """Return an API's operations by method and path as one document writes them."""
    rows = session.execute(
        select(DocumentOperation.method, DocumentOperation.path, Operation)
        .join(
            Operation,
            (Operation.method == DocumentOperation.method) & (Operation.shape == DocumentOperation.shape),
        )
        .where(DocumentOperation.digest == digest, Operation.api_id == api_id)
    )
    return {(method, path): operation for method, path, operation in rows}


def _planned(session: Session, api_id: int) -> set[str]:
    keys = (
        select(Target.key)
        .join(Deprecation, Deprecation.target_id == Target.id)
        .where(Target.api_id == api_id, Deprecation.state != State.CANCELLED)
    )
    return set(session.scalars(keys))


_MESSAGE_OF: Final = {TargetKind.REQUEST_PROPERTY: "request", TargetKind.RESPONSE_PROPERTY: "response"}
Part = tuple[TargetKind, str, str, str]


def parts_at(facts: Facts, place: Facts) -> frozenset[Part]:
    """Return what a finding takes away at one place of those that it reaches, which may be several parts."""
    read = _PARTS.get((facts["element"], facts["aspect"], facts["action"]))
    if read is None:
        return frozenset()
    names = place.get("properties") or (facts["property"],)
    found = (read({**facts, "operations": [place], "property": name}) for name in names)
    return frozenset(one for one in found if one is not None)


def takes(found: Part, target: Target) -> bool:
    """Tell whether a target goes with a part that is taken away: it is that part, or stands inside of it."""
    kind, name, place, _value = found
    own = thing_of(target)
    if (own.kind, own.name, own.place, own.value) == found:
        return True
    if kind == TargetKind.PARAMETER:
        return own.kind == TargetKind.ENUM_VALUE and (own.name, own.place) == (name, place)
    if kind not in _MESSAGE_OF:
        return False
    is_inside = own.name.startswith(f"{name}/")
    if own.kind == TargetKind.ENUM_VALUE:
        return own.place == _MESSAGE_OF[kind] and (own.name == name or is_inside)
    return own.kind == kind and is_inside


def part_in(facts: Facts) -> Part | None:
    """Return kind, name, place and value of the part that a finding takes away, None for none."""
    read = _PARTS.get((facts["element"], facts["aspect"], facts["action"]))
    return read(facts) if read is not None and facts.get("operations") else None


def _words(facts: Facts) -> list[str]:
    return str(facts["operations"][0]["where"]).split(" ")


def _old_value(facts: Facts) -> Any:
    return (facts.get("old") or {}).get("value")


def _parameter(facts: Facts) -> Part | None:
    """Read `query parameter status`, as the place of a finding is told."""
    place, word, *name = _words(facts)
    return (TargetKind.PARAMETER, " ".join(name), place, "") if word == "parameter" else None


def _property(facts: Facts) -> Part | None:
    kinds = {"request": TargetKind.REQUEST_PROPERTY, "response": TargetKind.RESPONSE_PROPERTY}
    kind = kinds.get(facts["direction"])
    return (kind, facts["property"], "", "") if kind and facts["property"] else None


def _value_of_property(facts: Facts) -> Part | None:
    of_message = facts["direction"] in ("request", "response") and facts["property"]
    value = _old_value(facts)
    told = value if isinstance(value, str) else str(value)
    return (TargetKind.ENUM_VALUE, facts["property"], facts["direction"], told) if of_message else None


def _value_of_parameter(facts: Facts) -> Part | None:
    found = _parameter(facts)
    return (TargetKind.ENUM_VALUE, found[1], found[2], str(_old_value(facts))) if found else None


def _media_type(facts: Facts) -> Part | None:
    return TargetKind.MEDIA_TYPE, _words(facts)[-1], facts["direction"], ""


def _header(facts: Facts) -> Part | None:
    return TargetKind.HEADER, _words(facts)[-1], facts["direction"], ""


def _scheme(facts: Facts) -> Part | None:
    """Read the scheme of a requirement that is taken away, where it is one scheme's alone."""
    named = {name for one in _old_value(facts) or () if isinstance(one, dict) for name in one}
    return (TargetKind.SECURITY_SCHEME, named.pop(), "", "") if len(named) == 1 else None


def _component(facts: Facts) -> Part | None:
    name = str((facts.get("old") or {}).get("pointer", "")).rpartition("/")[2]
    name = name.replace("~1", "/").replace("~0", "~")
    return (TargetKind.SECURITY_SCHEME, name, "", "") if name else None


_PARTS: Final[dict[tuple[str, str, str], Callable[[Facts], Part | None]]] = {
    ("parameter", "existence", "removed"): _parameter,
    ("parameter", "enum-value", "removed"): _value_of_parameter,
    ("property", "existence", "removed"): _property,
    ("property", "enum-value", "removed"): _value_of_property,
    ("media-type", "existence", "removed"): _media_type,
    ("header", "existence", "removed"): _header,
    ("operation", "security", "removed"): _scheme,
    ("operation", "security-component", "removed"): _component,
}
