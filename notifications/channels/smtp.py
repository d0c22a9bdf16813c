"""Delivery to a mail server (RFC 5321): one envelope, one recipient, one transaction.

A reply to RCPT or DATA is about this mail, so 5xx is permanent there. Whatever goes wrong before is
about us and the server (connection, TLS, sign-in, our sender address), and is tried again.
"""

import contextlib
import smtplib
import ssl

from notifications.channels.channel import ChannelSettings
from notifications.channels.smtp_server import SmtpServer, Tls, read_smtp_url
from notifications.compose import address, compose
from notifications.outbox import Claimed
from notifications.outcome import Failure, Outcome, Receipt

_TOO_LARGE = 552  # RFC 1870 section 6: the one refusal of MAIL that is about this mail


class SmtpChannel:
    """A mail server, spoken to with the standard library."""

    def __init__(self, server: SmtpServer, sender: str) -> None:
        """Keep where to deliver and in whose name; connects only to send."""
        self._server, self._sender = server, sender

    def send(self, envelope: Claimed) -> Outcome:
        """Deliver one envelope; the receipt is the server's reply to the final dot."""
        mail = compose(envelope, self._sender).as_bytes()
        try:
            client = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            return Failure(permanent=False, detail=f"{self._name()}: {_reply(error)}")
        try:
            return self._hand_over(client, address(envelope.recipient).addr_spec, mail)
        except (OSError, smtplib.SMTPException) as error:
            return Failure(permanent=False, detail=f"{self._name()} broke off: {_reply(error)}")
        finally:
            _say_goodbye(client)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls is Tls.IMPLICIT:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=server.timeout, context=ssl.create_default_context()
            )
        else:
            client = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        try:
            self._protect(client)
            if server.user:
                client.login(server.user, server.password)
        except (OSError, smtplib.SMTPException):
            client.close()
            raise
        return client

    def _protect(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        tls = self._server.tls
        if tls is Tls.REQUIRED or (tls is Tls.OFFERED and client.has_extn("starttls")):
            client.starttls(context=ssl.create_default_context())
            client.ehlo()

    def _hand_over(self, client: smtplib.SMTP, recipient: str, mail: bytes) -> Outcome:
        options = [f"size={len(mail)}"] if client.has_extn("size") else []
        code, reply = client.mail(address(self._sender).addr_spec, options)
        if code != 250:
            return self._refusal("MAIL", code, reply, permanent=code == _TOO_LARGE)
        code, reply = client.rcpt(recipient)
        if code not in (250, 251):
            return self._refusal(f"RCPT {recipient}", code, reply, permanent=500 <= code < 600)
        try:
            code, reply = client.data(mail)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, _bytes(error.smtp_error)
        if code != 250:
            return self._refusal("DATA", code, reply, permanent=500 <= code < 600)
        return Receipt(f"{self._name()}: {code} {_text(reply)}")

    def _refusal(self, step: str, code: int, reply: bytes, *, permanent: bool) -> Failure:
        return Failure(permanent, f"{self._name()} refused {step}: {code} {_text(reply)}")

    def _name(self) -> str:
        return f"{self._server.host}:{self._server.port}"


def open_channel(settings: ChannelSettings) -> SmtpChannel:
    """Open the channel that the settings describe; raises for a URL or a sender that can't be read."""
    address(settings.sender)
    return SmtpChannel(read_smtp_url(settings.smtp_url), settings.sender)


def _say_goodbye(client: smtplib.SMTP) -> None:
    # The mail is accepted or refused by now: trouble in QUIT must not turn a receipt into a failure.
    with contextlib.suppress(OSError, smtplib.SMTPException):
        client.quit()
    client.close()


def _reply(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(_bytes(error.smtp_error))}"
    return str(error) or type(error).__name__


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())
