"""Addresses in other systems: taking one up, rotating its secret, stopping where it is gone for good."""

import base64
import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.claimed import Addressed, Claimed
from notifications.errors import EndpointRefused
from notifications.models import Endpoint
from notifications.outcome import Failure, Outcome, Receipt
from notifications.sealing import seal
from storage.public_addresses import is_public

NAMES: Final = {"webhook": "Webhook", "slack": "Slack", "teams": "Microsoft Teams"}
"""The channels that post to an endpoint, and what people call them."""
BOTH_SIGN: Final = timedelta(days=14)
"""How long after a rotation the secret before signs along."""
_LONGEST = 2000
_SHOWN = 4


def add_endpoint(
    session: Session, *, channel: str, address: str, key: bytes, allow_private: bool, now: datetime
) -> Endpoint:
    """Take up an address; raises EndpointRefused for one that nothing would be posted to."""
    if channel not in NAMES:
        raise EndpointRefused(f"“{channel}” posts to no address: use {', '.join(NAMES)}")
    parts = _checked(address.strip(), allow_private)
    made = Endpoint(
        channel=channel,
        sealed=seal(address.strip(), key),
        host=parts.hostname or "",
        hint=f"{parts.netloc}/…{address.strip()[-_SHOWN:]}"[:300],
        nonce=secrets.token_hex(16),
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def rotate_secret(session: Session, endpoint: Endpoint, now: datetime) -> None:
    """Begin a new secret; for 14 days the one before signs along, so that nothing is refused meanwhile."""
    endpoint.secret_generation, endpoint.rotated_at = endpoint.secret_generation + 1, now
    session.flush()


def signing_secrets(endpoint: Endpoint | Addressed, key: bytes, now: datetime) -> tuple[str, ...]:
    """Return the secrets that sign by now, the newest first, as Standard Webhooks writes them.

    They derive from the server's own key and are stored nowhere.
    """
    rotated_at, newest = endpoint.rotated_at, endpoint.secret_generation
    is_lone = newest == 1 or rotated_at is None or now >= rotated_at + BOTH_SIGN
    return tuple(
        _secret(endpoint.nonce, generation, key)
        for generation in range(newest, newest - 1 - (not is_lone), -1)
    )


def note_endpoint(session: Session, envelope: Claimed, outcome: Outcome, now: datetime) -> bool:
    """Stop posting to an address that is gone for good; tell whether that is new."""
    if envelope.endpoint is None or isinstance(outcome, Receipt):
        return False
    endpoint = session.get(Endpoint, envelope.endpoint.id)
    if endpoint is None or endpoint.disabled_at is not None or not _is_gone(outcome):
        return False
    endpoint.disabled_at, endpoint.disabled_reason = now, outcome.detail
    session.flush()
    return True


def remove_endpoints(session: Session, ids: Collection[int]) -> int:
    """Forget addresses; what waits for one of them is not posted any more."""
    found = session.scalars(select(Endpoint).where(Endpoint.id.in_(ids))).all()
    for endpoint in found:
        session.delete(endpoint)
    session.flush()
    return len(found)


def _is_gone(failure: Failure) -> bool:
    return failure.permanent and failure.is_about_recipient


def _secret(nonce: str, generation: int, key: bytes) -> str:
    drawn = hmac.new(key, f"endpoint {nonce} {generation}".encode(), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(drawn).decode('ascii')}"


def _checked(address: str, allow_private: bool) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise EndpointRefused(f"that is no address: {error}") from error
    if not parts.hostname or port == 0 or len(address) > _LONGEST or not address.isascii():
        raise EndpointRefused("write the address as https://host/path, in ASCII")
    if any(sign.isspace() or not sign.isprintable() for sign in address):
        raise EndpointRefused("the address holds blanks: copy it once more")
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise EndpointRefused(
            "the address must begin with https://: what is posted is for nobody else's eyes"
        )
    if parts.username is not None or parts.fragment:
        raise EndpointRefused("the address holds a user or a fragment: leave them out")
    if not allow_private and _is_inside(parts.hostname):
        raise EndpointRefused(
            f"{parts.hostname} is inside a network: an administrator may allow such addresses by "
            "SUNDIAL_CHANNEL_PRIVATE_ADDRESSES"
        )
    return parts


def _is_inside(host: str) -> bool:
    try:
        return not is_public(str(ipaddress.ip_address(host)))
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
