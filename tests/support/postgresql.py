"""A private PostgreSQL cluster on this machine: made, used and gone with the process that asked for it.

It listens on loopback and on a socket in its own folder. A watcher holds a pipe to this process and
stops the cluster when the pipe closes, so that not even `kill -9` of the tests leaves a server behind.
"""

import getpass
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL

_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 32MB
max_connections = 60
"""

_RUN_AND_WATCH = """
bin=$1 folder=$2
"$bin/pg_ctl" start --silent --wait --pgdata="$folder/data" --log="$folder/log" || {
    cat "$folder/log"
    rm -rf "$folder"
    exit 1
}
echo ready
cat >/dev/null # returns when the process that reads `ready` has gone
"$bin/pg_ctl" stop --silent --mode=immediate --pgdata="$folder/data"
rm -rf "$folder"
"""


class PostgresqlMissingError(RuntimeError):
    """The machine has no PostgreSQL server to run."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster that answers on 127.0.0.1."""

    port: int
    user: str

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy URL of one of its databases."""
        return URL.create(
            "postgresql+psycopg", self.user, host="127.0.0.1", port=self.port, database=database
        ).render_as_string(hide_password=False)

    def create(self, database: str, *, template: str = "template1") -> str:
        """Create a database as a copy of another that nobody is connected to; return its URL."""
        self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, and the connections that are still open to it."""
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=self.user, dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a new cluster for as long as the block lasts.

    As root it runs as the user `postgres`, since PostgreSQL refuses to run as root.
    """
    programs = _programs()
    user = "postgres" if os.geteuid() == 0 else getpass.getuser()
    folder = Path(tempfile.mkdtemp(prefix="sundial-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, user, user)
    port = _initialise(programs, folder, user)
    watcher = _start(programs, folder, user)
    try:
        yield Cluster(port=port, user=user)
    finally:
        watcher.communicate()


def _programs() -> Path:
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0), default=None)
    if newest is None and (elsewhere := shutil.which("initdb")):
        newest = Path(elsewhere).resolve()
    if newest is None:
        raise PostgresqlMissingError(
            "no initdb under /usr/lib/postgresql/*/bin nor on the PATH: install the package postgresql, "
            'or leave these tests out with -m "not postgresql"'
        )
    return newest.parent


def _initialise(programs: Path, folder: Path, user: str) -> int:
    port = _free_port()
    data = folder / "data"
    subprocess.run(
        [
            *(programs / "initdb", "--pgdata", data, "--username", user),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        ],
        check=True,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        **_identity(user),
    )
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS.format(port=port, folder=folder))
    return port


def _start(programs: Path, folder: Path, user: str) -> subprocess.Popen[str]:
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", _RUN_AND_WATCH, "watcher", programs, folder],
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the tests; the watcher goes when they have gone
        text=True,
        **_identity(user),
    )
    assert watcher.stdout is not None
    if (said := watcher.stdout.readline()) != "ready\n":
        rest, _ = watcher.communicate()
        raise RuntimeError(f"PostgreSQL did not start:\n{said}{rest}")
    return watcher


def _identity(user: str) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if os.geteuid() == 0 else {}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
