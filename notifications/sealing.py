"""Texts that only this server can read: addresses in other systems, which let whoever knows them post there.

They must be told to that system again and again, so a digest won't do. Fernet encrypts and authenticates;
its key derives from the server's own, which stands in no database.
"""

import base64
from typing import TYPE_CHECKING

from notifications.errors import Unsealable

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def seal(text: str, key: bytes) -> str:
    """Encrypt a text; `key` has 32 bytes."""
    return _fernet(key).encrypt(text.encode()).decode("ascii")


def unseal(sealed: str, key: bytes) -> str:
    """Return what was sealed; raises Unsealable where it was by another key."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(key).decrypt(sealed).decode()
    except InvalidToken as error:
        raise Unsealable(
            "the address can't be read: the server's secret key has changed since it was given. Give it again"
        ) from error


def _fernet(key: bytes) -> "Fernet":
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(key))
