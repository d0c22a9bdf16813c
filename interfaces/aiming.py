"""What is to end, as pages, API and command name it: read, and looked up in the documents that have it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.models import TargetKind
from deprecations.part_drift import was_known
from deprecations.targets import KINDS, OPERATION_WIDE, Thing, check, refuse_unknown, spelled
from interfaces.runtime import Runtime
from registry.apis import document_of, find_api, find_operation, operation_named
from registry.bundle import Bundle
from registry.errors import BadDocument, TooCostly
from registry.models import DocumentOperation, Operation, Version
from registry.publish import newest_version
from registry.workbench import having, names


def thing_named(
    session: Session, api: str, operation: str, kind: str, name: str, place: str, value: str
) -> Thing:
    """Return the thing that somebody names; without an operation it is one of the whole API.

    Raises the registry's errors for an API or operation that isn't there.
    """
    found = find_api(session, api)
    of = operation_named(session, found, operation) if operation else None
    return spelled(Thing(TargetKind(kind), found.id, of.id if of else None, name.strip(), place, value))


@dataclass(frozen=True, slots=True)
class _Sought:
    """Where a part is looked for: a version's document, and one operation of it as that spells it."""

    version_id: int
    bundle: Bundle
    whole: str
    at: tuple[str, str] | None


def reaches(runtime: Runtime, thing: Thing) -> tuple[int, ...]:
    """Return the operations of the newest document that have a part which is not one operation's alone.

    Asks a child process, so it is called outside of any transaction; () for what needs no document. Raises
    PlanRefused for a part that no published version has, with the names of those that there are.
    """
    if thing.kind in OPERATION_WIDE or "\0" in thing.name + thing.value:
        return ()
    with runtime.database.reading() as session:
        sought = _sought(session, thing)
    if sought is None:
        return ()
    one = (thing.name, thing.place, thing.value)
    if sought.at is None:
        pairs = set(having(sought.bundle, thing.kind, *one, runtime.limits))
        if pairs:
            with runtime.database.reading() as session:
                return _ids(session, sought.version_id, pairs)
    known = _names(runtime, thing, sought)
    if known is None or one in known:
        return ()
    with runtime.database.reading() as session:
        if sought.at is None or not was_known(session, thing):
            refuse_unknown(thing, sought.whole, known)
    return ()


def _names(runtime: Runtime, thing: Thing, sought: _Sought) -> tuple[tuple[str, str, str], ...] | None:
    try:
        return names(sought.bundle, thing.kind, sought.at, runtime.limits)
    except (BadDocument, TooCostly):
        return None  # what can't be read can't tell that something isn't there


def _sought(session: Session, thing: Thing) -> _Sought | None:
    """Say where to look: in the newest document, or in the last that had the operation."""
    operation = find_operation(session, thing.operation_id) if thing.operation_id is not None else None
    check(thing, KINDS[thing.kind], operation)
    if operation is None:
        version = newest_version(session, thing.api_id) if thing.api_id is not None else None
        if version is None:
            return None
        return _Sought(version.id, document_of(session, version), "", None)
    version = session.get_one(Version, operation.last_version_id)
    spelling = session.execute(
        select(DocumentOperation.method, DocumentOperation.path).where(
            DocumentOperation.digest == version.digest,
            DocumentOperation.method == operation.method,
            DocumentOperation.shape == operation.shape,
        )
    ).first()
    if spelling is None:
        return None
    at = (spelling[0], spelling[1])
    return _Sought(version.id, document_of(session, version), operation.label, at)


def _ids(session: Session, version_id: int, pairs: set[tuple[str, str]]) -> tuple[int, ...]:
    version = session.get_one(Version, version_id)
    rows = session.execute(
        select(DocumentOperation.method, DocumentOperation.path, Operation.id)
        .join(
            Operation,
            (Operation.method == DocumentOperation.method) & (Operation.shape == DocumentOperation.shape),
        )
        .where(DocumentOperation.digest == version.digest, Operation.api_id == version.api_id)
    )
    return tuple(sorted({one for method, path, one in rows if (method, path) in pairs}))
