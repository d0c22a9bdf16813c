"""Taking contracts in: the one way for pages, API and command, each contract in its own transaction."""

from access.audit import record
from consumers.contracts import Offer, Received, receive
from interfaces.runtime import Runtime


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


def told(received: Received) -> str:
    """Say in a sentence what became of a contract."""
    contract = received.contract
    number = contract.interactions
    said = f"{contract.consumer.name} {contract.version} relies on {contract.api.name}"
    said += f" in {number} {'interaction' if number == 1 else 'interactions'}"
    if contract.skipped:
        said += f" ({contract.skipped} about messages left out)"
    if not received.created:
        return f"{said}; that was known, and counts as its newest now"
    return f"{said}; {contract.consumer.slug} was registered for it" if received.registered else said
