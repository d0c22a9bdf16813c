"""What is to end, as pages, API and command name it: read, and looked up in the newest document."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.models import TargetKind
from deprecations.targets import KINDS, Thing
from interfaces.runtime import Runtime
from registry.apis import document_of, find_api, operation_named
from registry.models import DocumentOperation, Operation
from registry.publish import newest_version
from registry.workbench import having


def thing_named(
    session: Session, api: str, operation: str, kind: str, name: str, place: str, value: str
) -> Thing:
    """Return the thing that somebody names; without an operation it is one of the whole API.

    Raises the registry's errors for an API or operation that isn't there.
    """
    found = find_api(session, api)
    of = operation_named(session, found, operation) if operation else None
    return Thing(TargetKind(kind), found.id, of.id if of else None, name.strip(), place, value)


def reaches(runtime: Runtime, thing: Thing) -> tuple[int, ...]:
    """Return the operations of the newest document that have a part which is not one operation's alone.

    Asks a child process, so it is called outside of any transaction; () for what needs no document.
    """
    if thing.operation_id is not None or thing.api_id is None or not KINDS[thing.kind].of_operation:
        return ()
    if (
        not thing.name
        or max(len(thing.name), len(thing.value)) > _LONGEST
        or "\0" in thing.name + thing.value
    ):
        return ()  # planning refuses such a thing, with the reason
    with runtime.database.reading() as session:
        version = newest_version(session, thing.api_id)
        if version is None:
            return ()
        digest, bundle = version.digest, document_of(session, version)
    kind, place = (thing.kind, thing.place)
    if (kind, place) == (TargetKind.HEADER, "request"):
        kind, place = TargetKind.PARAMETER, "header"
    pairs = set(having(bundle, kind, thing.name, place, thing.value, runtime.limits))
    with runtime.database.reading() as session:
        rows = session.execute(
            select(DocumentOperation.method, DocumentOperation.path, Operation.id)
            .join(
                Operation,
                (Operation.method == DocumentOperation.method) & (Operation.shape == DocumentOperation.shape),
            )
            .where(DocumentOperation.digest == digest, Operation.api_id == thing.api_id)
        )
        return tuple(sorted({one for method, path, one in rows if (method, path) in pairs}))


_LONGEST = 1000
