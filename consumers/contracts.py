"""Contracts: what consumers' tests say they rely on. Versions count side by side: several may be out.

Reading a Pact file is `pacts`'s; where versions run is `deployments`'s; what a contract means for a change is
`deprecations`'s.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Select, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased, joinedload, selectinload, undefer

from consumers.contract_models import Contract
from consumers.contract_routes import Match, contract_matcher
from consumers.directory import find, register
from consumers.errors import ApiNotFound, BadContract, ConsumersError, NotFound
from consumers.models import Consumer
from consumers.names import slug_of
from consumers.pacts import read_pact
from consumers.pacts.interaction import Interaction
from consumers.pacts.kept import interactions_in, kept
from registry.models import Api
from storage.names import checked_line
from storage.paging import Page, page_of

_LONGEST_ORIGIN = 300


@dataclass(frozen=True, slots=True)
class Offer:
    """A Pact file that somebody hands in, and what they say of it.

    `api_slug` and `consumer_slug` say whose it is where its own names don't; `version` is the consumer's.
    `origin` tells where it came from: "upload", a file's path, a broker's host. `branch` is the consumer's,
    `is_main_line` whether that leads to what is deployed.
    """

    data: bytes
    origin: str
    version: str | None = None
    api_slug: str | None = None
    consumer_slug: str | None = None
    branch: str = ""
    is_main_line: bool = True


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an offer. `created` False: the very same was there already, and is the newest now.

    `unmatched` are the interactions that no operation of the API answers, as people write them.
    """

    contract: Contract
    created: bool
    registered: bool
    unmatched: tuple[str, ...]


def receive(session: Session, offer: Offer, *, by: str, now: datetime) -> Received:
    """Keep a contract; its consumer is registered where nobody has that name yet.

    Raises BadContract, ApiNotFound, and ConsumerNotFound for a consumer that was named and isn't there.
    """
    pact = read_pact(offer.data)
    api = _api(session, offer.api_slug, pact.provider)
    consumer, registered = _consumer(session, offer.consumer_slug, pact.consumer, now)
    lost = unmatched(pact.interactions, contract_matcher(session, api.id))
    body = json.dumps(kept(pact.interactions), sort_keys=True).encode()
    digest = hashlib.sha256(body).hexdigest()
    version = checked_line(offer.version or "", "a contract's version", ConsumersError) or digest[:12]
    known = session.scalar(
        select(Contract).filter_by(consumer_id=consumer.id, api_id=api.id, version=version, digest=digest)
    )
    if known is not None:
        known.confirmed_at, known.unmatched = now, len(lost)
        known.retired_at, known.retired_by = None, ""
        _move_branch(known, offer)
        session.flush()
        return Received(find_contract(session, known.id), created=False, registered=False, unmatched=lost)
    made = Contract(
        consumer_id=consumer.id,
        api_id=api.id,
        version=version,
        specification=pact.specification,
        digest=digest,
        origin=offer.origin[:_LONGEST_ORIGIN],
        interactions=len(pact.interactions),
        skipped=pact.skipped,
        unmatched=len(lost),
        body=zlib.compress(body),
        received_by=by,
        received_at=now,
        confirmed_at=now,
        branch=checked_line(offer.branch, "a branch", ConsumersError),
        is_main_line=offer.is_main_line,
    )
    session.add(made)
    session.flush()
    kept_one = find_contract(session, made.id)
    return Received(kept_one, created=True, registered=registered, unmatched=lost)


def contracts(
    session: Session, *, api_id: int | None = None, consumer_id: int | None = None, page: int = 1
) -> Page[Contract]:
    """Return contracts with their consumer and API, newest first."""
    statement = _with_parties(select(Contract))
    if api_id is not None:
        statement = statement.where(Contract.api_id == api_id)
    if consumer_id is not None:
        statement = statement.where(Contract.consumer_id == consumer_id)
    return page_of(session, statement.order_by(Contract.confirmed_at.desc(), Contract.id.desc()), page)


def find_contract(session: Session, contract_id: int) -> Contract:
    """Return a contract with its consumer and API."""
    wanted = _with_parties(select(Contract)).where(Contract.id == contract_id)
    found: Contract | None = session.scalar(wanted)
    if found is None:
        raise NotFound(f"there is no contract {contract_id}")
    return found


def current_contracts(session: Session, api_id: int) -> tuple[Contract, ...]:
    """Return the contracts that count (`Contract.counts`), with what they rely on, newest first.

    Of a consumer's versions that rely on the very same, the newest stands for all.
    """
    statement = _with_parties(select(Contract)).where(
        Contract.api_id == api_id, Contract.retired_at.is_(None), _is_out(Contract)
    )
    newest = statement.order_by(Contract.confirmed_at.desc(), Contract.id.desc())
    alike: dict[tuple[int, str], Contract] = {}
    for one in session.scalars(newest.options(undefer(Contract.body))):
        alike.setdefault((one.consumer_id, one.digest), one)
    return tuple(alike.values())


