"""`sundial serve`: web server and scheduler together, as children that stop together."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click

from access.users import administrator, sign_in_link
from interfaces.example import load_when_empty
from interfaces.migrate import upgrade
from interfaces.runtime import Runtime

_PATIENCE_SECONDS = 30
_READY_SECONDS = 60
_POLL_SECONDS = 0.1
_TERMINATED = 128 + signal.SIGTERM
_PR_SET_PDEATHSIG = 1


def web_command(runtime: Runtime) -> list[str]:
    """Return the command that serves the web."""
    settings = runtime.settings
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "app:create_app()",
        *("--bind", f"{settings.host}:{settings.port}"),
        *("--worker-class", "gthread"),
        *("--workers", str(settings.web_workers)),
        *("--threads", str(settings.web_threads)),
        *("--graceful-timeout", "20"),
        *("--log-level", "warning"),
        *("--chdir", _HOME),
    ]


def serve(runtime: Runtime) -> int:
    """Run everything until Ctrl-C or SIGTERM; return 0 when all of it stopped as asked.

    Print a link that signs the first administrator in.
    """
    signal.signal(signal.SIGTERM, _give_up)
    host, port = runtime.settings.host, runtime.settings.port
    if _is_taken(host, port):
        click.echo(
            f"sundial: something listens on {host}:{port} already; SUNDIAL_PORT names another.", err=True
        )
        return 1
    upgrade(runtime.settings.database)
    load_when_empty(runtime, click.echo)
    commands = {
        "web": web_command(runtime),
        "scheduler": [sys.executable, "-m", "interfaces.cli", "scheduler"],
    }
    stopping = _Stop()
    children = {
        name: subprocess.Popen(command, cwd=_HOME, start_new_session=True, preexec_fn=_end_with_parent)
        for name, command in commands.items()
    }
    try:
        if _wait_until_ready(runtime, children, stopping):
            _print_link(runtime)
        ended = _wait(children, stopping)
    finally:
        codes = _stop_all(children)
    if ended is not None:
        click.echo(
            f"sundial: {ended} ended by itself with {codes[ended]}, so everything was stopped: the lines "
            "above say why.",
            err=True,
        )
        return 1
    click.echo("Sundial stopped.")
    return 0 if not any(codes.values()) else 1


def _is_taken(host: str, port: int) -> bool:
    """Tell whether a server listens there; any other trouble is the web server's to tell."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return False
    except OSError as error:
        return error.errno == errno.EADDRINUSE


def _end_with_parent() -> None:
    """Have Linux terminate this child when its parent is gone, even by `kill -9` (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _give_up(_number: int, _frame: FrameType | None) -> None:
    """Leave by an exception, so that what is half done is undone."""
    raise SystemExit(_TERMINATED)


class _Stop:
    """Whether a signal asked for the end; installs itself for SIGINT and SIGTERM."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


Children = dict[str, "subprocess.Popen[bytes]"]


def _wait_until_ready(runtime: Runtime, children: Children, stopping: _Stop) -> bool:
    from urllib.error import URLError
    from urllib.request import urlopen

    address = f"http://{runtime.settings.host}:{runtime.settings.port}/readyz"
    until = time.monotonic() + _READY_SECONDS
    while not stopping.asked and time.monotonic() < until and _ended(children) is None:
        try:
            with urlopen(address, timeout=2):
                return True
        except (URLError, OSError):
            time.sleep(_POLL_SECONDS)
    return False


def _print_link(runtime: Runtime) -> None:
    now = runtime.clock()
    with runtime.database.transaction() as session:
        first = administrator(session, email=runtime.settings.administrator, now=now)
        secret = sign_in_link(session, first, now)
    click.echo(
        f"\nSundial is at {runtime.settings.address}\n"
        f"Sign in once, within a day, as {first.email}:\n\n"
        f"    {runtime.settings.address}/sign-in/{secret}\n\n"
        "Ctrl-C stops it."
    )
    sys.stdout.flush()


def _wait(children: Children, stopping: _Stop) -> str | None:
    while not stopping.asked:
        ended = _ended(children)
        if ended is not None:
            return ended
        time.sleep(_POLL_SECONDS)
    return None


def _ended(children: Children) -> str | None:
    return next((name for name, child in children.items() if child.poll() is not None), None)


def _stop_all(children: Children) -> dict[str, int]:
    for child in children.values():
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    codes = {}
    for name, child in children.items():
        try:
            codes[name] = child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            codes[name] = child.wait()
    return codes


_HOME = str(Path(__file__).parent.parent)
