"""The signature over a rule set's bytes, so that an edge can tell ours from anybody's.

HMAC-SHA256 with a secret that both sides know, since middleware must verify with the standard library alone.
It says who wrote the bytes; that they are the newest is for TLS.
"""

import hashlib
import hmac

HEADER = "Sundial-Signature"
"""The response header that carries it."""


def secret_of(key: bytes) -> str:
    """Return a key in the spelling that people copy and that HMAC is keyed with, as ASCII."""
    return f"sundial_rules_{key.hex()}"


def signature(body: bytes, secret: str) -> str:
    """Return the header's value: `v1=`, and the HMAC-SHA256 of the body as it is sent, in hexadecimal."""
    return f"v1={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
