"""Where the versions of consumers run, by their contracts: who calls today, and who doesn't any longer.

As a broker's record of deployments does, a version that is deployed takes the place of the one that ran in
that environment before, unless both are out side by side, as apps on people's phones are.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from consumers.contract_models import Contract, Deployment
from consumers.errors import ConsumersError, NotFound
from consumers.models import Consumer
from storage.names import checked_line

_PRODUCTION = frozenset({"production", "prod", "live"})
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Environment:
    """Where versions run. One that leaves production for good counts no more; elsewhere nothing is meant."""

    name: str
    is_production: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The contracts that a deployment was about, and those that count no more because of it."""

    contracts: tuple[Contract, ...]
    retired: tuple[Contract, ...] = ()


def environment_of(name: str) -> Environment:
    """Return an environment by its name; `production`, `prod` and `live` are production."""
    told = checked_line(name, "an environment", ConsumersError)
    if not 0 < len(told) <= LONGEST:
        raise ConsumersError(f"an environment has 1 to {LONGEST} characters, as “production” has")
    return Environment(told, told.lower() in _PRODUCTION)


def deploy(
    session: Session,
    consumer: Consumer,
    version: str,
    environment: Environment,
    *,
    beside: bool = False,
    now: datetime,
) -> Moved:
    """Note that a version runs in an environment now, in place of what ran there, or `beside` it.

    Raises NotFound where the consumer has no contract of that version.
    """
    found = _of_version(session, consumer, version)
    for one in found:
        _enter(one, environment, now)
    apis = {one.api_id for one in found}
    before = [] if beside else _running(session, Contract.consumer_id == consumer.id, {environment.name})
    others = [one for one in before if one.version != version and one.api_id in apis]
    gone = [one for one in others if _leave(one, {environment.name}, f"{version} in its place", now)]
    session.flush()
    return Moved(found, tuple(gone))


def withdraw(
    session: Session, consumer: Consumer, version: str, environment: Environment, *, by: str, now: datetime
) -> Moved:
    """Note that a version runs in an environment no longer; raises NotFound where it has no contract."""
    found = _of_version(session, consumer, version)
    gone = [one for one in found if _leave(one, {environment.name}, by, now)]
    session.flush()
    return Moved(found, tuple(gone))


def settle(
    session: Session,
    api_id: int,
    running: Mapping[int, Collection[Environment]],
    known: Collection[Environment],
    *,
    by: str,
    now: datetime,
) -> tuple[Contract, ...]:
    """Let an API's contracts run in the `known` environments as somebody says who knows all that do.

    `running` says it by the id of contracts. Returns the contracts that count no more.
    """
    names = {one.name for one in known}
    before = _running(session, Contract.api_id == api_id, names)
    here = _loaded(session, Contract.id.in_(list(running)))
    for one in here:
        for environment in running[one.id]:
            _enter(one, environment, now)
    gone = [
        one for one in before if _leave(one, names - {held.name for held in running.get(one.id, ())}, by, now)
    ]
    session.flush()
    return tuple(gone)


def _enter(contract: Contract, environment: Environment, now: datetime) -> None:
    contract.retired_at, contract.retired_by = None, ""
    if environment.name not in {held.environment for held in contract.deployments}:
        contract.moved_at = now
        contract.deployments.append(
            Deployment(environment=environment.name, is_production=environment.is_production, deployed_at=now)
        )


def _leave(contract: Contract, names: Collection[str], by: str, now: datetime) -> bool:
    """Take a contract out of environments; tell whether it is retired, having left production for good."""
    left = [held for held in contract.deployments if held.environment in names]
    for held in left:
        contract.deployments.remove(held)
        contract.moved_at = now
    if contract.deployments or contract.retired_at or not any(held.is_production for held in left):
        return False
    contract.retired_at, contract.retired_by = now, by
    return True


def _of_version(session: Session, consumer: Consumer, version: str) -> tuple[Contract, ...]:
    found = _loaded(session, Contract.consumer_id == consumer.id, Contract.version == version)
    if not found:
        raise NotFound(
            f"{consumer.slug} has no contract of version {version}: hand it in first, or see which it has: "
            f"`sundial contract list --consumer {consumer.slug}`"
        )
    return found


def _running(session: Session, whose: ColumnElement[bool], names: Collection[str]) -> tuple[Contract, ...]:
    return _loaded(session, whose, Contract.deployments.any(Deployment.environment.in_(names)))


def _loaded(session: Session, *conditions: ColumnElement[bool]) -> tuple[Contract, ...]:
    whole = joinedload(Contract.consumer), joinedload(Contract.api), selectinload(Contract.deployments)
    wanted = select(Contract).where(*conditions).order_by(Contract.id).options(*whole)
    return tuple(session.scalars(wanted.with_for_update(of=Contract)))
