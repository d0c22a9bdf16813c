"""Message-IDs that derive from an envelope's key, so that a second copy is known for what it is."""

import hashlib


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID (RFC 5322 section 3.6.4) of the envelope with this key, in angle brackets."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def domain_of(identifier: str) -> str:
    """Return the domain of a Message-ID."""
    return identifier.strip("<>").rpartition("@")[2]
