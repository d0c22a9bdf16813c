"""Files of a git revision, as `sources` reads them; nothing is checked out and no hook runs."""

import subprocess
import weakref
from typing import IO

from diffing.bounds import MAX_BYTES

REGULAR = b"100"
"""How the mode of a file begins that is neither link nor submodule."""


class GitTree:
    """The files of one revision, answered by one child process for as long as this object lives."""

    def __init__(self, revision: str) -> None:
        """Name the revision; an empty name means the index."""
        self._revision = revision
        self._pipes: tuple[IO[bytes], IO[bytes]] | None = None

    def read(self, path: str) -> bytes:
        """Answer a file's bytes; raises OSError that says why there are none."""
        if "\n" in path or "\n" in self._revision:
            raise FileNotFoundError("a name cannot hold a line break")
        stdin, stdout = self._pipes = self._pipes or self._start()
        stdin.write(f"{self._revision}:{path}\n".encode("utf-8", "surrogateescape"))
        stdin.flush()
        header = stdout.readline().rsplit(b" ", 2)
        if len(header) < 3 or header[1] not in (b"blob", b"tree"):
            raise FileNotFoundError(f"git knows no {path or 'path'} in {self._revision or 'the index'} here")
        content = stdout.read(min(int(header[2]), MAX_BYTES) + 1)
        if header[1] == b"tree":
            raise IsADirectoryError(f"{path or 'the path'} is a folder; name the file in it")
        if int(header[2]) > MAX_BYTES:
            self._pipes = None
            return content
        return content[:-1]

    def paths(self) -> list[str]:
        """Answer the path of every file, from the root of the repository; raises OSError as `read` does."""
        if self._revision.startswith("-"):
            raise FileNotFoundError("a revision cannot begin with a dash")
        revision = ["ls-tree", "-r", "-z", "--full-tree", self._revision]
        index = ["ls-files", "-s", "-z", "--full-name", ":/"]
        listed = subprocess.run(
            ["git", *(revision if self._revision else index)],  # noqa: S607 - as below
            capture_output=True,
            check=False,
        )
        if listed.returncode:
            raise FileNotFoundError(f"git knows no revision {self._revision or '(the index)'} here")
        rows = (row.partition(b"\t") for row in listed.stdout.split(b"\0"))
        return [path.decode("utf-8", "surrogateescape") for mode, _, path in rows if mode.startswith(REGULAR)]

    def _start(self) -> tuple[IO[bytes], IO[bytes]]:
        process = subprocess.Popen(
            ["git", "cat-file", "--batch"],  # noqa: S607 - the user's own git, wherever it is
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        if process.stdin is None or process.stdout is None:
            raise OSError("git cannot be started")
        weakref.finalize(self, _end, process)
        return process.stdin, process.stdout


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()
