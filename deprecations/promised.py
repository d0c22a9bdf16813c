"""What contracts rely on, by the operations that they name."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from consumers.contract_models import Contract
from consumers.contract_routes import contract_matcher
from consumers.contracts import opened
from consumers.pacts.interaction import Interaction

Promised = Mapping[int, Mapping[int, Mapping[str, Sequence[Interaction]]]]
"""Interactions by operation, consumer and version, the newest version first."""


def promised(session: Session, api_id: int, contracts: Sequence[Contract]) -> Promised:
    """Return each contract's interactions with each operation; those with no operation tell nothing."""
    found: dict[int, dict[int, dict[str, list[Interaction]]]] = defaultdict(lambda: defaultdict(dict))
    match = contract_matcher(session, api_id) if contracts else None
    for contract in contracts:
        for one in opened(contract):
            operation = match(one.method, one.path) if match else None
            if operation is not None:
                found[operation][contract.consumer_id].setdefault(contract.version, []).append(one)
    return found
