"""The sender: claim, send, settle, until nothing is due or it is asked to stop."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notifications.attempts import hand_back
from notifications.channels.channel import Channel, Ready
from notifications.claimed import Claimed
from notifications.errors import Unmailable
from notifications.outbox import claim
from notifications.outcome import Failure, Outcome, Receipt
from notifications.settling import Settled, Settling
from notifications.suppressions import refusals
from storage.transactions import Database

BATCH = 20
LEASE_SECONDS = 600
_MARGIN = timedelta(seconds=300)  # longer than any channel may take over one envelope


def ignore(_session: Session, _claimed: Claimed, _outcome: Outcome, _now: datetime) -> None:
    """Do nothing more with what came of an envelope."""


def deliver(
    database: Database,
    channels: Mapping[str, Channel],
    *,
    clock: Callable[[], datetime],
    limit: int,
    stop: Callable[[], bool],
    jitter: Callable[[], float] = random.random,
    lease_seconds: int = LEASE_SECONDS,
    hourly: int = 0,
    settled: Settled = ignore,
    without: Collection[str] = (),
) -> int:
    """Try up to `limit` due envelopes and return how many were delivered.

    Asked to stop, it finishes the one in flight and hands the others back. An envelope whose lease has
    too little time left is handed back too: sending it could make a second copy. `jitter` draws a
    number from 0 to 1 for the wait before the next try, `hourly` is how many envelopes an hour one
    recipient gets (0: any number). A channel that reports an outage is left alone until the next call:
    one envelope was its probe, the others keep their tries and go out as soon as it is over; where messages
    go to endpoints, their host is. `settled` is told what came of each, in the transaction that writes it
    down. The channels in `without` are somebody else's.
    """
    tried = delivered = 0
    down, hosts = set(without), set[str]()
    with database.kept() as kept, Settling(kept, settled) as settling:
        while tried < limit and not stop():
            with kept.transaction() as session:
                batch = claim(
                    session,
                    limit=min(BATCH, limit - tried),
                    lease_seconds=lease_seconds,
                    without=down,
                    without_hosts=hosts,
                    hourly=hourly,
                    now=clock(),
                )
                refused = refusals(session, batch)
            if not batch:
                break
            spare = []
            for claimed in batch:
                is_down = claimed.channel in down or _host(claimed) in hosts
                if stop() or is_down or _is_running_out(claimed, lease_seconds, clock()):
                    spare.append(claimed)
                    continue
                outcome = refused.get(claimed.id) or _send(channels, claimed, settling.wait)
                settling.begin(claimed, outcome, jitter(), clock())
                delivered += isinstance(outcome, Receipt)
                if isinstance(outcome, Failure) and outcome.is_outage:
                    _leave_alone(claimed, down, hosts)
            settling.wait()
            _hand_back(kept, spare)
            tried += len(batch)
    return delivered


def _leave_alone(claimed: Claimed, channels: set[str], hosts: set[str]) -> None:
    host = _host(claimed)
    (hosts if host else channels).add(host or claimed.channel)


def _host(claimed: Claimed) -> str:
    return claimed.endpoint.host if claimed.endpoint else ""


def _hand_back(database: Database, spare: Sequence[Claimed]) -> None:
    if spare:
        with database.transaction() as session:
            for claimed in spare:
                hand_back(session, claimed)


def _is_running_out(claimed: Claimed, lease_seconds: int, now: datetime) -> bool:
    margin = min(_MARGIN, timedelta(seconds=lease_seconds) / 2)
    return claimed.leased_until - now < margin


def _send(channels: Mapping[str, Channel], claimed: Claimed, ready: Ready) -> Outcome:
    channel = channels.get(claimed.channel)
    if channel is None:
        known = ", ".join(sorted(channels)) or "none"
        return Failure(
            permanent=False,
            detail=f"no channel {claimed.channel} is set up here (there is {known})",
            is_outage=True,
        )
    try:
        return channel.send(claimed, ready)
    except Unmailable as error:
        return Failure(permanent=True, detail=str(error))
    except Exception as error:  # noqa: BLE001 - one envelope that trips a channel must not hold up the others
        return Failure(permanent=False, detail=f"the channel {claimed.channel} broke: {error!r}")
