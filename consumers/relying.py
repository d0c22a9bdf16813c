"""Whose contracts rely on an operation, and on what of it."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consumers.contract_routes import contract_matcher
from consumers.contracts import current_contracts, opened
from consumers.models import Contract
from registry.models import Operation


@dataclass(frozen=True, slots=True)
class Relying:
    """A contract that counts, and what its interactions with one operation send and read, by name."""

    contract: Contract
    interactions: int
    sends: tuple[str, ...]
    reads: tuple[str, ...]


def relying_on(session: Session, operation: Operation) -> tuple[Relying, ...]:
    """Return the contracts that rely on an operation, by consumer."""
    contracts = current_contracts(session, operation.api_id)
    if not contracts:
        return ()
    match = contract_matcher(session, operation.api_id)
    found = []
    for contract in contracts:
        met = [one for one in opened(contract) if match(one.method, one.path) == operation.id]
        if met:
            sends = dict.fromkeys(
                name for one in met for name in [*one.query, *(field.pointer for field in one.sends)]
            )
            reads = dict.fromkeys(field.pointer for one in met for field in one.reads)
            found.append(Relying(contract, len(met), tuple(sends), tuple(reads)))
    return tuple(sorted(found, key=lambda one: one.contract.consumer.name))
