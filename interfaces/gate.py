"""Who is asking: a signed-in browser on pages, a token on the API. Everything else is turned away."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Response, current_app, g, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from access import sessions, tokens
from access.models import BrowserSession
from access.tokens import Scope
from interfaces.runtime import Runtime

COOKIE = "sundial_session"
csrf = CSRFProtect()
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SEEN_TOKENS_EVERY = timedelta(minutes=5)
P = ParamSpec("P")
R = TypeVar("R")


def runtime() -> Runtime:
    """Return the surroundings of the request at hand."""
    return cast(Runtime, current_app.extensions["sundial"])


def signed_in() -> BrowserSession | None:
    """Return the browser's live session, with its user."""
    if "browser" not in g:
        g.browser = _browser()
    return cast("BrowserSession | None", g.browser)


def guard_page() -> AnyResponse | None:
    """Send a browser that isn't signed in to where it can; check the form's token on every act."""
    if request.endpoint in OPEN_PAGES:
        return None
    browser = signed_in()
    if browser is None:
        wanted = request.full_path.rstrip("?") if request.method in _SAFE else None
        return redirect(url_for("pages.sign_in", next=wanted))
    g.actor_name = browser.user.email
    if request.method not in _SAFE:
        csrf.protect()
    return None


OPEN_PAGES = frozenset(
    {
        *("pages.sign_in", "pages.redeem", "pages.asset"),
        *("pages.public_deprecations", "pages.public_feed", "pages.api_catalog"),
        *("pages.your_endings", "pages.your_answer", "pages.your_mute", "pages.your_language"),
    }
)
"""Endpoints of pages that answer anyone; those of a mail's link ask for the link's own signature."""


def is_administrator() -> bool:
    """Tell whether an administrator is at the browser."""
    browser = signed_in()
    return browser is not None and browser.user.is_administrator


def administrators_only(act: str) -> None:
    """Turn everybody else away; `act` says from what, as an infinitive."""
    if not is_administrator():
        raise Forbidden(f"Only an administrator may {act}.")


def actor() -> str:
    """Return who acts, for the audit trail."""
    return str(g.actor_name)


def needs(scope: Scope) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let an API endpoint answer tokens of a scope, and signed-in browsers when it only reads."""

    def guard(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            _admit(scope)
            return view(*args, **kwargs)

        guarded.needs = scope  # type: ignore[attr-defined]  # read by the test that no endpoint goes without
        return guarded

    return guard


def keep_signed_in(response: Response, secret: str) -> None:
    """Give a browser the cookie of its session."""
    settings = runtime().settings
    response.set_cookie(
        COOKIE,
        secret,
        max_age=settings.session_hours * 3600,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="Lax",
    )


def _browser() -> BrowserSession | None:
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    around = runtime()
    now, idle = around.clock(), timedelta(hours=around.settings.session_idle_hours)
    with around.database.reading() as session:
        found = sessions.current(session, secret, idle=idle, now=now)
    if found is not None and sessions.is_seen_due(found, now):
        with around.database.transaction() as session:
            sessions.seen(session, found.id, now)
    return found


def _admit(scope: Scope) -> None:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip():
        _admit_browser(scope)
        return
    around = runtime()
    now = around.clock()
    with around.database.reading() as session:
        token = tokens.find_token(session, secret.strip(), now)
    if token is None:
        raise Unauthorized("The token is unknown, revoked or expired: make a new one under Tokens.")
    if not tokens.may(token, scope):
        raise Forbidden(f"The token “{token.name}” may {token.scopes}; this needs {scope}.")
    g.actor_name = f"token {token.name} ({token.hint})"
    if token.last_used_at is None or now - token.last_used_at > _SEEN_TOKENS_EVERY:
        with around.database.transaction() as session:
            tokens.used(session, token.id, now)


def _admit_browser(scope: Scope) -> None:
    browser = signed_in()
    if browser is None or request.method not in _SAFE or scope is not Scope.READ:
        raise Unauthorized("Send a token: “Authorization: Bearer sundial_…”. Make one under Tokens.")
    g.actor_name = browser.user.email
