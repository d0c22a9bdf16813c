"""Who a hit says it is, and what of that may be kept: a keyed hash, and a hint to recognise it by.

The surest name that a hit gives is the one that counts, registered or not: were an unknown key passed over
for a known User-Agent, its history couldn't follow it to the consumer that it turns out to belong to.
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache

from consumers.hit import Hit, Identity, product
from consumers.models import CredentialKind

NOBODY = Identity(CredentialKind.NONE, "")
Order = Mapping[str, int]
USUAL_ORDER: Order = {str(kind): rank for rank, kind in enumerate(CredentialKind)}
_IN_THE_OPEN = frozenset({CredentialKind.CERTIFICATE, CredentialKind.USER, CredentialKind.USER_AGENT})
_PRODUCT = str(CredentialKind.USER_AGENT)
_LONGEST_HINT = 80
_SHOWN = 4
_LONG_ENOUGH_TO_SHOW = 12  # four characters of a shorter secret would be too much of it


def named_by(hit: Hit, order: Order = USUAL_ORDER) -> Identity:
    """Return the surest name that a hit gives for its caller; its product where it gives no other.

    `order` ranks the kinds, 0 for the surest; one that isn't in it names nobody.
    """
    named = [one for one in hit.identities if one.kind in order]
    if hit.user_agent and _PRODUCT in order:
        named.append(by_product(hit.user_agent))
    return min(named, key=lambda identity: order[identity.kind]) if named else NOBODY


@lru_cache(maxsize=4096)
def by_product(user_agent: str) -> Identity:
    """Return the name that a product gives: `acme-sync` of `acme-sync/2.1`."""
    return Identity(CredentialKind.USER_AGENT, user_agent.partition("/")[0])


def by_agent(user_agent: str) -> Identity:
    """Return the name that a raw User-Agent gives; nobody's where it names no product."""
    short = product(user_agent)
    return by_product(short) if short else NOBODY


def canonical(kind: str, value: str) -> str:
    """Return a value as traffic would give it: a User-Agent is known by its first product's name."""
    text = value.strip()
    return product(text).partition("/")[0] if kind == CredentialKind.USER_AGENT else text


def digest(kind: str, value: str, pepper: bytes) -> str:
    """Return the HMAC-SHA256 of a name under the deployment's pepper, in hexadecimal."""
    return hmac.digest(pepper, f"{kind}\0{value}".encode("utf-8", "surrogatepass"), "sha256").hex()


def hint(kind: str, value: str) -> str:
    """Return what people recognise a name by: a secret's last four characters, others in plain text."""
    if kind == CredentialKind.NONE:
        return ""
    if kind in _IN_THE_OPEN:
        return _printable(value)[:_LONGEST_HINT]
    return f"…{_printable(value[-_SHOWN:])}" if len(value) >= _LONG_ENOUGH_TO_SHOW else "…"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "·" for character in text)
