"""Real web servers that write an access log: each runs on loopback, in a folder of its own, for one test."""

import base64
import hashlib
import shutil
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TextIO

from tests.support.patience import eventually
from tests.support.processes import child

USER, PASSWORD = "acme", "hunter2-horse"


@contextmanager
def running(command: Sequence[str | Path], port: int, errors: TextIO | None = None) -> Iterator[None]:
    """Run a server until the block ends; it answers on `port` when the block begins."""
    with child(command, errors=errors):
        eventually(lambda: _answers(port))
        yield


def ask(port: int, method: str, target: str, **headers: str) -> int:
    """Send one request and return the status of its answer."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(
            method, target, headers={name.replace("_", "-"): told for name, told in headers.items()}
        )
        return connection.getresponse().status
    finally:
        connection.close()


def send_raw(port: int, request: bytes) -> None:
    """Send bytes that need not be HTTP, and wait for the server to hang up."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        opened.sendall(request)
        while opened.recv(4096):
            pass


def program(*names: str) -> str | None:
    """Return where the first of these programs stands, None where there is none of them."""
    found = (shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin") for name in names)
    return next(filter(None, found), None)


@contextmanager
def syslog(lines: list[bytes]) -> Iterator[int]:
    """Take syslog datagrams on a port of loopback, and put them into a list."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taking:
        taking.bind(("127.0.0.1", 0))

        def take() -> None:
            while (datagram := taking.recv(65_535)) != b"end":
                lines.append(datagram.rstrip(b"\n") + b"\n")

        reader = threading.Thread(target=take)
        reader.start()
        port: int = taking.getsockname()[1]
        try:
            yield port
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
                ending.sendto(b"end", ("127.0.0.1", port))
            reader.join()


def _answers(port: int) -> bool:
    try:
        return ask(port, "GET", "/ready") > 0
    except OSError:
        return False


def password_line() -> str:
    """Return the line of a password file, as nginx and Apache read it, for USER."""
    digest = base64.b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()
    return f"{USER}:{{SHA}}{digest}\n"


def basic() -> str:
    """Return what USER sends as Authorization."""
    return "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def free_port() -> int:
    """Return a port of loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def modules_of_apache() -> Path | None:
    """Return the folder of Apache's modules, None where there is none."""
    found = (Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules"))
    return next((folder for folder in found if folder.is_dir()), None)
