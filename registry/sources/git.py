"""Plain git, over a URL or a local path: fetched with the git command into a bare clone.

Its webhook is one that a `post-receive` hook or a CI job can send with curl: the body is
`{"ref": "refs/heads/main", "after": "<commit>"}`, signed as GitHub signs.
"""

import hashlib
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

from registry.errors import NotFound, RegistryError, SourceUnavailable
from registry.sources.host import Headers, Host, Ignored, Location, Push, Reader, Surroundings

_URL = re.compile(r"(?:https|ssh)://[^\s]+|git@[\w.-]+:[^\s]+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SECONDS = 60


def understand(headers: Headers, body: Mapping[str, object]) -> Push | Ignored:
    """Read a delivery; its id is `X-Sundial-Delivery`, or the commit itself."""
    ref, after = str(body.get("ref", "")), str(body.get("after", ""))
    if not ref.startswith("refs/heads/") or not _COMMIT.fullmatch(after):
        raise RegistryError(
            'the body must hold "ref" (refs/heads/…) and "after" (the full commit id that it points at now)'
        )
    return Push(headers.get("X-Sundial-Delivery", after)[:100], ref.removeprefix("refs/heads/"), after)


def check(repository: str, around: Surroundings) -> None:
    """Accept https and ssh URLs, and paths below the folder that the operator allows."""
    if _URL.fullmatch(repository):
        return
    if around.local_repositories is None:
        raise RegistryError(
            f"{repository} is a path, and this server reads no local repositories: "
            "set SUNDIAL_LOCAL_REPOSITORIES to the folder that holds them, or give a URL"
        )
    path = Path(repository).resolve()
    if not path.is_relative_to(around.local_repositories.resolve()) or not path.is_dir():
        raise RegistryError(f"{repository} is no folder below {around.local_repositories}")


def reader(location: Location, revision: str, around: Surroundings) -> Reader:
    """Fetch what is missing, then read files out of the clone at that commit."""
    clone = _clone(location, around)
    if not _has(clone, revision):
        _fetch(clone, location)
    if not _has(clone, revision):
        raise NotFound(f"{location.repository} has no commit {revision} on {location.branch}")

    def read(path: str) -> bytes:
        shown = _git(clone, "cat-file", "blob", f"{revision}:{path}")
        if shown.returncode:
            raise NotFound(f"{location.repository} has no file {path} at commit {revision[:12]}")
        return shown.stdout

    return read


def tip(location: Location, around: Surroundings) -> str:
    """Return the commit that the branch points at now."""
    clone = _clone(location, around)
    _fetch(clone, location)
    found = _git(clone, "rev-parse", "--verify", "--quiet", f"refs/heads/{location.branch}^{{commit}}")
    if found.returncode:
        raise NotFound(f"{location.repository} has no branch {location.branch}")
    return found.stdout.decode().strip()


def _clone(location: Location, around: Surroundings) -> Path:
    check(location.repository, around)
    name = hashlib.sha256(location.repository.encode()).hexdigest()[:16]
    clone = around.clones / f"{name}.git"
    if not clone.exists():
        clone.mkdir(parents=True)
        _must(_git(clone, "init", "--bare", "--quiet", "."), location)
    return clone


def _fetch(clone: Path, location: Location) -> None:
    branch = f"+refs/heads/{location.branch}:refs/heads/{location.branch}"
    _must(_git(clone, "fetch", "--quiet", "--no-tags", "--", location.repository, branch), location)


def _has(clone: Path, revision: str) -> bool:
    return _git(clone, "cat-file", "-e", f"{revision}^{{commit}}").returncode == 0


def _must(done: "subprocess.CompletedProcess[bytes]", location: Location) -> None:
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceUnavailable(f"git could not fetch {location.repository}: {said[-1] if said else '?'}")


def _git(clone: Path, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.environ.get("HOME", "/"),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "file:https:ssh",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "LC_ALL": "C",
    }
    command = ["git", "-C", str(clone), *arguments]
    try:
        return subprocess.run(
            command,
            env=environment,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise SourceUnavailable(f"git gave no answer within {_SECONDS} s") from None
    except FileNotFoundError:
        raise SourceUnavailable("the git command is not installed on this server") from None


HOST = Host(
    title="Plain git",
    signature="X-Sundial-Signature-256",
    prefix="sha256=",
    understand=understand,
    check=check,
    reader=reader,
    tip=tip,
)
