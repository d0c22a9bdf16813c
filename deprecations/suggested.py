"""What a document marks as ending, found by an id that holds as long as the mark, and made into a plan."""

import hashlib
import json
from datetime import date

from sqlalchemy.orm import Session

from deprecations.aims import Suggestion, suggestions
from deprecations.errors import DeprecationNotFound, PlanRefused


def suggestion_id(one: Suggestion) -> str:
    """Return what tells a suggestion from the others of its API: 12 hexadecimal digits."""
    thing = one.aim.thing
    facts = [thing.kind.value, one.operation, thing.name, thing.place, thing.value]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:12]


def find_suggestion(session: Session, api_id: int, wanted: str) -> Suggestion:
    """Return a suggestion of an API; raises DeprecationNotFound for one that is planned, or never was."""
    found = next((one for one in suggestions(session, api_id) if suggestion_id(one) == wanted), None)
    if found is None:
        raise DeprecationNotFound(
            f"There is no suggestion {wanted}: the newest document doesn't mark it, or it has its plan."
        )
    return found


def completed(
    one: Suggestion, *, reason: str | None, replacement: str | None, sunset_on: date | None
) -> tuple[str, str, date]:
    """Return reason, replacement and last day of a plan, as the document says where they are left out.

    Raises PlanRefused for a day that neither names.
    """
    last = sunset_on or one.sunset_on
    if last is None:
        raise PlanRefused(f"The document names no day on which {one.aim.label} ends: say one.")
    return reason or one.reason, one.replacement if replacement is None else replacement, last
