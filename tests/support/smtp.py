"""A real SMTP server on loopback that keeps what it receives: in a thread, or as a process of its own.

`python -m tests.support.smtp FOLDER` prints its port, then writes each mail to FOLDER until it is
interrupted: a witness that outlives a sender killed at any moment.
"""

import asyncio
import itertools
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as it was accepted."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The parsed message."""
        return message_from_bytes(self.content, policy=policy.default)


class Sink:
    """Accepts every mail, but for the recipients that it was told to refuse."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep mails in `folder` too, one file each, on the disk before the sender is told so."""
        self.mails: list[Mail] = []
        self.port = 0
        self._folder = folder
        self._numbers = itertools.count(1)
        self._replies: dict[str, str] = {}
        self._arrived = threading.Condition()

    def refuse(self, recipient: str, reply: str = "550 5.1.1 No such user here") -> None:
        """Answer RCPT TO this address with `reply`: 4xx for now, 5xx for good."""
        self._replies[recipient] = reply

    def accept(self, recipient: str) -> None:
        """Accept mail for this address again."""
        self._replies.pop(recipient, None)

    def wait_for(self, count: int, *, seconds: float = 20) -> list[Mail]:
        """Return the mails once there are `count` of them; raise TimeoutError when they do not come."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.mails) >= count, seconds):
                raise TimeoutError(f"{len(self.mails)} of {count} mails came within {seconds} s")
            return list(self.mails)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note a recipient, or refuse it."""
        if reply := self._replies.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a mail."""
        content = envelope.original_content or b""
        mail = Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        if self._folder is not None:
            _write(self._folder / f"{next(self._numbers):06}.eml", content)
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()
        return "250 OK"


@contextmanager
def sink(folder: Path | None = None) -> Iterator[Sink]:
    """Run a sink in a thread for as long as the block lasts; its `port` tells where it listens."""
    handler = Sink(folder)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        controller = OnSocket(handler, listener)
        handler.port = controller.port
        controller.start()
        try:
            yield handler
        finally:
            controller.stop()


class OnSocket(Controller):
    """aiosmtpd's thread, on a socket that is bound already: no other process can take its port."""

    def __init__(self, handler: Sink, listener: socket.socket) -> None:
        super().__init__(handler, hostname="127.0.0.1", port=listener.getsockname()[1])
        self._listener = listener

    async def _serve(self) -> asyncio.AbstractServer:
        return await self.loop.create_server(self._factory_invoker, sock=self._listener)

    def _create_server(self) -> Any:
        return self._serve()


def _write(path: Path, content: bytes) -> None:
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)


def main(folder: Path) -> None:
    """Run a sink until SIGINT or SIGTERM; print its port first."""
    folder.mkdir(parents=True, exist_ok=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    with sink(folder) as running:
        print(running.port, flush=True)  # noqa: T201 - it is what the caller reads
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