def interactions_of(session: Session, contract: Contract) -> tuple[Interaction, ...]:
    """Return what a contract relies on."""
    body = session.scalars(select(Contract.body).where(Contract.id == contract.id)).one()
    return interactions_in(json.loads(zlib.decompress(body)))


def opened(contract: Contract) -> tuple[Interaction, ...]:
    """Return what a contract that `current_contracts` gave relies on."""
    return interactions_in(json.loads(zlib.decompress(contract.body)))


def remove_contract(session: Session, contract: Contract) -> None:
    """Take a contract away for good."""
    session.execute(delete(Contract).where(Contract.id == contract.id))


def retire_contract(session: Session, contract: Contract, *, by: str, now: datetime) -> None:
    """Let a contract count no more: nobody runs that version of the consumer any longer."""
    contract.retired_at, contract.retired_by = contract.retired_at or now, contract.retired_by or by
    session.flush()


def resume_contract(session: Session, contract: Contract) -> None:
    """Let a retired contract count again."""
    contract.retired_at, contract.retired_by = None, ""
    session.flush()


def retire_replaced(session: Session, *, before: datetime, now: datetime) -> int:
    """Retire contracts that were last handed in before and that a newer one replaced; return how many."""
    old = select(Contract.id).where(
        Contract.confirmed_at < before, Contract.retired_at.is_(None), _is_superseded()
    )
    aged = (
        update(Contract).where(Contract.id.in_(old)).values(retired_at=now, retired_by="a newer one, in time")
    )
    done = session.execute(aged.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", done).rowcount


def unmatched(interactions: Iterable[Interaction], match: Match) -> tuple[str, ...]:
    """Return the interactions that no operation answers, as people write them."""
    return tuple(dict.fromkeys(one.label for one in interactions if match(one.method, one.path) is None))


def match_again(session: Session, api_id: int) -> None:
    """Look anew which interactions of an API's contracts no operation answers, after a version came."""
    match = contract_matcher(session, api_id)
    for one in session.scalars(select(Contract).where(Contract.api_id == api_id)).all():
        one.unmatched = len(unmatched(interactions_of(session, one), match))
    session.flush()


def forget_contracts(session: Session, *, before: datetime) -> int:
    """Delete contracts that were last handed in before and that a newer one replaced; return how many."""
    old = select(Contract.id).where(Contract.confirmed_at < before, _is_superseded())
    gone = session.execute(
        delete(Contract).where(Contract.id.in_(old)).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", gone).rowcount


def _is_out(contract: type[Contract]) -> Any:
    return or_(contract.is_main_line, contract.deployments.any())


def _is_superseded() -> Any:
    """Tell of contracts that run nowhere, as far as is known, that newer ones are out."""
    newer = aliased(Contract)
    later = or_(
        newer.confirmed_at > Contract.confirmed_at,
        (newer.confirmed_at == Contract.confirmed_at) & (newer.id > Contract.id),
    )
    same = and_(newer.consumer_id == Contract.consumer_id, newer.api_id == Contract.api_id)
    return and_(~Contract.deployments.any(), exists().where(same, later, _is_out(newer)))


def _move_branch(contract: Contract, offer: Offer) -> None:
    """Note the branch that a version is said to be of by now; what reached the main line stays there."""
    if offer.branch and (offer.is_main_line or not contract.branch):
        contract.branch = checked_line(offer.branch, "a branch", ConsumersError)
        contract.is_main_line = offer.is_main_line


def _with_parties(statement: Select[Any]) -> Select[Any]:
    return statement.options(
        joinedload(Contract.consumer), joinedload(Contract.api), selectinload(Contract.deployments)
    )


def _api(session: Session, slug: str | None, provider: str) -> Api:
    if slug is not None:
        found = session.scalar(select(Api).where(Api.slug == slug))
        if found is None:
            raise ApiNotFound(f"there is no API called {slug}: `sundial api list` shows the names")
        return found
    likely = or_(Api.slug == slug_of(provider), func.lower(Api.name) == provider.lower())
    several = session.scalars(select(Api).where(likely).order_by(Api.id)).all()
    if len(several) != 1:
        many = "more than one API is" if several else "no API is"
        raise BadContract(f"provider/name: {many} called “{provider}”: say which API it is about")
    return several[0]


def _consumer(session: Session, given: str | None, name: str, now: datetime) -> tuple[Consumer, bool]:
    """Return the consumer of a contract, and whether it had to be registered."""
    if given is not None:
        return find(session, given), False
    likely = or_(Consumer.slug == slug_of(name), func.lower(Consumer.name) == name.lower())
    several = session.scalars(select(Consumer).where(likely, ~Consumer.is_unattributed)).all()
    if len(several) > 1:
        raise BadContract(f"consumer/name: more than one consumer is called “{name}”: say which one it is")
    if several:
        return several[0], False
    slug = slug_of(name)
    if not slug:
        raise BadContract(f"consumer/name: no short name can be made of “{name}”: say which consumer it is")
    return register(session, slug=slug, name=name, now=now), True
