"""Whose contracts rely on an operation, and on what of it; and whose may, by a path that matches none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy.orm import Session

from consumers.contract_models import Contract
from consumers.contract_routes import contract_matcher
from consumers.contracts import current_contracts, opened
from consumers.lookalikes import Likeness, likenesses
from consumers.pacts.interaction import Interaction
from registry.models import Operation


@dataclass(frozen=True, slots=True)
class Relying:
    """A contract that counts, and what its interactions with one operation send and read, by name."""

    contract: Contract
    interactions: int
    sends: tuple[str, ...]
    reads: tuple[str, ...]


def relying_on(
    session: Session, operation: Operation, uses: Callable[[Interaction], bool] | None = None
) -> tuple[Relying, ...]:
    """Return the contracts that rely on an operation, by consumer, the newest of each first.

    `uses` leaves only the interactions that it says yes to.
    """
    contracts = current_contracts(session, operation.api_id)
    if not contracts:
        return ()
    match = contract_matcher(session, operation.api_id)
    found = []
    for contract in contracts:
        met = [
            one
            for one in opened(contract)
            if match(one.method, one.path) == operation.id and (uses is None or uses(one))
        ]
        if met:
            sends = dict.fromkeys(
                name for one in met for name in [*one.query, *(field.pointer for field in one.sends)]
            )
            reads = dict.fromkeys(field.pointer for one in met for field in one.reads)
            found.append(Relying(contract, len(met), tuple(sends), tuple(reads)))
    return tuple(sorted(found, key=lambda one: one.contract.consumer.name))


def perhaps_relying_on(
    session: Session, operation: Operation
) -> Iterator[tuple[Contract, Interaction, Likeness]]:
    """Yield interactions that no operation answers and that look like an operation; one of a contract."""
    contracts = current_contracts(session, operation.api_id)
    if not any(one.unmatched != 0 for one in contracts):
        return
    match, known = contract_matcher(session, operation.api_id), likenesses(session, operation)
    for contract in contracts:
        if contract.unmatched == 0:
            continue
        lost = (one for one in opened(contract) if match(one.method, one.path) is None)
        alike = ((one, known.of(one.method, one.path)) for one in lost)
        first = next(((one, how) for one, how in alike if how is not None), None)
        if first is not None:
            yield contract, *first
