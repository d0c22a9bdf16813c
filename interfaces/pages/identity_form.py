"""The attributes by which an API's callers are told apart, as the form of its settings shows them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consumers.confidence import USUAL, Confidence
from consumers.identity_order import USUAL_ATTRIBUTES, attributes_of

UNUSED = ""
NAMES = {
    "app-id": "Application that the gateway registered",
    "client-id": "OAuth client (azp, client_id), X-Client-Id",
    "api-key": "API key",
    "certificate": "Subject of the client’s certificate",
    "header": "Another header in which callers say who they are",
    "user": "User (Basic, or the gateway’s)",
    "user-agent": "Product in the User-Agent",
}
CONFIDENCES = [(one.value, one.value.capitalize()) for one in Confidence]
RANKS = [(UNUSED, "Not used"), *((str(rank), str(rank)) for rank in range(1, len(USUAL_ATTRIBUTES) + 1))]


@dataclass(frozen=True, slots=True)
class Row:
    """An attribute as the form shows it; its rank is empty where it isn't used."""

    kind: str
    name: str
    rank: str
    confidence: str


def rows(session: Session, api_id: int) -> list[Row]:
    """Return the form's rows: what is used in its order, then the rest."""
    used = attributes_of(session, api_id)
    kinds = [one.kind for one in used]
    shown = [Row(one.kind, NAMES[one.kind], str(rank), one.confidence) for rank, one in enumerate(used, 1)]
    rest = (one for one in USUAL_ATTRIBUTES if one.kind not in kinds)
    return [*shown, *(Row(one.kind, NAMES[one.kind], UNUSED, USUAL[one.kind]) for one in rest)]
