"""Spec repositories: connecting one to an API, and the secret that signs its deliveries."""

import hashlib
import hmac
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.errors import NotFound, RegistryError
from registry.models import Api, SpecRepository
from registry.sources import HOSTS
from registry.sources.host import Location, Surroundings


def connect(
    session: Session,
    api: Api,
    *,
    host: str,
    location: str,
    branch: str,
    path: str,
    around: Surroundings,
    now: datetime,
) -> SpecRepository:
    """Say where an API's document lives; pushes to that branch publish it from then on."""
    if host not in HOSTS:
        raise RegistryError(f"“{host}” is no kind of host: choose one of {', '.join(HOSTS)}")
    HOSTS[host].check(location, around)
    if not branch or branch.startswith("-") or not path or path.startswith("/") or ".." in path.split("/"):
        raise RegistryError("name a branch, and the document's path from the repository's root")
    repository = SpecRepository(
        api_id=api.id, host=host, location=location, branch=branch, path=path, created_at=now
    )
    session.add(repository)
    session.flush()
    return repository


def find_repository(session: Session, repository_id: int) -> SpecRepository:
    """Return a spec repository with its API."""
    repository = session.scalar(
        select(SpecRepository)
        .where(SpecRepository.id == repository_id)
        .options(joinedload(SpecRepository.api))
    )
    if repository is None:
        raise NotFound(f"there is no spec repository {repository_id}")
    return repository


def repositories(session: Session, api_id: int) -> list[SpecRepository]:
    """Return an API's spec repositories."""
    statement = select(SpecRepository).where(SpecRepository.api_id == api_id)
    return list(session.scalars(statement.order_by(SpecRepository.id)))


def rotate_secret(session: Session, repository: SpecRepository) -> None:
    """Begin a new secret; the one before stays valid until the next rotation."""
    repository.secret_generation += 1
    session.flush()


def webhook_secret(repository: SpecRepository, secret_key: bytes, back: int = 0) -> str:
    """Return the secret that the host signs with; `back=1` the one before."""
    generation = repository.secret_generation - back
    message = f"webhook {repository.id} {generation}".encode()
    return hmac.new(secret_key, message, hashlib.sha256).hexdigest()


def is_signed(repository: SpecRepository, secret_key: bytes, signature: str, body: bytes) -> bool:
    """Tell whether a delivery's body was signed with one of the two live secrets, in constant time."""
    prefix = HOSTS[repository.host].prefix
    given = signature.removeprefix(prefix) if signature.startswith(prefix) else ""
    valid = False
    for back in (0, 1):
        secret = webhook_secret(repository, secret_key, back).encode()
        wanted = hmac.new(secret, body, hashlib.sha256).hexdigest()
        valid |= hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace"))
    return valid


def place(repository: SpecRepository) -> Location:
    """Return where the repository's document lies."""
    return Location(repository.location, repository.branch, repository.path)
