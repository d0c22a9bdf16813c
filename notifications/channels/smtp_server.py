"""Where mail is handed over, read from one URL.

`smtp://user:password@host:587?tls=required&timeout=30`. The scheme `smtps` speaks TLS from the first
byte (port 465). With `smtp`, `tls` says what becomes of STARTTLS: `required`, `offered` (used where the
server offers it) or `never`; without it, a password makes it required, and none leaves it at `offered`.
`ca` names a file with the authority that signed the server's certificate, where the system knows it not.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from notifications.errors import ChannelMisconfigured

_SCHEMES = {"smtp": 25, "smtps": 465}
_OPTIONS = frozenset({"tls", "timeout", "ca"})


class Tls(StrEnum):
    """How the connection is protected."""

    REQUIRED = "required"
    OFFERED = "offered"
    NEVER = "never"
    IMPLICIT = "implicit"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server; `timeout` is in seconds and holds for each step, `ca` is "" for the system's own."""

    host: str
    port: int
    user: str
    password: str
    tls: Tls
    timeout: float
    ca: str = ""

    @property
    def name(self) -> str:
        """What receipts and errors call it."""
        return f"{self.host}:{self.port}"


def read_smtp_url(url: str) -> SmtpServer:
    """Read the URL of a mail server; raises ChannelMisconfigured with what to change."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ChannelMisconfigured(f"the SMTP URL can't be read: {error}") from error
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ChannelMisconfigured("the SMTP URL must look like smtp://user:password@host:587")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if unknown := sorted(options.keys() - _OPTIONS):
        raise ChannelMisconfigured(f"the SMTP URL has an unknown option {unknown[0]!r}: use tls, timeout, ca")
    password = unquote(parts.password or "")
    return SmtpServer(
        host=parts.hostname,
        port=port or _SCHEMES[parts.scheme],
        user=unquote(parts.username or ""),
        password=password,
        tls=_tls(parts.scheme, options.get("tls"), bool(password)),
        timeout=_timeout(options.get("timeout", "30")),
        ca=_ca(options.get("ca", "")),
    )


def _tls(scheme: str, word: str | None, has_password: bool) -> Tls:
    if scheme == "smtps":
        return Tls.IMPLICIT
    if word is None:
        return Tls.REQUIRED if has_password else Tls.OFFERED
    if word not in (Tls.REQUIRED, Tls.OFFERED, Tls.NEVER):
        raise ChannelMisconfigured(f"tls={word} in the SMTP URL: use required, offered or never")
    return Tls(word)


def _timeout(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 300:
        raise ChannelMisconfigured(f"timeout={text} in the SMTP URL: use seconds, more than 0 and up to 300")
    return seconds


def _ca(path: str) -> str:
    if path and not Path(path).is_file():
        raise ChannelMisconfigured(f"ca={path} in the SMTP URL: there is no such file")
    return path
