"""Two consumers that are one, and one that is two: everything that hangs on them follows.

Other rooms' tables are found by their reference to consumers, so what a room adds later follows as well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Column,
    CursorResult,
    Table,
    UniqueConstraint,
    and_,
    delete,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from consumers.credentials import find_credential, move_credential
from consumers.day_marks import mark_days_of
from consumers.directory import register
from consumers.errors import ConsumersError, NotFound
from consumers.models import Consumer, Credential, Usage
from consumers.sum_models import ConsumerDay, ConsumerHour, PairDay, PairSpan
from storage.base import Base

_MADE_ANEW = {one.__tablename__ for one in (PairDay, ConsumerDay, ConsumerHour, PairSpan)}
_FIRST = ("credentials",)  # before the usage: a batch that is being counted holds their rows


@dataclass(frozen=True, slots=True)
class Merged:
    """What went along with a merge."""

    calls: int
    credentials: int
    contacts: int


def merge(session: Session, into: Consumer, gone: Consumer) -> Merged:
    """Make two consumers one: what `gone` has and is goes along, and `gone` is no more.

    Where both have the same (a contact's address, an exemption), that of `into` stays.
    """
    if into.id == gone.id:
        raise ConsumersError(f"{into.slug} is one consumer already: name another to merge into it")
    if into.is_unattributed or gone.is_unattributed:
        raise ConsumersError("traffic that names nobody can't be merged: say whose its names are instead")
    calls = session.scalar(select(func.sum(Usage.calls)).where(Usage.consumer_id == gone.id)) or 0
    moved = {}
    for table, column in _references():
        if table.name == Usage.__tablename__:  # after the credentials: a batch holds theirs before its days
            mark_days_of(session, Usage.consumer_id == gone.id)
        moved[table.name] = _move(session, table, column, gone.id, into.id)
    session.flush()
    session.execute(delete(Consumer).where(Consumer.id == gone.id))
    session.expire_all()
    return Merged(int(calls), moved["credentials"], moved["contacts"])


def split(
    session: Session,
    consumer: Consumer,
    credential_ids: Sequence[int],
    *,
    slug: str,
    name: str,
    now: datetime,
) -> Consumer:
    """Make a new consumer of some of another's credentials, with all calls that came under them."""
    if not credential_ids:
        raise ConsumersError("choose the credentials that are the new consumer's: one at least")
    made = register(session, slug=slug, name=name, team=consumer.team, now=now)
    for credential_id in dict.fromkeys(credential_ids):
        move_credential(session, credential_of(session, consumer, credential_id), made)
    return made


def credential_of(session: Session, consumer: Consumer, credential_id: int) -> Credential:
    """Return a consumer's credential; raises NotFound for another's."""
    credential = find_credential(session, credential_id)
    if credential.consumer_id != consumer.id:
        raise NotFound(f"{consumer.slug} has no credential {credential_id}")
    return credential


def _references() -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column that refers to a consumer, those of credentials first."""
    found = [
        (table, key.parent)
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == Consumer.__tablename__ and table.name not in _MADE_ANEW
    ]
    yield from sorted(found, key=lambda pair: pair[0].name not in _FIRST)


def _move(session: Session, table: Table, column: Column[Any], gone: int, into: int) -> int:
    for others in _keys_with(table, column):
        twin = table.alias()
        same = and_(twin.c[column.name] == into, *(twin.c[one.name] == one for one in others))
        session.execute(delete(table).where(column == gone, exists().where(same)))
    moved = session.execute(update(table).where(column == gone).values({column.name: into}))
    return cast("CursorResult[Any]", moved).rowcount


def _keys_with(table: Table, column: Column[Any]) -> Iterator[list[Column[Any]]]:
    """Yield the other columns of each key that a consumer is a part of."""
    keys = [table.primary_key, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
    for key in keys:
        names = [one.name for one in key.columns]
        if column.name in names and len(names) > 1:
            yield [one for one in key.columns if one.name != column.name]
