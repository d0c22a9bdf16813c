"""Taking contracts in: the one way for pages, API and command, each contract in its own transaction."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from access.audit import record
from consumers import deployments, directory
from consumers.contract_models import Contract
from consumers.contracts import (
    Offer,
    Received,
    find_contract,
    receive,
    resume_contract,
    retire_contract,
)
from consumers.deployments import Environment, Moved
from consumers.errors import ConsumersError
from consumers.pacts.broker import Broker, environments, fetch_contracts
from interfaces.runtime import Runtime

_MOST_NAMED = 3
Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Move:
    """That a consumer's version is deployed in an environment, `beside` others, or isn't any longer."""

    consumer: str
    version: str
    environment: str
    is_deployed: bool = True
    beside: bool = False


def take_contract(runtime: Runtime, offer: Offer, by: str) -> Received:
    """Keep a contract and note who handed it in; raises the refusals of `consumers.contracts.receive`."""
    main = {one.strip() for one in runtime.settings.main_branches.split(",")}
    offer = replace(offer, is_main_line=not offer.branch or offer.branch in main)
    with runtime.database.transaction() as session:
        now = runtime.clock()
        received = receive(session, offer, by=by, now=now)
        contract = received.contract
        subject = contract.consumer.slug
        if received.registered:
            record(session, actor=by, action="consumer registered", subject=subject, now=now)
        detail = f"{contract.version} with {contract.api.slug}"
        action = "contract received" if received.created else "contract confirmed"
        record(session, actor=by, action=action, subject=subject, detail=detail, now=now)
    return received


def retire(runtime: Runtime, contract_id: int, *, is_retired: bool, by: str) -> Contract:
    """Let a contract count no more, or again, and note who said so."""
    with runtime.database.transaction() as session:
        now, contract = runtime.clock(), find_contract(session, contract_id)
        if is_retired:
            retire_contract(session, contract, by=by, now=now)
        else:
            resume_contract(session, contract)
        action = "contract retired" if is_retired else "contract resumed"
        detail = f"{contract.version} with {contract.api.slug}"
        record(session, actor=by, action=action, subject=contract.consumer.slug, detail=detail, now=now)
    return contract


def move(runtime: Runtime, asked: Move, by: str) -> Moved:
    """Note where a version runs, and who said so; raises NotFound where it has no contract."""
    environment = deployments.environment_of(asked.environment)
    with runtime.database.transaction() as session:
        now, consumer = runtime.clock(), directory.find(session, asked.consumer)
        if asked.is_deployed:
            moved = deployments.deploy(
                session, consumer, asked.version, environment, beside=asked.beside, now=now
            )
        else:
            moved = deployments.withdraw(session, consumer, asked.version, environment, by=by, now=now)
        action = "version deployed" if asked.is_deployed else "version withdrawn"
        detail = f"{asked.version} in {environment.name}"
        record(session, actor=by, action=action, subject=consumer.slug, detail=detail, now=now)
        _note_retired(runtime, session, moved.retired, by)
    return moved


def fetch(
    runtime: Runtime, broker: Broker, provider: str, api_slug: str | None, *, by: str, say: Say, warn: Say
) -> tuple[int, int]:
    """Take in what a broker says is out; return how many contracts came, and how many were refused.

    `say` and `warn` are told what became of each, by the name of its consumer. Where versions run is taken
    over at the end, from a broker that told all.
    """
    known = environments(broker)
    running: dict[int, dict[int, list[Environment]]] = {}
    came = refused = 0
    for one in fetch_contracts(broker, provider, known):
        came += 1
        name = one.consumer or "a contract"
        offer = Offer(one.data, f"broker {broker.host}", one.version, api_slug, branch=one.branch)
        try:
            received = take_contract(runtime, offer, by)
        except ConsumersError as error:
            refused += 1
            warn(name, str(error))
            continue
        places = running.setdefault(received.contract.api_id, {}).setdefault(received.contract.id, [])
        places += [one.environment] if one.environment else []
        say(name, told(received) + (f"; runs in {one.environment.name}" if one.environment else ""))
        if warned(received):
            warn(name, warned(received))
    for api_id, contracts in running.items():
        with runtime.database.transaction() as session:
            gone = deployments.settle(
                session, api_id, contracts, known, by=f"broker {broker.host}", now=runtime.clock()
            )
            _note_retired(runtime, session, gone, by)
        for each in gone:
            say(
                each.consumer.name,
                f"{each.consumer.name} {each.version} is retired: it runs nowhere any longer",
            )
    return came, refused


def _note_retired(runtime: Runtime, session: Session, gone: tuple[Contract, ...], by: str) -> None:
    for one in gone:
        detail = f"{one.version} with {one.api.slug}"
        record(
            session,
            actor=by,
            action="contract retired",
            subject=one.consumer.slug,
            detail=detail,
            now=runtime.clock(),
        )


def moved_words(asked: Move, moved: Moved) -> str:
    """Say in a sentence what became of a move."""
    count = len(moved.contracts)
    runs = "runs" if asked.is_deployed else "doesn't run"
    said = f"{asked.consumer} {asked.version} {runs} in {asked.environment}"
    said += f" ({count} {'contract' if count == 1 else 'contracts'})"
    names = ", ".join(dict.fromkeys(one.version for one in moved.retired))
    return f"{said}; {names} ran nowhere else and counts no more" if names else said


def warned(received: Received) -> str:
    """Say which interactions no operation answers, and what that means; "" where all are answered."""
    lost = received.unmatched
    if not lost:
        return ""
    named = ", ".join(lost[:_MOST_NAMED]) + (" and more" if len(lost) > _MOST_NAMED else "")
    return (
        f"No operation of {received.contract.api.name} answers {named}: what it relies on there is not "
        "known. Mind the base path, or publish the version that has it"
    )


def told(received: Received) -> str:
    """Say in a sentence what became of a contract."""
    contract = received.contract
    number = contract.interactions
    said = f"{contract.consumer.name} {contract.version} relies on {contract.api.name}"
    said += f" in {number} {'interaction' if number == 1 else 'interactions'}"
    if contract.skipped:
        said += f" ({contract.skipped} about messages left out)"
    if not contract.counts:
        said += f", on the branch {contract.branch}: it counts once it is deployed"
    if not received.created:
        return f"{said}; that was known, and is its newest now"
    return f"{said}; {contract.consumer.slug} was registered for it" if received.registered else said
