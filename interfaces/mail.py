"""The channels that this server has, and the sender that works through the outbox."""

from collections.abc import Callable, Collection
from contextlib import ExitStack
from datetime import datetime
from email.errors import MessageError
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from access.audit import record
from deprecations.dates_in_words import moment
from deprecations.owners import language_at
from deprecations.packing import Desk
from deprecations.phrases import LANGUAGES
from deprecations.unreachable import go_by_mail, note_outcome, suppress_address
from interfaces.runtime import Runtime
from notifications.bounces import Bounce, note_bounce, put_away, read_bounces, waiting_reports
from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.claimed import Claimed
from notifications.deliver import deliver
from notifications.endpoints import NAMES as ENDPOINTS
from notifications.endpoints import note_endpoint
from notifications.imap_box import open_box, read_imap_url
from notifications.models import Envelope, SuppressionReason
from notifications.office import accept_mark, close_when_restored, count_deliveries, resume, write_mark
from notifications.outcome import Outcome
from notifications.suppressions import Entry
from notifications.trial import Written, post_trial

_AT_A_TIME = 200
_log = structlog.get_logger("sundial.mail")


def mail_channel(runtime: Runtime) -> str:
    """Return the channel that mails go by: SMTP where a server is set, else the built-in mailbox."""
    return "smtp" if runtime.settings.smtp_url else "mailbox"


def desk(runtime: Runtime) -> Desk:
    """Return how mails leave this server."""
    return Desk(
        channel=mail_channel(runtime),
        domain=urlsplit(runtime.settings.address).hostname or "localhost",
        base_url=runtime.settings.address,
        reply_to=runtime.settings.mail_reply_to,
        at_any_hour=not runtime.settings.smtp_url,
        key=answer_key(runtime),
    )


def answer_key(runtime: Runtime) -> bytes:
    """Return the key that signs the links in mails."""
    return runtime.key_for("answers")


def endpoint_key(runtime: Runtime) -> bytes:
    """Return the key that seals the addresses that messages are posted to, and signs what is posted."""
    return runtime.key_for("endpoints")


def mailbox_folder(runtime: Runtime) -> Path:
    """Return where the built-in mailbox keeps its mails."""
    return runtime.settings.data_dir.resolve() / "mailbox"


def channels(runtime: Runtime) -> dict[str, Channel]:
    """Open the channels that are set up here."""
    settings = ChannelSettings(
        sender=runtime.settings.mail_from,
        smtp_url=runtime.settings.smtp_url,
        mailbox=mailbox_folder(runtime),
        key=endpoint_key(runtime),
        clock=runtime.clock,
        seconds=runtime.settings.channel_timeout_seconds,
        allow_private=runtime.settings.channel_private_addresses,
        ca=str(runtime.settings.channel_ca or ""),
    )
    wanted = {"mailbox", mail_channel(runtime), *ENDPOINTS}
    return {name: open_channel(settings) for name, open_channel in CHANNELS.items() if name in wanted}


def deliver_due(runtime: Runtime, stop: Callable[[], bool], without: Collection[str] = ()) -> int:
    """Send what is due, unless the post office is closed; return how many envelopes were delivered.

    The channels in `without` are left to another sender.
    """
    mark = delivery_mark(runtime)
    with runtime.database.transaction() as session:
        if close_when_restored(session, mark, runtime.clock()).paused_at is not None:
            return 0
    delivered = _deliver(runtime, stop, without)
    if delivered:
        with runtime.database.transaction() as session:
            deliveries = count_deliveries(session, delivered)
        write_mark(mark, deliveries)
    return delivered


def resume_mail(session: Session, runtime: Runtime, *, hold_queued: bool, by: str) -> int:
    """Open the post office again; return how many queued mails were held back instead of going out."""
    accept_mark(session, delivery_mark(runtime))
    held = resume(session, hold_queued=hold_queued)
    detail = f"{held} held back" if hold_queued else ""
    record(session, actor=by, action="mail resumed", subject="all", detail=detail, now=runtime.clock())
    return held


def send_trial(session: Session, runtime: Runtime, recipient: str, *, by: str) -> Envelope:
    """Put a trial mail into the outbox, in the language that its reader chose where it is known."""
    ours, now = desk(runtime), runtime.clock()
    mail = post_trial(
        session,
        recipient,
        channel=ours.channel,
        domain=ours.domain,
        base_url=ours.base_url,
        by=by,
        written=trial_words(language_at(session, recipient), now),
        now=now,
    )
    record(session, actor=by, action="trial mail sent", subject=mail.key, detail=mail.recipient, now=now)
    return mail


def trial_words(language: str, now: datetime) -> Written:
    """Return how a trial is written in a language."""
    return Written(language, moment(now, words=LANGUAGES[language]))


def delivery_mark(runtime: Runtime) -> Path:
    """Return the file that counts deliveries beside the database."""
    return runtime.settings.data_dir.resolve() / "deliveries"


def read_reports(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Read the reports of mails that came back, from the Maildir and the mailbox that the settings name."""
    folder, url = runtime.settings.bounce_maildir, runtime.settings.bounce_imap_url
    noted = 0
    for report in waiting_reports(folder, _AT_A_TIME) if folder else ():
        if stop():
            return noted
        noted += _note_report(runtime, report.read_bytes())
        put_away(report)
    return noted + (_read_mailbox(runtime, url, stop) if url else 0)


def _read_mailbox(runtime: Runtime, url: str, stop: Callable[[], bool]) -> int:
    noted = 0
    with open_box(read_imap_url(url)) as box:
        for uid in box.unseen(_AT_A_TIME):
            if stop():
                break
            noted += _note_report(runtime, box.read(uid))
            box.put_away(uid)
    return noted


def _note_report(runtime: Runtime, report: bytes) -> int:
    """Write down what a report says; one that can't be read says nothing, and holds up no other."""
    try:
        bounces = read_bounces(report)
    except (LookupError, ValueError, MessageError) as error:
        _log.warning("a report of a mail that came back can't be read", error=repr(error))
        return 0
    return sum(_note(runtime, bounce) for bounce in bounces)


def _note(runtime: Runtime, bounce: Bounce) -> bool:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        envelope = note_bounce(session, bounce, now)
        if envelope is not None and bounce.is_permanent:
            entry = Entry(envelope.recipient, SuppressionReason.BOUNCE, f"came back: {bounce.detail}")
            suppress_address(session, entry, by="a report of a mail that came back", now=now)
    return envelope is not None


def _deliver(runtime: Runtime, stop: Callable[[], bool], without: Collection[str]) -> int:
    with ExitStack() as opened:
        ways = channels(runtime)
        for way in ways.values():
            opened.callback(way.close)
        return deliver(
            runtime.database,
            ways,
            clock=runtime.clock,
            limit=_AT_A_TIME,
            stop=stop,
            hourly=runtime.settings.mails_an_hour,
            settled=partial(_note_outcome, mail_channel(runtime)),
            without=without,
        )


def _note_outcome(channel: str, session: Session, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    if claimed.channel not in ENDPOINTS:
        note_outcome(session, claimed, outcome, now)
        return
    note_endpoint(session, claimed, outcome, now)
    go_by_mail(session, claimed, channel=channel, now=now)
