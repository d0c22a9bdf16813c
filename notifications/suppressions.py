"""Addresses that get no mail: since when, why, by whom. Every send looks here; what is listed fails at once.

An address stays until somebody takes it off: that nobody complained lately is no reason to write again.
"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications.claimed import Claimed
from notifications.compose import address as one_address
from notifications.errors import ListRefused, SuppressionNotFound, Unmailable
from notifications.models import Suppression, SuppressionReason
from notifications.outcome import Failure
from storage.paging import Page, page_of
from storage.upsert import insert

COLUMNS: Final = ("address", "reason", "detail", "since", "by")
_MOST_ROWS = 100_000
_MOST_FAULTS = 20
_LONGEST = 1000
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Entry:
    """An address to suppress; without `since` from now on."""

    address: str
    reason: SuppressionReason
    detail: str = ""
    since: datetime | None = None


def suppress(session: Session, entry: Entry, *, by: str, now: datetime) -> bool:
    """Let an address get no mail; tell whether that is new. What listed it first stays."""
    row = {
        "address": normal(entry.address),
        "reason": entry.reason,
        "detail": _SPACES.sub(" ", entry.detail).strip()[:_LONGEST],
        "since": entry.since or now,
        "by": by,
    }
    made = insert(session, Suppression).values(row).on_conflict_do_nothing(index_elements=["address"])
    return session.scalar(made.returning(Suppression.address)) is not None


def lift(session: Session, address: str) -> Suppression:
    """Take an address off the list, and return what stood there."""
    found = find_suppression(session, address)
    session.delete(found)
    session.flush()
    return found


def find_suppression(session: Session, address: str) -> Suppression:
    """Return what the list says of an address."""
    found = session.get(Suppression, address.strip().lower())
    if found is None:
        raise SuppressionNotFound(f"{address} is not on the suppression list")
    return found


def list_suppressions(
    session: Session, *, reason: str = "", search: str = "", page: int = 1
) -> Page[Suppression]:
    """List addresses, newest first; `search` is a part of one."""
    wanted = select(Suppression).order_by(Suppression.since.desc(), Suppression.address)
    if reason:
        wanted = wanted.where(Suppression.reason == reason)
    if search:
        wanted = wanted.where(Suppression.address.contains(search.strip().lower(), autoescape=True))
    return page_of(session, wanted, page)


def refusals(session: Session, batch: Iterable[Claimed]) -> dict[int, Failure]:
    """Return why envelopes of a batch are not to be sent, by their id; the others aren't there."""
    mails = {one.id: one.recipient.strip().lower() for one in batch if one.endpoint is None}
    rows = session.scalars(select(Suppression).where(Suppression.address.in_(set(mails.values()))))
    listed = {row.address: row for row in rows}
    return {
        number: Failure(permanent=True, detail=in_words(listed[address]), is_about_recipient=True)
        for number, address in mails.items()
        if address in listed
    }


def in_words(one: Suppression) -> str:
    """Say why an address gets no mail."""
    about = f" ({one.detail})" if one.detail else ""
    return f"on the suppression list since {_day(one.since)}: {one.reason}{about}"


def _day(at: datetime) -> str:
    on = at.astimezone(UTC)
    return f"{on.day} {on:%b %Y}"


def read_list(text: str) -> tuple[Entry, ...]:
    """Read a list of addresses as CSV; the first line names the columns, of which `address` must be there.

    A row without a reason is by hand. Raises ListRefused with the line of each fault; then nothing is read.
    """
    rows = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    rows.fieldnames = names
    if "address" not in names:
        raise ListRefused(("line 1: no column “address”: the first line names the columns",))
    entries: list[Entry] = []
    faults: list[str] = []
    try:
        for row in rows:
            if len(entries) >= _MOST_ROWS:
                raise ListRefused((f"line {rows.line_num}: there are more than {_MOST_ROWS:,} rows",))
            try:
                entries.append(_entry({name: (row.get(name) or "").strip() for name in COLUMNS}))
            except (Unmailable, ValueError) as error:
                faults.append(f"line {rows.line_num}: {error}")
    except csv.Error as error:
        faults.append(f"line {rows.line_num}: {error}")
    if faults:
        more = len(faults) - _MOST_FAULTS
        raise ListRefused((*faults[:_MOST_FAULTS], *((f"and {more} more",) if more > 0 else ())))
    return tuple(entries)


def list_csv(session: Session) -> Iterator[str]:
    """Write the whole list as CSV, as `read_list` reads it."""
    yield ",".join(COLUMNS) + "\r\n"
    for one in session.scalars(select(Suppression).order_by(Suppression.address)):
        line = StringIO()
        since = one.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        csv.writer(line).writerow(
            [_safe(cell) for cell in (one.address, one.reason, one.detail, since, one.by)]
        )
        yield line.getvalue()


def count_by_reason(session: Session) -> dict[str, int]:
    """Count addresses by reason; reasons without one are there with 0."""
    rows = session.execute(select(Suppression.reason, func.count()).group_by(Suppression.reason))
    return dict.fromkeys(map(str, SuppressionReason), 0) | {row[0]: row[1] for row in rows}


def listed(session: Session, addresses: Collection[str]) -> dict[str, Suppression]:
    """Return those of some addresses that are on the list, by their lower-case form."""
    wanted = {one.strip().lower() for one in addresses}
    rows = session.scalars(select(Suppression).where(Suppression.address.in_(wanted)))
    return {row.address: row for row in rows}


def normal(address: str) -> str:
    """Return an address as the list keeps it; raises Unmailable for what is none."""
    return one_address(address.strip()).addr_spec.lower()


def _entry(row: dict[str, str]) -> Entry:
    reason = row["reason"].lower() or SuppressionReason.BY_HAND
    if reason not in set(SuppressionReason):
        raise ValueError(f"“{reason}” is no reason: use {', '.join(SuppressionReason)}")
    since = datetime.fromisoformat(row["since"]) if row["since"] else None
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    return Entry(normal(_unsafe(row["address"])), SuppressionReason(reason), _unsafe(row["detail"]), since)


def _safe(cell: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if cell[:1] in _FORMULA else cell


def _unsafe(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _FORMULA and len(cell) > 1 else cell


_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
