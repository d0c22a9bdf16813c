"""What every way in works with: settings, database, clock, keys, channels. Made once, in `app`."""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from deprecations.signature import secret_of
from diffing.references import Read
from diffing.remote import remote_reader
from interfaces.settings import Settings
from registry.sources.host import Surroundings
from registry.workbench import Limits
from storage.engine import make_engine
from storage.transactions import Database

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the hour; the only clock of the product."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """The product's surroundings."""

    settings: Settings
    database: Database
    clock: Clock
    secret_key: bytes

    @cached_property
    def pepper(self) -> bytes:
        """The key that credentials are hashed with."""
        return self.key_for("credentials")

    @property
    def rules_secret(self) -> str:
        """What rule sets are signed with, as edges are told it."""
        return secret_of(self.key_for("rules"))

    @property
    def limits(self) -> Limits:
        """What one child process of the comparison may use."""
        return Limits(self.settings.compare_cpu_seconds, self.settings.compare_memory_mb)

    @cached_property
    def remote(self) -> Read:
        """The reader of the addresses that published documents may refer to."""
        addresses = (address.strip() for address in self.settings.remote_references.split(","))
        return remote_reader([address for address in addresses if address])

    @property
    def around(self) -> Surroundings:
        """What fetching from spec repositories may use."""
        return Surroundings(
            clones=self.settings.data_dir.resolve() / "clones",
            local_repositories=self.settings.local_repositories,
            github_api=self.settings.github_api.rstrip("/"),
            github_token=self.settings.github_token or None,
        )

    def key_for(self, purpose: str) -> bytes:
        """Return a key derived from the secret key for one purpose."""
        return hmac.new(self.secret_key, purpose.encode(), hashlib.sha256).digest()


def make_runtime(settings: Settings, clock: Clock = utc_now) -> Runtime:
    """Open the database and find the secret key; make the data folder where there is none."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Runtime(settings, Database(make_engine(settings.database)), clock, _secret_key(settings))


def _secret_key(settings: Settings) -> bytes:
    if settings.secret_key:
        return settings.secret_key.encode()
    path = settings.data_dir / "secret.key"
    fresh = secrets.token_urlsafe(48).encode()
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_key(path)
    with os.fdopen(handle, "wb") as file:
        file.write(fresh)
    return fresh


def _read_key(path: Path) -> bytes:
    key = path.read_bytes().strip()
    if not key:
        raise RuntimeError(f"{path} is empty: delete it to have a new key made, or set SUNDIAL_SECRET_KEY")
    return key
