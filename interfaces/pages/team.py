"""The team of an API: who of it is told, where, and what they were told."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from deprecations.errors import EndpointNotFound, PlanRefused
from deprecations.owner_models import ApiOwner
from deprecations.owners import find_owner
from interfaces import teams
from interfaces.gate import actor, runtime
from interfaces.pages.api import page as api_page
from interfaces.pages.route import POST, Route
from interfaces.telling import BY_MAIL, secret_of, two_sign
from notifications.endpoints import NAMES
from notifications.errors import EndpointRefused
from registry.apis import find_api
from registry.models import Api
from storage.languages import DEFAULT
from storage.languages import NAMES as LANGUAGES
from storage.zones import zones

_REFUSED = 422
_CHANNELS = ((BY_MAIL, "By mail"), *NAMES.items())
_ABOUT = ("name", "zone", "language")
_USUAL = {"language": DEFAULT}
Act = Callable[[Session, Api, ApiOwner], ResponseReturnValue]


def add_owner(slug: str) -> ResponseReturnValue:
    """Name somebody of a team."""
    given = {name: request.form.get(name, _USUAL.get(name, "")).strip() for name in (*_ABOUT, "email")}
    try:
        with runtime().database.transaction() as session:
            fallback = "fallback" in request.form
            api = find_api(session, slug)
            teams.add_owner(session, runtime(), api, by=actor(), **given, is_fallback=fallback)
    except PlanRefused as error:
        with runtime().database.reading() as session:
            found = find_api(session, slug)
            return api_page(session, found, "team", errors={"": str(error)}, given=given), _REFUSED
    flash(f"{given['email']} is told from now on.", "good")
    return redirect(url_for("pages.api", slug=slug, view="team"))


def owner(slug: str, owner_id: int) -> ResponseReturnValue:
    """Show one of a team."""
    with runtime().database.reading() as session:
        api = find_api(session, slug)
        return _page(api, find_owner(session, api, owner_id))


def change_owner(slug: str, owner_id: int) -> ResponseReturnValue:
    """Change what is said about one of a team."""
    given = {name: request.form[name].strip() for name in _ABOUT if name in request.form}
    fallback = "fallback" in request.form

    def act(session: Session, api: Api, one: ApiOwner) -> ResponseReturnValue:
        teams.change_owner(session, runtime(), api, one, by=actor(), **given, is_fallback=fallback)
        flash(f"{one.name} is changed.", "good")
        return _back(slug, owner_id)

    return _take(slug, owner_id, act)


def remove_owner(slug: str, owner_id: int) -> ResponseReturnValue:
    """Tell one of a team no more."""

    def act(session: Session, api: Api, one: ApiOwner) -> ResponseReturnValue:
        flash(f"{one.email} is told no more.", "good")
        teams.remove_owner(session, runtime(), api, one, by=actor())
        return redirect(url_for("pages.api", slug=slug, view="team"))

    return _take(slug, owner_id, act)


def choose_owner_channel(slug: str, owner_id: int) -> ResponseReturnValue:
    """Choose where one of a team is told; a webhook's secret is shown, this once."""
    asked = {name: request.form.get(name, "") for name in ("channel", "address")}

    def act(session: Session, api: Api, one: ApiOwner) -> ResponseReturnValue:
        made = teams.choose_owner_channel(session, runtime(), api, one, by=actor(), **asked)
        if secret := secret_of(runtime(), made):
            return _page(api, one, secret=secret)
        flash(f"{one.name} is told {f'at {made.hint}' if made else 'by mail'} from now on.", "good")
        return _back(slug, owner_id)

    return _take(slug, owner_id, act)


def rotate_owner_secret(slug: str, owner_id: int) -> ResponseReturnValue:
    """Begin a new secret, and show it, this once."""

    def act(session: Session, api: Api, one: ApiOwner) -> ResponseReturnValue:
        made = teams.new_owner_secret(session, runtime(), api, one, by=actor())
        return _page(api, one, secret=secret_of(runtime(), made.endpoint), ended=made.ended)

    return _take(slug, owner_id, act)


def send_owner_trial(slug: str, owner_id: int) -> ResponseReturnValue:
    """Send a trial message, and show what becomes of it."""

    def act(session: Session, api: Api, one: ApiOwner) -> ResponseReturnValue:
        made = teams.try_owner_channel(session, runtime(), api, one, by=actor())
        return redirect(url_for("pages.envelope", key=made.key))

    return _take(slug, owner_id, act)


def _take(slug: str, owner_id: int, act: Act) -> ResponseReturnValue:
    database = runtime().database
    try:
        with database.transaction() as session:
            api = find_api(session, slug)
            return act(session, api, find_owner(session, api, owner_id))
    except (PlanRefused, EndpointRefused, EndpointNotFound) as error:
        refusal = str(error)
    with database.reading() as session:
        api = find_api(session, slug)
        one = find_owner(session, api, owner_id)
        return _page(api, one, errors={"": refusal}, given=_shown()), _REFUSED


def _page(api: Api, one: ApiOwner, **more: Any) -> str:
    facts: dict[str, Any] = {
        "api": api,
        "owner": one,
        "channels": _CHANNELS,
        "names": NAMES,
        "zones": zones(),
        "languages": [*LANGUAGES.items()],
        "secret": "",
        "ended": "",
        "two_sign": two_sign(one.endpoint, runtime().clock()),
        "given": {},
        "errors": {},
        **more,
    }
    return render_template("api/owner.html", **facts)


def _shown() -> dict[str, str]:
    """Return what a refused form held, without the address: it is a secret."""
    return {name: value for name, value in request.form.items() if name not in ("address", "csrf_token")}


def _back(slug: str, owner_id: int) -> ResponseReturnValue:
    return redirect(url_for("pages.owner", slug=slug, owner_id=owner_id))


_OWNER = "/apis/<slug>/team/<int:owner_id>"
ROUTES = (
    Route("/apis/<slug>/team", "add_owner", add_owner, POST),
    Route(_OWNER, "owner", owner),
    Route(f"{_OWNER}/change", "change_owner", change_owner, POST),
    Route(f"{_OWNER}/remove", "remove_owner", remove_owner, POST),
    Route(f"{_OWNER}/channel", "choose_owner_channel", choose_owner_channel, POST),
    Route(f"{_OWNER}/secret", "rotate_owner_secret", rotate_owner_secret, POST),
    Route(f"{_OWNER}/trial", "send_owner_trial", send_owner_trial, POST),
)
