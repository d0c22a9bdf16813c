"""Delivery to a mail server (RFC 5321): one envelope, one recipient, one transaction.

The connection is kept from one envelope to the next. Servers hang up on one that was idle: a mail that
finds it so before it began goes over a new one.
"""

import smtplib

from notifications.channels.channel import ChannelSettings, Ready, at_once
from notifications.channels.smtp_server import SmtpServer, read_smtp_url
from notifications.channels.smtp_session import ClosedMeanwhile, SmtpSession, in_words
from notifications.claimed import Claimed
from notifications.compose import address, compose
from notifications.outcome import Failure, Outcome

_MAILS_A_CONNECTION = 100  # servers commonly end a session after that many


class SmtpChannel:
    """A mail server, spoken to with the standard library."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        """Keep where to deliver and in whose name; connects only to send."""
        self._server, self._sender = server, sender
        self._session: SmtpSession | None = None

    def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
        """Deliver one envelope; the receipt is the server's reply to the final dot."""
        mail = compose(envelope, self._sender).as_bytes()
        sender, recipient = address(self._sender).addr_spec, address(envelope.recipient).addr_spec
        while True:
            try:
                session = self._ready()
            except (OSError, smtplib.SMTPException) as error:
                return self._failed(": ", error, is_outage=True)
            try:
                return session.hand_over(sender, recipient, mail, ready)
            except ClosedMeanwhile:  # a new session never raises it
                self._abandon(session)
            except (OSError, smtplib.SMTPException) as error:
                self._abandon(session)
                return self._failed(" broke off: ", error)

    def close(self) -> None:
        """Say goodbye to the server, where there is a connection."""
        session, self._session = self._session, None
        if session is not None:
            session.close()

    def _ready(self) -> SmtpSession:
        if self._session is None or self._session.mails >= _MAILS_A_CONNECTION:
            self.close()
            self._session = SmtpSession(self._server)
        return self._session

    def _abandon(self, session: SmtpSession) -> None:
        self._session = None
        session.abandon()

    def _failed(self, how: str, error: Exception, *, is_outage: bool = False) -> Failure:
        return Failure(False, f"{self._server.name}{how}{in_words(error)}", is_outage)


def open_channel(settings: ChannelSettings) -> SmtpChannel:
    """Open the channel that the settings describe; raises for a URL or a sender that can't be read."""
    address(settings.sender)
    return SmtpChannel(read_smtp_url(settings.smtp_url), settings.sender)
