"""Files of a git revision, as `sources` reads them; nothing is checked out and no hook runs."""

import subprocess
import weakref
from typing import IO

from diffing.bounds import MAX_BYTES


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
