"""Secrets handed out: random, and kept as digests only."""

import hashlib
import secrets

_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits, to be shown once."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """Return what is stored of a secret; its 256 bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
