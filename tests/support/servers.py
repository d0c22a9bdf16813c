"""Sundial as its users run it: a process of its own, with its own data folder and port."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT, child

_SUNDIAL = Path(sys.executable).with_name("sundial")
_PATIENCE_SECONDS = 60
_LINK = re.compile(r"http://\S+/sign-in/\S+")


@dataclass(frozen=True, slots=True)
class Server:
    """A Sundial that answers; `sign_in_link` lets its first administrator in, once."""

    address: str
    sign_in_link: str
    process: subprocess.Popen[str]
    environment: Mapping[str, str]
    log: Path

    def command(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `sundial ARGUMENTS…` beside it, on the same data; `given` is its standard input."""
        return subprocess.run(
            [_SUNDIAL, *arguments],
            capture_output=True,
            check=False,
            cwd=ROOT,
            env=self.environment,
            input=given or "",
            text=True,
            timeout=_PATIENCE_SECONDS,
        )

    def stop(self) -> int:
        """Interrupt it as Ctrl-C does; return its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_PATIENCE_SECONDS)


@contextmanager
def serving(folder: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Run `sundial serve` on a free port with its data in `folder`; it must stop cleanly when asked.

    `settings` are named as in `interfaces/settings.py`: `{"smtp_url": "smtp://127.0.0.1:2525"}`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    environment = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "SUNDIAL_DATA_DIR": str(folder / "data"),
        "SUNDIAL_PORT": str(port),
    } | {f"SUNDIAL_{name.upper()}": value for name, value in settings.items()}
    log = folder / "serve.log"
    with log.open("w") as errors, child([_SUNDIAL, "serve"], env=environment, errors=errors) as process:
        server = Server(f"http://127.0.0.1:{port}", _wait_for_link(process, log), process, environment, log)
        yield server
        if process.poll() is None:
            assert server.stop() == 0, f"Sundial did not stop cleanly:\n{log.read_text()}"


def _wait_for_link(process: subprocess.Popen[str], log: Path) -> str:
    """Read what it says until the link comes: it is printed once everything answers."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := _LINK.search(line):
            return found[0]
    raise RuntimeError(f"Sundial did not start, exit code {process.wait()}:\n{log.read_text()}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
