"""How traffic names consumers: whose each credential is, and moving one with all its usage.

A name that traffic uses and nobody registered belongs to the unattributed consumer until somebody says
whose it is; its history goes along then.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, select, update
from sqlalchemy.orm import Session, joinedload

from consumers.day_marks import mark_days_of
from consumers.errors import Conflict, ConsumersError, CredentialTaken, NotFound
from consumers.hit import Identity
from consumers.identify import NOBODY, canonical, digest, hint
from consumers.models import Consumer, Credential, CredentialKind, Usage
from consumers.unattributed import unattributed
from storage.paging import Page, page_of
from storage.upsert import insert_missing

MOST_UNASSIGNED = 1_000  # names that strangers make up must not fill the table
_CHUNK = 500
_KEY = ("kind", "digest")
_HELD = (
    select(Credential.kind, Credential.digest, Credential.id, Credential.consumer_id)
    .where(Credential.digest.in_(bindparam("digests", expanding=True)))
    .order_by(Credential.digest)
    .with_for_update(read=True)
)
_NAMING = tuple(kind for kind in CredentialKind if kind != CredentialKind.NONE)


@dataclass(frozen=True, slots=True)
class Owner:
    """The credential that an identity is, and whose it is now."""

    credential_id: int
    consumer_id: int


def add_credential(
    session: Session, consumer: Consumer, *, kind: str, value: str, pepper: bytes, now: datetime
) -> Credential:
    """Register a name that traffic uses for a consumer; usage that came under it before is the consumer's.

    Raises CredentialTaken where it names another consumer.
    """
    text = canonical(kind, value)
    if kind not in _NAMING:
        raise ConsumersError(f"“{kind}” is no kind of credential: use {', '.join(_NAMING)}")
    if not text:
        raise ConsumersError(f"a credential of kind {kind} needs the value that traffic shows")
    row = _row(Identity(kind, text), digest(kind, text, pepper), consumer.id, now)
    insert_missing(session, Credential, [row], _KEY)
    credential = session.scalars(
        select(Credential)
        .filter_by(kind=row["kind"], digest=row["digest"])
        .options(joinedload(Credential.consumer))
        .with_for_update(of=Credential)
        .execution_options(populate_existing=True)
    ).one()
    if credential.consumer_id != consumer.id:
        if not credential.consumer.is_unattributed:
            raise CredentialTaken(
                f"{kind} {credential.hint} names {credential.consumer.slug} already: "
                f"move it from there if it is {consumer.slug}'s now"
            )
        move_credential(session, credential, consumer)
    return credential


def move_credential(session: Session, credential: Credential, to: Consumer) -> int:
    """Give a credential, with all usage that came under it, to another consumer; return its calls moved."""
    if credential.kind == CredentialKind.NONE:
        raise Conflict("calls that name nobody stay unattributed: there is nothing to tell them apart by")
    under_it = _usage_of(credential)
    moved = session.scalar(select(func.sum(Usage.calls)).where(*under_it)) or 0
    session.execute(  # before its usage: a batch that is being counted under it holds this row
        update(Credential).where(Credential.id == credential.id).values(consumer_id=to.id)
    )
    mark_days_of(session, *under_it)
    session.execute(update(Usage).where(*under_it).values(consumer_id=to.id))
    session.expire(credential)
    return int(moved)


def remove_credential(session: Session, credential: Credential, now: datetime) -> None:
    """Say that a credential no longer names its consumer; usage that came under it becomes unattributed."""
    nobody = unattributed(session, now)
    session.execute(  # a batch that is being counted under it holds this row: then it has usage
        select(Credential.id).where(Credential.id == credential.id).with_for_update()
    )
    if session.scalar(select(exists().where(*_usage_of(credential)))):
        move_credential(session, credential, nobody)
    elif credential.consumer_id != nobody.id:
        session.execute(delete(Credential).where(Credential.id == credential.id))


def credentials_of(session: Session, consumer_id: int, page: int = 1) -> Page[Credential]:
    """Return a consumer's credentials, oldest first."""
    statement = select(Credential).where(Credential.consumer_id == consumer_id)
    return page_of(session, statement.order_by(Credential.kind, Credential.id), page)


def find_credential(session: Session, credential_id: int) -> Credential:
    """Return a credential with its consumer."""
    statement = select(Credential).where(Credential.id == credential_id)
    credential = session.scalar(statement.options(joinedload(Credential.consumer)))
    if credential is None:
        raise NotFound(f"there is no credential {credential_id}")
    return credential


def owners(
    session: Session, identities: Collection[Identity], *, pepper: bytes, now: datetime
) -> dict[Identity, Owner]:
    """Return whose each identity is, and hold it so until the transaction ends.

    Names seen for the first time are kept under the unattributed consumer, 1,000 of them; beyond that they
    count as calls that name nobody.
    """
    keys = {identity: (identity.kind, digest(*identity, pepper)) for identity in identities}
    found = _held(session, keys.values())
    missing = [identity for identity, key in keys.items() if key not in found]
    if missing:
        _keep(session, missing, keys, pepper, now)
        found |= _held(session, [*map(keys.__getitem__, missing), _nobody(pepper)])
    return {identity: found.get(key) or found[_nobody(pepper)] for identity, key in keys.items()}


def _keep(
    session: Session,
    missing: Sequence[Identity],
    keys: dict[Identity, tuple[str, str]],
    pepper: bytes,
    now: datetime,
) -> None:
    consumer_id = unattributed(session, now).id
    count = select(func.count()).where(Credential.consumer_id == consumer_id)
    room = max(0, MOST_UNASSIGNED - (session.scalar(count) or 0))
    wanted = {keys[identity][1]: identity for identity in missing[:room]}
    wanted[_nobody(pepper)[1]] = NOBODY
    rows = [_row(identity, key, consumer_id, now) for key, identity in sorted(wanted.items())]
    insert_missing(session, Credential, rows, _KEY)  # in one order everywhere: no two batches deadlock


def _held(session: Session, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Owner]:
    digests = sorted({digest for _kind, digest in keys})
    found: dict[tuple[str, str], Owner] = {}
    for start in range(0, len(digests), _CHUNK):
        rows = session.execute(_HELD, {"digests": digests[start : start + _CHUNK]})
        found |= {(kind, key): Owner(credential, consumer) for kind, key, credential, consumer in rows}
    return found


def _usage_of(credential: Credential) -> tuple[ColumnElement[bool], ...]:
    """Return what holds for its usage; the consumer leads the index."""
    return Usage.consumer_id == credential.consumer_id, Usage.credential_id == credential.id


def _nobody(pepper: bytes) -> tuple[str, str]:
    return NOBODY.kind, digest(*NOBODY, pepper)


def _row(identity: Identity, key: str, consumer_id: int, now: datetime) -> dict[str, object]:
    return {
        "consumer_id": consumer_id,
        "kind": str(identity.kind),
        "digest": key,
        "hint": hint(*identity),
        "created_at": now,
    }
