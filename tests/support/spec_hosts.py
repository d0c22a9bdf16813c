"""Hosts of spec repositories on this machine: a git repository, a stand-in for GitHub, and what they send."""

import hashlib
import hmac
import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

from tests.support.hands import Webhook

_PATIENCE_SECONDS = 30
_SIGNATURES = {"git": "X-Sundial-Signature-256", "github": "X-Hub-Signature-256"}


def commit(folder: Path, path: str, text: str) -> str:
    """Commit a file to the branch `main` of a real repository, made when new; return the commit's id."""
    if not folder.exists():
        folder.mkdir(parents=True)
        _git(folder, "init", "--quiet", "--initial-branch=main", ".")
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    _git(folder, "add", ".")
    _git(folder, "commit", "--quiet", "-m", "Publish")
    return _git(folder, "rev-parse", "HEAD")


@contextmanager
def github(files: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Serve files by (path, commit) as GitHub's contents API does; yield the API's address."""

    class Contents(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            _owner, _, path = asked.path.partition("/contents/")
            found = files.get((path, parse_qs(asked.query).get("ref", [""])[0]))
            body = (found or "Not Found").encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base names it so
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Contents)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def deliver(
    webhook: Webhook, host: str, revision: str, *, delivery: str = "", secret: str | None = None
) -> requests.Response:
    """Send a push to `main` as the host does; `secret` signs it instead of the webhook's own."""
    body = json.dumps({"ref": "refs/heads/main", "after": revision}).encode()
    digest = hmac.new((secret or webhook.secret).encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", _SIGNATURES[host]: f"sha256={digest}"}
    if host == "github":
        headers |= {"X-GitHub-Event": "push", "X-GitHub-Delivery": delivery}
    return requests.post(webhook.address, data=body, headers=headers, timeout=_PATIENCE_SECONDS)


def _git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Mara", "-c", "user.email=mara@example.com"]
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
