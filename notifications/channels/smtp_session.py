"""One conversation with a mail server: connect, protect, sign in, hand over mails one after the other.

A reply to RCPT or DATA is about this mail, so 5xx is permanent there. Whatever goes wrong before is
about us and the server (connection, TLS, sign-in, our sender address), and is tried again.
"""

import contextlib
import smtplib
import ssl
from dataclasses import replace

from notifications.channels.channel import Ready
from notifications.channels.smtp_server import SmtpServer, Tls
from notifications.outcome import Failure, Outcome, Receipt

_TOO_LARGE = 552  # RFC 1870 section 6: the one refusal of MAIL that is about this mail
_ACCEPTED = 250
_RECIPIENT_ACCEPTED = (250, 251)


_CLOSING = 421  # RFC 5321 section 3.8: what a server says that ends an idle session


class ClosedMeanwhile(smtplib.SMTPServerDisconnected):
    """The server ended the session after an earlier mail: nothing of this one was handed over."""


class SmtpSession:
    """An open connection. Making one connects and signs in, or raises OSError or SMTPException."""

    def __init__(self, server: SmtpServer) -> None:
        """Connect to the server and do what comes before the first mail."""
        self._name = server.name
        self._client = _connect(server)
        self._is_open_ended = False
        self.mails = 0

    def hand_over(self, sender: str, recipient: str, mail: bytes, ready: Ready) -> Outcome:
        """Hand over one mail, `ready` for its text; raises OSError or SMTPException where that breaks off.

        Raises ClosedMeanwhile where it was over before the mail began: a new one can carry it.
        """
        code, reply = self._begin(sender, len(mail))
        if code != _ACCEPTED:
            too_large = code == _TOO_LARGE
            return self._refusal("MAIL", code, reply, permanent=too_large, is_outage=not too_large)
        outcome = self._carry(recipient, mail, ready)
        self._is_open_ended = not isinstance(outcome, Receipt)
        return outcome

    def _begin(self, sender: str, size: int) -> tuple[int, bytes]:
        """Send MAIL; behind a mail that was refused, what was begun of it is forgotten first."""
        client, is_kept = self._client, self.mails > 0
        self.mails += 1
        try:
            if self._is_open_ended:
                client.rset()
            code, reply = client.mail(sender, [f"size={size}"] if client.has_extn("size") else [])
        except (ConnectionError, smtplib.SMTPServerDisconnected) as error:
            if is_kept:
                raise ClosedMeanwhile(str(error)) from error
            raise
        if is_kept and code == _CLOSING:
            raise ClosedMeanwhile(_text(reply))
        return code, reply

    def _carry(self, recipient: str, mail: bytes, ready: Ready) -> Outcome:
        client = self._client
        code, reply = client.rcpt(recipient)
        if code not in _RECIPIENT_ACCEPTED:
            refusal = self._refusal(f"RCPT {recipient}", code, reply, permanent=_is_final(code))
            return replace(refusal, is_about_recipient=True)
        ready()
        try:
            code, reply = client.data(mail)
        except smtplib.SMTPDataError as error:
            code, reply = error.smtp_code, _bytes(error.smtp_error)
        if code != _ACCEPTED:
            return self._refusal("DATA", code, reply, permanent=_is_final(code))
        return Receipt(f"{self._name}: {code} {_text(reply)}")

    def close(self) -> None:
        """Say goodbye. What was handed over is settled by now: trouble in QUIT changes nothing."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self._client.quit()
        self._client.close()

    def abandon(self) -> None:
        """Hang up on a server that no longer answers."""
        self._client.close()

    def _refusal(
        self, step: str, code: int, reply: bytes, *, permanent: bool, is_outage: bool = False
    ) -> Failure:
        return Failure(permanent, f"{self._name} refused {step}: {code} {_text(reply)}", is_outage)


def in_words(error: Exception) -> str:
    """Say what a server answered, or what became of the connection."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(_bytes(error.smtp_error))}"
    return str(error) or type(error).__name__


def _connect(server: SmtpServer) -> smtplib.SMTP:
    client = _open(server)
    try:
        client.ehlo_or_helo_if_needed()
        if server.tls is Tls.REQUIRED or (server.tls is Tls.OFFERED and client.has_extn("starttls")):
            client.starttls(context=_trust(server))
            client.ehlo()
        if server.user:
            client.login(server.user, server.password)
    except (OSError, smtplib.SMTPException):
        client.close()
        raise
    return client


def _open(server: SmtpServer) -> smtplib.SMTP:
    if server.tls is Tls.IMPLICIT:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=_trust(server))
    return smtplib.SMTP(server.host, server.port, timeout=server.timeout)


def _trust(server: SmtpServer) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=server.ca or None)


def _is_final(code: int) -> bool:
    return 500 <= code < 600  # RFC 5321 section 4.2.1: the first digit decides


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())
