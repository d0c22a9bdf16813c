"""Registering APIs and finding what is registered: APIs, their versions, their operations."""

import re
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from registry.bundle import Bundle, unpack
from registry.errors import Conflict, NotFound, RegistryError
from registry.models import (
    Api,
    FindingOperation,
    Operation,
    StoredComparison,
    StoredDocument,
    StoredFinding,
    Version,
)
from registry.publish import shape
from storage.names import checked_line, checked_name
from storage.paging import Page, page_of

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 80
_OPERATION = re.compile(r"\s*([A-Za-z]+)\s+(\S+)\s*")


def register(
    session: Session, *, slug: str, name: str, description: str = "", owner: str = "", now: datetime
) -> Api:
    """Register an API; its slug is what commands and addresses call it by."""
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST_SLUG:
        raise RegistryError(
            f"“{slug}” can't name an API: use up to {_LONGEST_SLUG} small letters, digits and single hyphens"
        )
    name = checked_name(name, "an API", RegistryError)
    owner = checked_line(owner, "the owner", RegistryError)
    api = Api(slug=slug, name=name, description=description, owner=owner, created_at=now)
    try:
        with session.begin_nested():
            session.add(api)
    except IntegrityError:
        raise Conflict(
            f"there is an API called {slug} already: publish to it, or choose another name"
        ) from None
    return api


def change(session: Session, api: Api, *, name: str, description: str, owner: str) -> Api:
    """Change what an API is called, what it is for and whom to ask."""
    api.name = checked_name(name, "an API", RegistryError)
    api.owner = checked_line(owner, "the owner", RegistryError)
    api.description = description
    session.flush()
    return api


def find_api(session: Session, slug: str) -> Api:
    """Return the API of that slug."""
    api = session.scalar(select(Api).where(Api.slug == slug))
    if api is None:
        raise NotFound(f"there is no API called {slug}: `sundial api list` shows the names")
    return api


def slugs(session: Session) -> dict[int, str]:
    """Return every API's slug by its id."""
    return dict(session.execute(select(Api.id, Api.slug)).all())


def apis(session: Session, page: int = 1) -> Page[Api]:
    """Return the APIs by name."""
    return page_of(session, select(Api).order_by(Api.name, Api.id), page)


def versions(session: Session, api_id: int, page: int = 1) -> Page[Version]:
    """Return an API's versions with their documents' facts, newest first."""
    return page_of(session, _versions(api_id).order_by(Version.position.desc()), page)


def newest_version(session: Session, api_id: int) -> Version | None:
    """Return an API's newest version, None before its first."""
    newest = select(Version).where(Version.api_id == api_id).order_by(Version.position.desc()).limit(1)
    return session.scalars(newest).first()


def find_version(session: Session, api: Api, label: str) -> Version:
    """Return the version of that label."""
    version = session.scalar(_versions(api.id).where(Version.label == label))
    if version is None:
        raise NotFound(f"{api.slug} has no version {label}")
    return version


def document_of(session: Session, version: Version) -> Bundle:
    """Return a version's document as it was published."""
    return unpack(session.scalars(select(StoredDocument.bundle).filter_by(digest=version.digest)).one())


def operations(session: Session, api_id: int, page: int = 1) -> Page[Operation]:
    """Return an API's operations by path, those of earlier versions included."""
    statement = select(Operation).where(Operation.api_id == api_id)
    return page_of(session, statement.order_by(Operation.path, Operation.method), page)


def find_operation(session: Session, operation_id: int) -> Operation:
    """Return an operation with its API."""
    operation = session.scalar(
        select(Operation).where(Operation.id == operation_id).options(joinedload(Operation.api))
    )
    if operation is None:
        raise NotFound(f"there is no operation {operation_id}")
    return operation


def operation_named(session: Session, api: Api, name: str) -> Operation:
    """Return the operation that people write as `GET /v1/orders/{id}`."""
    parts = _OPERATION.fullmatch(name)
    if parts is None:
        raise RegistryError(f"“{name}” doesn't name an operation: write it as “GET /v1/orders/{{id}}”")
    method, path = parts[1].upper(), parts[2]
    operation = session.scalar(
        select(Operation)
        .where(Operation.api_id == api.id, Operation.method == method, Operation.shape == shape(path))
        .options(joinedload(Operation.api))
    )
    if operation is None:
        raise NotFound(f"{api.slug} has no operation {method} {path} in any of its versions")
    return operation


def comparisons(session: Session, api_id: int | None = None, page: int = 1) -> Page[StoredComparison]:
    """Return comparisons with their versions and API, newest first."""
    statement = select(StoredComparison).options(
        joinedload(StoredComparison.api),
        joinedload(StoredComparison.old_version),
        joinedload(StoredComparison.new_version),
    )
    if api_id is not None:
        statement = statement.where(StoredComparison.api_id == api_id)
    return page_of(session, statement.order_by(StoredComparison.id.desc()), page)


def findings(
    session: Session, comparison_id: int, *, level: str | None = None, page: int = 1
) -> Page[StoredFinding]:
    """Return a comparison's findings, most severe first; only those of one level when it is given."""
    statement = select(StoredFinding).where(StoredFinding.comparison_id == comparison_id)
    if level is not None:
        statement = statement.where(StoredFinding.level == level)
    return page_of(session, statement.order_by(StoredFinding.position), page)


def find_finding(session: Session, finding_id: int) -> StoredFinding:
    """Return a finding with its comparison and API."""
    finding = session.scalar(
        select(StoredFinding)
        .where(StoredFinding.id == finding_id)
        .options(joinedload(StoredFinding.comparison).joinedload(StoredComparison.api))
    )
    if finding is None:
        raise NotFound(f"there is no finding {finding_id}")
    return finding


def operations_of_finding(session: Session, finding_id: int) -> list[Operation]:
    """Return the API's operations that a finding reaches."""
    return list(
        session.scalars(
            select(Operation)
            .join(FindingOperation, FindingOperation.operation_id == Operation.id)
            .where(FindingOperation.finding_id == finding_id)
            .order_by(Operation.path, Operation.method)
        )
    )


def findings_of_operation(session: Session, operation_id: int, page: int = 1) -> Page[StoredFinding]:
    """Return the findings that reach an operation, newest comparison first."""
    statement = (
        select(StoredFinding)
        .join(FindingOperation, FindingOperation.finding_id == StoredFinding.id)
        .where(FindingOperation.operation_id == operation_id)
        .options(joinedload(StoredFinding.comparison).joinedload(StoredComparison.new_version))
        .order_by(StoredFinding.comparison_id.desc(), StoredFinding.position)
    )
    return page_of(session, statement, page)


def remove_api(session: Session, api: Api) -> None:
    """Take an API away with everything that hangs on it, documents included where no other API has them."""
    digests = set(session.scalars(select(Version.digest).where(Version.api_id == api.id)))
    session.execute(delete(Api).where(Api.id == api.id))
    still = set(session.scalars(select(Version.digest).where(Version.digest.in_(digests))))
    session.execute(delete(StoredDocument).where(StoredDocument.digest.in_(digests - still)))


def _versions(api_id: int) -> Select[Version]:
    return select(Version).where(Version.api_id == api_id).options(joinedload(Version.document))
