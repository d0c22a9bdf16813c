"""Who sent a request, by the names that it gives: exempt from a brownout, or one of those that it hits."""

import hashlib
import hmac
import math
import random
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence

Names = Sequence[tuple[str, str]]
Exempt = Mapping[tuple[str, str], float | None]
"""Kinds of names and keyed hashes of their values, with the second until which they are; None for good."""

_SEEN = frozenset({"api-key", "client-id", "user", "user-agent"})  # kinds that are looked at by default
_PRODUCT = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


class Caller:
    """Who calls, by the names that the request gives: kinds and values, surest first."""

    def __init__(self, names: Names, secret: str, key: bytes, sees_all: bool) -> None:
        self._names, self._secret, self._key, self._sees_all = names, secret, key, sees_all

    def is_among(self, exempt: Exempt, now: float) -> bool:
        """Tell whether a caller is exempt; who can't be told apart is."""
        if not exempt:
            return False
        if not self._key or not (self._sees_all or all(kind in _SEEN for kind, _digest in exempt)):
            return True
        return self.until(exempt, now) > now

    def until(self, exempt: Exempt, now: float) -> float:
        """Return until when a caller is exempt: infinity for good, 0 where it isn't or can't be told."""
        if exempt and self._key:
            for kind, value in self._names:
                text = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
                until = exempt.get((kind, hmac.digest(self._key, text, "sha256").hex()), 0)
                if until is None or until > now:
                    return math.inf if until is None else until
        return 0

    def share(self, salt: str) -> float:
        """Return a number from 0 to 100, the same one each time for a credential; by chance for nobody."""
        name = self._secret or next((value for _kind, value in self._names), "")
        if not name:
            return random.random() * 100  # noqa: S311 - who is hit is no secret
        text = f"{salt}\0{name}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**64 * 100


def named(api_key: str, client_id: str, authorization: str, user_agent: str) -> Names:
    """Return the names that a request gives for its caller, surest first."""
    scheme, _, given = authorization.partition(" ")
    user = ""
    if scheme.lower() == "basic":
        try:
            user = b64decode(given.strip(), validate=True).decode().partition(":")[0]
        except ValueError:
            user = ""
    product = _PRODUCT.match(user_agent)
    found = (
        ("client-id", client_id.strip()),
        ("api-key", api_key.strip()),
        ("user", user),
        ("user-agent", product[0] if product else ""),
    )
    return [one for one in found if one[1]]
