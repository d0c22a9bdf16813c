"""What the team's view of an API shows: who is named, who is told otherwise, what they were told."""

from typing import Any

from sqlalchemy.orm import Session

from deprecations.owner_mail import owner_notices
from deprecations.owners import owners, told_of
from interfaces.pages.listing import page_number
from notifications.endpoints import NAMES
from registry.models import Api
from storage.languages import NAMES as LANGUAGES
from storage.zones import zones


def team_facts(session: Session, api: Api) -> dict[str, Any]:
    """Return what the team's view of an API shows."""
    named = owners(session, api.id)
    return {
        "named": named,
        "implied": () if named else told_of(session, [api])[api.id],
        "channel_names": NAMES,
        "listed": owner_notices(session, api.id, page_number()),
        "zones": zones(),
        "languages": [*LANGUAGES.items()],
        "given": {},
        "errors": {},
    }
