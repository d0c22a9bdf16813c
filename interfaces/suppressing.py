"""The suppression list, for every way in: what changes it also stops or resumes contacts, and is audited."""

from sqlalchemy.orm import Session

from access.audit import record
from deprecations.unreachable import lift_suppression, suppress_address
from interfaces.runtime import Runtime
from notifications.errors import ListRefused
from notifications.models import Suppression, SuppressionReason
from notifications.suppressions import Entry, find_suppression, listed, read_list


def add(session: Session, runtime: Runtime, address: str, *, detail: str, by: str) -> Suppression:
    """Put an address on the list by hand."""
    now = runtime.clock()
    suppress_address(session, Entry(address, SuppressionReason.BY_HAND, detail), by=by, now=now)
    found = find_suppression(session, address)
    record(session, actor=by, action="address suppressed", subject=found.address, detail=detail, now=now)
    return found


def take_off(
    session: Session, runtime: Runtime, address: str, *, reason: str, by: str
) -> tuple[Suppression, int]:
    """Take an address off the list, for a reason that the audit trail keeps; count who is told again."""
    if not reason.strip():
        raise ListRefused(("Say why it may get mail again: the audit trail keeps it.",))
    gone, again = lift_suppression(session, address)
    detail = f"{gone.reason} of {gone.since:%Y-%m-%d}: {reason.strip()}"
    now = runtime.clock()
    record(session, actor=by, action="suppression lifted", subject=gone.address, detail=detail, now=now)
    return gone, again


def import_list(session: Session, runtime: Runtime, text: str, *, by: str) -> int:
    """Put a list of addresses on it, all or none; return how many are new."""
    entries, now = read_list(text), runtime.clock()
    known = listed(session, [one.address for one in entries])
    new = {one.address: one for one in reversed(entries) if one.address not in known}
    for entry in new.values():
        suppress_address(session, entry, by=by, now=now)
    record(session, actor=by, action="suppressions imported", subject="list", detail=str(len(new)), now=now)
    return len(new)
