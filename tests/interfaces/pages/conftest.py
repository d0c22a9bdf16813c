"""A browser without scripts, signed in, against the whole web application and a fresh database."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from access.sessions import begin
from access.users import add_user
from interfaces.gate import COOKIE
from interfaces.publishing import Upload, publish_upload
from interfaces.runtime import Runtime, make_runtime
from interfaces.settings import Settings
from registry import apis
from registry.publish import Published

NOW = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_EMAIL = "mara@example.com"


class Visitor:
    """Somebody at a browser: fetches pages, and sends their forms with the token that they carry."""

    def __init__(self, client: FlaskClient, runtime: Runtime) -> None:
        self.client, self.runtime = client, runtime
        self._token = ""

    def get(self, path: str, status: int = 200) -> str:
        """Fetch a page; answer its text."""
        answer = self.client.get(path)
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, f"{path}: {answer.status_code}\n{words(text)}"
        return text

    def send(self, path: str, /, token_from: str = "", **fields: Any) -> TestResponse:
        """Send a form; a field that is bytes is a file of that name."""
        token = self._read_token(token_from) if token_from else self._token
        if not token:
            token = self._token = self._read_token("/account")
        if path.startswith("/sign-"):
            self._token = ""  # whoever comes next gets another
        data = {name: _sent(name, value) for name, value in fields.items()}
        return self.client.post(path, data={**data, "csrf_token": token})

    def _read_token(self, page: str) -> str:
        found = _TOKEN.search(self.get(page))
        assert found, f"{page} holds no form"
        return found[1]

    def act(self, path: str, /, **fields: Any) -> str:
        """Send a form that is accepted; answer the text of the page it leads to."""
        answer = self.send(path, **fields)
        assert answer.status_code == 302, f"{path}: {answer.status_code}\n{words(answer.text)}"
        return self.get(answer.headers["Location"])

    def sign_in(self, email: str = _EMAIL, *, is_administrator: bool = True) -> "Visitor":
        """Come in as somebody new; the way by a link has tests of its own."""
        with self.runtime.database.transaction() as session:
            name, _at, _host = email.partition("@")
            user = add_user(session, email=email, name=name, is_administrator=is_administrator, now=NOW)
            cookie = begin(session, user, browser="Werkzeug", lifetime=timedelta(hours=12), now=NOW)
        self.client.set_cookie(COOKIE, cookie)
        self._token = ""
        return self


def words(page: str) -> str:
    """Answer what a reader sees of a page's content, on one line."""
    content = page.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", content.replace("<wbr>", ""))).split())


def _sent(name: str, value: Any) -> Any:
    return (BytesIO(value), f"{name}.yaml") if isinstance(value, bytes) else value


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """The product's surroundings at one fixed instant, on each kind of database."""
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url)
    made = make_runtime(settings, lambda: NOW)
    yield made
    made.database.engine.dispose()


@pytest.fixture
def stranger(web: Flask, runtime: Runtime) -> Visitor:
    """A browser that isn't signed in."""
    return Visitor(web.test_client(), runtime)


@pytest.fixture
def visitor(stranger: Visitor) -> Visitor:
    """A browser that an administrator signed in."""
    return stranger.sign_in()


@pytest.fixture
def publish(runtime: Runtime) -> Callable[..., Published]:
    """Publish a document given as text to an API, which is registered when it is new."""

    def publish(slug: str, text: str, label: str | None = None) -> Published:
        with runtime.database.transaction() as session:
            if slug not in {api.slug for api in apis.apis(session).items}:
                apis.register(session, slug=slug, name=slug.title(), now=NOW)
        upload = Upload("openapi.yaml", text.encode(), "upload", "a test", label)
        return publish_upload(runtime, slug, upload)

    return publish
