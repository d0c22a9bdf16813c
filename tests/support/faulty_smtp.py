"""A real SMTP server that fails as it is told: at one stage, in one way, for as long as it is told to.

Stages are the commands, “banner” before the first and “dot” after the mail's last line. Ways to fail are a
reply (“451 4.3.0 Try later”), “drop” (hang up), “stall” (never answer) and “lose the reply” (keep the
mail, then hang up).
"""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.smtp import OnSocket, Sink

USER, PASSWORD = "sundial", "let me in"


@dataclass(slots=True)
class Trouble:
    """What the server does wrong, nothing while `stage` is empty. `recipient` limits RCPT to one address.

    `only` limits it to the so-manieth command of its stage, counted from 1; 0 is every one.
    """

    stage: str = ""
    way: str = ""
    recipient: str = ""
    only: int = 0
    seen: list[str] = field(default_factory=list)
    connections: list[asyncio.Transport] = field(default_factory=list)

    def at(self, stage: str, argument: str = "") -> str:
        """Return the way to fail at a stage, "" to behave."""
        self.seen.append(stage)
        is_meant = stage == self.stage and self.recipient in argument
        is_meant = is_meant and self.only in (0, self.seen.count(stage))
        return self.way if is_meant else ""

    def hang_up(self) -> None:
        """Break every connection off."""
        for connection in self.connections:
            connection.abort()


class _FaultySmtp(SMTP):
    """aiosmtpd's protocol, asking for trouble before each step."""

    def __init__(self, trouble: Trouble, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._trouble = trouble
        self._greeted = False
        for name, method in list(self._smtp_methods.items()):
            self._smtp_methods[name] = self._troubled(name, method)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._trouble.connections.append(transport)
        super().connection_made(transport)

    async def push(self, status: Any) -> None:
        if not self._greeted:
            self._greeted = True
            if way := self._trouble.at("banner"):
                await self._fail(way)
                return
        await super().push(status)

    def _troubled(self, name: str, method: Any) -> Any:
        async def step(argument: str | None) -> None:
            if way := self._trouble.at(name, argument or ""):
                await self._fail(way)
            else:
                await method(argument)

        return step

    async def _fail(self, way: str) -> None:
        if way == "stall":
            await asyncio.Event().wait()
        elif way == "drop inside":
            await super().push("354 Go ahead")
            await self._reader.readuntil(b"\r\n")
            self._writer.close()
        elif way == "drop":
            self._writer.close()
        elif way == "no handshake":
            await super().push("220 Go ahead")
            self._writer.close()
        else:
            await super().push(way)


class _FaultySink(Sink):
    """A sink that may take a mail and not say so."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__()
        self._trouble = trouble

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        way = self._trouble.at("dot")
        if not way or way == "lose the reply":
            kept = await super().handle_DATA(server, session, envelope)
            if not way:
                return kept
        if way in ("drop", "lose the reply"):
            self._trouble.hang_up()
        elif way == "stall":
            await asyncio.Event().wait()
        return way


class _FaultyServer(OnSocket):
    def __init__(self, handler: Sink, listener: socket.socket, trouble: Trouble, options: Any) -> None:
        super().__init__(handler, listener)
        self._trouble, self._options = trouble, options

    def factory(self) -> SMTP:
        return _FaultySmtp(self._trouble, self.handler, enable_SMTPUTF8=True, **self._options)


@contextmanager
def faulty_server(context: ssl.SSLContext | None = None) -> Iterator[tuple[Sink, Trouble]]:
    """Run a server; with a context it offers STARTTLS, and then sign-in too."""
    trouble = Trouble()
    handler = _FaultySink(trouble)
    options = {"tls_context": context, "authenticator": _authenticate} if context else {}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        controller = _FaultyServer(handler, listener, trouble, options)
        handler.port = controller.port
        controller.start()
        try:
            yield handler, trouble
        finally:
            asyncio.run_coroutine_threadsafe(_hang_up(trouble), controller.loop).result()
            controller.stop()


async def _hang_up(trouble: Trouble) -> None:
    trouble.hang_up()
    while waiting := _others():
        await asyncio.wait(waiting)


def _others() -> set["asyncio.Task[Any]"]:
    return {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _way: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=data == right)
