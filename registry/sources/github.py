"""GitHub, and GitHub Enterprise Server by its API's address.

Push events: https://docs.github.com/webhooks/webhook-events-and-payloads#push; the file lists in them are
cut short and not used. Files: https://docs.github.com/rest/repos/contents.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from registry.errors import NotFound, RegistryError, SourceUnavailable
from registry.sources.host import Headers, Host, Ignored, Location, Push, Reader, Surroundings

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SECONDS = 20
_LARGEST = 64 * 1024 * 1024
_NOT_FOUND = 404


def understand(headers: Headers, body: Mapping[str, object]) -> Push | Ignored:
    """Read a delivery: pushes to branches count, everything else is ignored with a word why."""
    delivery = headers.get("X-GitHub-Delivery", "")[:100]
    event = headers.get("X-GitHub-Event", "")
    if not delivery or not event:
        raise RegistryError("a delivery of GitHub's has the headers X-GitHub-Event and X-GitHub-Delivery")
    ref, after = str(body.get("ref", "")), str(body.get("after", ""))
    if event != "push" or not ref.startswith("refs/heads/"):
        return Ignored(delivery, f"{event} asks for nothing here: only pushes to a branch do")
    if body.get("deleted") or not _COMMIT.fullmatch(after):
        return Ignored(delivery, "the branch was deleted")
    return Push(delivery, ref.removeprefix("refs/heads/"), after)


def check(repository: str, _around: Surroundings) -> None:
    """Accept `owner/name`."""
    if not _REPOSITORY.fullmatch(repository) or ".." in repository:
        raise RegistryError(f"“{repository}” names no repository of GitHub's: write owner/name")


def reader(location: Location, revision: str, around: Surroundings) -> Reader:
    """Read files at a commit through the contents API."""
    check(location.repository, around)

    def read(path: str) -> bytes:
        address = f"repos/{location.repository}/contents/{quote(path)}?ref={quote(revision)}"
        what = f"{location.repository} has no file {path} at commit {revision[:12]}"
        return _get(address, "application/vnd.github.raw+json", what, around)

    return read


def tip(location: Location, around: Surroundings) -> str:
    """Return the commit that the branch points at now."""
    check(location.repository, around)
    address = f"repos/{location.repository}/commits/{quote(location.branch, safe='')}"
    what = f"{location.repository} has no branch {location.branch}"
    return _get(address, "application/vnd.github.sha", what, around).decode("ascii", "replace").strip()


def _get(address: str, accept: str, not_found: str, around: Surroundings) -> bytes:
    import requests

    headers = {"Accept": accept, "X-GitHub-Api-Version": "2022-11-28"}
    if around.github_token:
        headers["Authorization"] = f"Bearer {around.github_token}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(
                f"{around.github_api}/{address}",
                headers=headers,
                timeout=_SECONDS,
                allow_redirects=False,
                stream=True,
            )
            body = answer.raw.read(_LARGEST + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise SourceUnavailable(f"GitHub could not be reached: {type(error).__name__}") from error
    if answer.status_code == _NOT_FOUND:
        raise NotFound(f"{not_found}, or the token may not see it")
    if not answer.ok or len(body) > _LARGEST:
        raise SourceUnavailable(f"GitHub answered {answer.status_code} for {address}")
    return bytes(body)


HOST = Host(
    title="GitHub",
    signature="X-Hub-Signature-256",
    prefix="sha256=",
    understand=understand,
    check=check,
    reader=reader,
    tip=tip,
)
