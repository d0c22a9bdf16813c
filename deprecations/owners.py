"""Who of an API's own team is told what needs it: who is named, else the address of “whom to ask”."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from consumers.contacts import checked_email, contacts_at
from deprecations.contact_endpoints import Destination
from deprecations.errors import OwnerNotFound, PlanRefused
from deprecations.mail import reply_to
from deprecations.owner_models import ApiOwner
from notifications.endpoints import add_endpoint, remove_endpoints
from notifications.models import Endpoint
from registry.models import Api
from storage.languages import DEFAULT, checked_language
from storage.names import checked_name
from storage.zones import checked_zone


@dataclass(frozen=True, slots=True)
class Told:
    """One person or address of a team: named for the API, or implied by “whom to ask”."""

    name: str
    email: str
    zone: str
    is_fallback: bool
    endpoint: Endpoint | None = None
    language: str = DEFAULT

    def destination(self, mail_channel: str) -> Destination:
        """Return where they are told by now."""
        if self.endpoint is None or self.endpoint.disabled_at is not None:
            return Destination(mail_channel, self.email)
        return Destination(self.endpoint.channel, self.endpoint.hint, self.endpoint.id, self.email)


def owners(session: Session, api_id: int) -> tuple[ApiOwner, ...]:
    """Return who is named for an API, those whose mail stopped included."""
    return tuple(session.scalars(_loaded().where(ApiOwner.api_id == api_id)))


def told_of(session: Session, apis: Collection[Api]) -> dict[int, tuple[Told, ...]]:
    """Return who is told what needs the teams of some APIs, by API."""
    named: dict[int, list[ApiOwner]] = defaultdict(list)
    for one in session.scalars(_loaded().where(ApiOwner.api_id.in_([api.id for api in apis]))):
        named[one.api_id].append(one)
    return {api.id: _of_rows(named[api.id]) if named[api.id] else _implied(api) for api in apis}


def find_owner(session: Session, api: Api, owner_id: int) -> ApiOwner:
    """Return one of those who are named for an API."""
    found = session.scalar(_loaded().where(ApiOwner.id == owner_id, ApiOwner.api_id == api.id))
    if found is None:
        raise OwnerNotFound(f"{api.slug} has nobody of number {owner_id} to tell")
    return found


def language_at(session: Session, email: str) -> str:
    """Return the language of whoever reads at an address, be it of a consumer or of a team; else English."""
    of_team = select(ApiOwner.language).where(func.lower(ApiOwner.email) == email.strip().lower())
    known = [one.language for one in contacts_at(session, email)]
    return next(iter(known), None) or session.scalar(of_team.limit(1)) or DEFAULT


def add_owner(
    session: Session,
    api: Api,
    *,
    name: str,
    email: str,
    zone: str = "UTC",
    language: str = DEFAULT,
    is_fallback: bool = False,
    now: datetime,
) -> ApiOwner:
    """Name somebody who is told what needs an API's team."""
    address = checked_email(email, PlanRefused)
    same = select(ApiOwner.id).where(ApiOwner.api_id == api.id, func.lower(ApiOwner.email) == address.lower())
    if session.scalar(same) is not None:
        raise PlanRefused(f"{address} is told what needs {api.slug} already")
    made = ApiOwner(
        api_id=api.id,
        name=checked_name(name, "whoever is told", PlanRefused),
        email=address,
        zone=checked_zone(zone, PlanRefused),
        language=checked_language(language, PlanRefused),
        is_fallback=is_fallback,
        endpoint=None,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return made


def change_owner(
    session: Session,
    owner: ApiOwner,
    *,
    name: str | None = None,
    zone: str | None = None,
    language: str | None = None,
    is_fallback: bool | None = None,
) -> None:
    """Change what is said about one who is told; None leaves a thing as it is."""
    if name is not None:
        owner.name = checked_name(name, "whoever is told", PlanRefused)
    if zone is not None:
        owner.zone = checked_zone(zone, PlanRefused)
    if language is not None:
        owner.language = checked_language(language, PlanRefused)
    if is_fallback is not None:
        owner.is_fallback = is_fallback
    session.flush()


def remove_owner(session: Session, owner: ApiOwner) -> None:
    """Tell somebody no more; what it was told stays on record."""
    tell_owner_by_mail(session, owner)
    session.delete(owner)
    session.flush()


def tell_owner_at(
    session: Session,
    owner: ApiOwner,
    *,
    channel: str,
    address: str,
    key: bytes,
    allow_private: bool,
    now: datetime,
) -> Endpoint:
    """Tell one of a team at an address from now on; raises EndpointRefused."""
    made = add_endpoint(
        session, channel=channel, address=address, key=key, allow_private=allow_private, now=now
    )
    tell_owner_by_mail(session, owner)
    owner.endpoint, owner.disabled_at, owner.disabled_reason = made, None, None
    session.flush()
    return made


def tell_owner_by_mail(session: Session, owner: ApiOwner) -> None:
    """Tell one of a team by mail again."""
    if owner.endpoint is not None:
        before, owner.endpoint = owner.endpoint.id, None
        session.flush()
        remove_endpoints(session, [before])


def _loaded() -> Select[ApiOwner]:
    return select(ApiOwner).options(joinedload(ApiOwner.endpoint)).order_by(ApiOwner.name, ApiOwner.id)


def _of_rows(rows: Collection[ApiOwner]) -> tuple[Told, ...]:
    return tuple(
        Told(one.name, one.email.lower(), one.zone, one.is_fallback, one.endpoint, one.language)
        for one in rows
        if one.disabled_at is None
    )


def _implied(api: Api) -> tuple[Told, ...]:
    address = reply_to(api, "")
    name = api.owner.replace(address, "").strip(" <>(),;:-") or api.name
    return (Told(name, address.lower(), "UTC", True),) if address else ()
