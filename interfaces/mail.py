"""The channels that this server has, and the sender that works through the outbox."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from deprecations.packing import Desk
from deprecations.unreachable import note_outcome
from interfaces.runtime import Runtime
from notifications.channels import CHANNELS
from notifications.channels.channel import Channel, ChannelSettings
from notifications.deliver import deliver

_AT_A_TIME = 200


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


def mailbox_folder(runtime: Runtime) -> Path:
    """Return where the built-in mailbox keeps its mails."""
    return runtime.settings.data_dir.resolve() / "mailbox"


def channels(runtime: Runtime) -> dict[str, Channel]:
    """Open the channels that are set up here."""
    settings = ChannelSettings(
        sender=runtime.settings.mail_from,
        smtp_url=runtime.settings.smtp_url,
        mailbox=mailbox_folder(runtime),
    )
    wanted = {"mailbox", mail_channel(runtime)}
    return {name: open_channel(settings) for name, open_channel in CHANNELS.items() if name in wanted}


def deliver_due(runtime: Runtime, stop: Callable[[], bool]) -> int:
    """Send what is due; return how many envelopes were delivered."""
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
            settled=note_outcome,
        )
