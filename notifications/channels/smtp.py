"""Delivery to a mail server (RFC 5321): one envelope, one recipient, one transaction.

The connection is kept from one envelope to the next. Servers hang up on one that was idle, so it is
asked whether it lives before a mail is begun on it.
"""

import smtplib

from notifications.channels.channel import ChannelSettings
from notifications.channels.smtp_server import SmtpServer, read_smtp_url
from notifications.channels.smtp_session import SmtpSession, in_words
from notifications.compose import address, compose
from notifications.outbox import Claimed
from notifications.outcome import Failure, Outcome

_MAILS_A_CONNECTION = 100  # servers commonly end a session after that many


class SmtpChannel:
    """A mail server, spoken to with the standard library."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        """Keep where to deliver and in whose name; connects only to send."""
        self._server, self._sender = server, sender
        self._session: SmtpSession | None = None

    def send(self, envelope: Claimed) -> Outcome:
        """Deliver one envelope; the receipt is the server's reply to the final dot."""
        mail = compose(envelope, self._sender).as_bytes()
        sender, recipient = address(self._sender).addr_spec, address(envelope.recipient).addr_spec
        try:
            session = self._ready()
        except (OSError, smtplib.SMTPException) as error:
            return Failure(permanent=False, detail=f"{self._server.name}: {in_words(error)}", is_outage=True)
        try:
            return session.hand_over(sender, recipient, mail)
        except (OSError, smtplib.SMTPException) as error:
            self._session = None
            session.abandon()
            return Failure(permanent=False, detail=f"{self._server.name} broke off: {in_words(error)}")

    def close(self) -> None:
        """Say goodbye to the server, where there is a connection."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _ready(self) -> SmtpSession:
        kept = self._session
        if kept is not None and kept.mails < _MAILS_A_CONNECTION and kept.is_alive():
            return kept
        self.close()
        self._session = SmtpSession(self._server)
        return self._session


def open_channel(settings: ChannelSettings) -> SmtpChannel:
    """Open the channel that the settings describe; raises for a URL or a sender that can't be read."""
    address(settings.sender)
    return SmtpChannel(read_smtp_url(settings.smtp_url), settings.sender)
