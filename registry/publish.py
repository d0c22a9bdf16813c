"""Publishing: a document becomes the next version of an API, and its operations become known.

The document was examined before (`workbench.examine`), outside any transaction.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.bundle import Bundle, pack
from registry.comparisons import request
from registry.errors import Conflict, RegistryError
from registry.models import Api, DocumentMark, DocumentOperation, Operation, StoredDocument, Version
from registry.workbench import Examined, ExaminedOperation, Mark
from storage.names import checked_name
from storage.upsert import insert_missing

_PARAMETER = re.compile(r"\{[^{}/]*\}")


@dataclass(frozen=True, slots=True)
class Published:
    """The version that a document is, whether this call made it, and its comparison with the one before.

    `note` is a sentence for the publisher where an earlier version is the very document, else None.
    """

    version: Version
    created: bool
    comparison_id: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What is being published: the examined document, and where it came from.

    `label` None means the document's own version; `revision` is the commit it was read at.
    """

    bundle: Bundle
    examined: Examined
    origin: str
    by: str
    label: str | None = None
    revision: str | None = None


def publish(session: Session, api: Api, publication: Publication, now: datetime) -> Published:
    """Make a document the API's next version, unless it is its newest already.

    The same label with the same document answers the version that is there; with another document it
    raises Conflict. Without a label, a document equal to the newest version's makes none.
    """
    if publication.label is not None:
        checked_name(publication.label, "a version", RegistryError)
    session.execute(select(Api.id).where(Api.id == api.id).with_for_update())  # one publisher at a time
    newest = newest_version(session, api.id)
    same = _already_there(session, api, publication, newest)
    if same is not None:
        return Published(same, created=False, comparison_id=None)
    earlier = _label_of(session, api.id, publication.examined.digest)
    _store(session, publication, now)
    version = Version(
        api_id=api.id,
        digest=publication.examined.digest,
        label=publication.label or _free_label(session, api.id, publication.examined, newest),
        position=newest.position + 1 if newest else 1,
        origin=publication.origin,
        revision=publication.revision,
        published_by=publication.by,
        published_at=now,
    )
    session.add(version)
    session.flush()
    _index(session, api.id, version, publication.examined)
    comparison = request(session, api.id, newest, version, now) if newest else None
    note = None
    if earlier is not None and newest is not None and earlier != newest.label:
        note = f"{earlier} is this very document; it becomes the newest again as {version.label}"
    return Published(version, True, comparison.id if comparison else None, note)


def newest_version(session: Session, api_id: int) -> Version | None:
    """Return the API's version with the highest position, None before the first."""
    return session.scalar(
        select(Version).where(Version.api_id == api_id).order_by(Version.position.desc()).limit(1)
    )


def shape(path: str) -> str:
    """Return a path template without its parameters' names: `/books/{id}` is `/books/{}`."""
    return _PARAMETER.sub("{}", path)


def _already_there(
    session: Session, api: Api, publication: Publication, newest: Version | None
) -> Version | None:
    digest = publication.examined.digest
    if publication.label is None:
        return newest if newest is not None and newest.digest == digest else None
    version = session.scalar(
        select(Version).where(Version.api_id == api.id, Version.label == publication.label)
    )
    if version is not None and version.digest != digest:
        raise Conflict(
            f"{api.slug} has a version {publication.label} already, with another document "
            f"(sha256 {version.digest[:12]}…). A version never changes: publish under a new label."
        )
    return version


def _label_of(session: Session, api_id: int, digest: str) -> str | None:
    """Return the label of the newest version that a document is already."""
    of_it = select(Version.label).where(Version.api_id == api_id, Version.digest == digest)
    return session.scalar(of_it.order_by(Version.position.desc()).limit(1))


def _free_label(session: Session, api_id: int, examined: Examined, newest: Version | None) -> str:
    label = examined.version or "unversioned"
    marked = f"{label}+{examined.digest[:7]}"
    wanted = (label, marked, f"{marked}.{newest.position + 1 if newest else 1}")
    taken = set(session.scalars(select(Version.label).where(Version.api_id == api_id)))
    return next(candidate for candidate in wanted if candidate not in taken)


def _store(session: Session, publication: Publication, now: datetime) -> None:
    examined, bundle = publication.examined, publication.bundle
    known = session.scalar(
        select(func.count()).select_from(StoredDocument).where(StoredDocument.digest == examined.digest)
    )
    if known:
        return
    document = {
        "digest": examined.digest,
        "name": bundle.name,
        "dialect": examined.dialect,
        "title": examined.title,
        "spec_version": examined.version,
        "size": len(bundle.root) + sum(map(len, bundle.files.values())),
        "bundle": pack(bundle),
        "created_at": now,
    }
    insert_missing(session, StoredDocument, [document], ["digest"])
    rows = [row for operation in examined.operations for row in _spellings(examined.digest, operation)]
    insert_missing(session, DocumentOperation, rows, ["digest", "method", "full_path"])
    marks = [_mark(examined.digest, at, mark) for at, mark in enumerate(examined.marks)]
    insert_missing(session, DocumentMark, marks, ["digest", "position"])


def _mark(digest: str, position: int, mark: Mark) -> dict[str, object]:
    """Make the row of a mark; what is longer than its column says too much to be a name or a day."""
    return {
        "digest": digest,
        "position": position,
        "kind": mark.kind,
        "name": mark.name[:1000],
        "place": mark.place,
        "sunset": mark.sunset[:100],
        "reason": mark.reason,
        "replacement": mark.replacement[:1000],
        "operations": [list(pair) for pair in mark.operations],
    }


def _spellings(digest: str, operation: ExaminedOperation) -> list[dict[str, object]]:
    return [
        {
            "digest": digest,
            "method": operation.method,
            "path": operation.path,
            "full_path": full_path,
            "shape": shape(operation.full_paths[0]),
            "operation_id": operation.operation_id,
            "summary": operation.summary,
            "deprecated": operation.deprecated,
            "sunset": operation.sunset,
        }
        for full_path in operation.full_paths
    ]


def _index(session: Session, api_id: int, version: Version, examined: Examined) -> None:
    known = {
        (row.method, row.shape): row
        for row in session.scalars(select(Operation).where(Operation.api_id == api_id))
    }
    for found in examined.operations:
        key = (found.method, shape(found.full_paths[0]))
        row = known.get(key)
        if row is None:
            row = Operation(api_id=api_id, method=key[0], shape=key[1], first_version_id=version.id)
            known[key] = row
            session.add(row)
        row.path, row.operation_id, row.summary = found.full_paths[0], found.operation_id, found.summary
        row.deprecated_in_spec, row.last_version_id = found.deprecated, version.id
    session.flush()
