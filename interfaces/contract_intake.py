"""Taking contracts in: the one way for pages, API and command, each contract in its own transaction."""

from access.audit import record
from consumers.contracts import (
    Offer,
    Received,
    find_contract,
    receive,
    resume_contract,
    retire_contract,
)
from consumers.models import Contract
from interfaces.runtime import Runtime

_MOST_NAMED = 3


def take_contract(runtime: Runtime, offer: Offer, by: str) -> Received:
    """Keep a contract and note who handed it in; raises the refusals of `consumers.contracts.receive`."""
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
    if not received.created:
        return f"{said}; that was known, and is its newest now"
    return f"{said}; {contract.consumer.slug} was registered for it" if received.registered else said
