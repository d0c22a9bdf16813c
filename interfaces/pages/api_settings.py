"""What is set for an API: its promise to consumers, and the repositories that its document comes from."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from access.audit import record
from deprecations.edge_terms import set_edge_terms
from deprecations.errors import DeprecationsError
from deprecations.headers import EdgeTerms
from deprecations.policies import Scope, drop_policy, set_policy
from interfaces.gate import actor, administrators_only, runtime
from interfaces.pages.api import page
from interfaces.pages.route import POST, Route
from registry import apis, repositories
from registry.apis import find_api
from registry.errors import NotFound, RegistryError

_REFUSED = 422
_PLACE = ("host", "location", "branch", "path")


def change_api(slug: str) -> ResponseReturnValue:
    """Change what an API is called, what it is for and whom to ask."""
    around = runtime()
    given = {field: request.form.get(field, "").strip() for field in ("name", "description", "owner")}
    try:
        with around.database.transaction() as session:
            apis.change(session, find_api(session, slug), **given)
            record(session, actor=actor(), action="api changed", subject=slug, now=around.clock())
    except NotFound:
        raise
    except RegistryError as error:
        return _again(slug, str(error), given)
    flash(f"{given['name']} is changed.", "good")
    return _settings(slug)


def change_policy(slug: str) -> ResponseReturnValue:
    """Change what an API promises, of one stability and to one audience, or take such a policy away."""
    around, asked = runtime(), request.form
    scope = Scope(asked.get("stability", ""), asked.get("audience", ""))
    try:
        with around.database.transaction() as session:
            api = find_api(session, slug)
            if "remove" in asked:
                drop_policy(session, api.id, scope)
                detail = f"{scope.stability or 'any'}, {scope.audience or 'any'}: taken away"
            else:
                terms = set_policy(
                    session,
                    api.id,
                    minimum_notice_days=int(asked.get("minimum_notice_days", "")),
                    overlap_days=int(asked.get("overlap_days") or 0),
                    replacement_required="replacement_required" in asked,
                    documentation_required="documentation_required" in asked,
                    approval_required="approval_required" in asked,
                    stability=scope.stability,
                    audience=scope.audience,
                )
                replacement = "required" if terms.replacement_required else "optional"
                detail = f"{terms.minimum_notice_days} days of notice, replacement {replacement}"
            record(
                session,
                actor=actor(),
                action="policy changed",
                subject=slug,
                detail=detail,
                now=around.clock(),
            )
    except ValueError:
        return _again(slug, f"“{asked.get('minimum_notice_days', '')}” is no number of days.")
    except DeprecationsError as error:
        return _again(slug, str(error))
    flash("The promise is changed; plans announced before keep their dates.", "good")
    return _settings(slug)


def change_edge(slug: str) -> ResponseReturnValue:
    """Change what an API's replies may carry."""
    around = runtime()
    asked = request.form
    policy_link, tombstones = asked.get("policy_link", ""), "tombstones" in asked
    terms = EdgeTerms(
        links="links" in asked,
        policy_link=policy_link,
        tombstones=tombstones,
        base_url=asked.get("base_url", ""),
    )
    try:
        with around.database.transaction() as session:
            set_edge_terms(session, find_api(session, slug).id, terms)
            act = "edge settings changed"
            record(session, actor=actor(), action=act, subject=slug, detail=str(terms), now=around.clock())
    except DeprecationsError as error:
        return _again(slug, str(error))
    flash("It is changed; gateways and services have it by their next poll.", "good")
    return _settings(slug)


def connect_repository(slug: str) -> ResponseReturnValue:
    """Connect a repository to an API."""
    around = runtime()
    given = {field: request.form.get(field, "").strip() for field in _PLACE}
    try:
        with around.database.transaction() as session:
            api, now = find_api(session, slug), around.clock()
            repositories.connect(session, api, **given, around=around.around, now=now)
            where = f"{slug} {given['location']}"
            record(session, actor=actor(), action="repository connected", subject=where, now=now)
    except NotFound:
        raise
    except RegistryError as error:
        return _again(slug, str(error), given)
    flash(f"{given['location']} is connected. Give its webhook the address and the secret below.", "good")
    return _settings(slug)


def rotate_secret(slug: str, repository_id: int) -> ResponseReturnValue:
    """Begin a new webhook secret; administrators only, as they alone see it."""
    administrators_only("begin a new webhook secret")
    around = runtime()
    with around.database.transaction() as session:
        found = repositories.find_repository(session, repository_id)
        if found.api.slug != slug:
            raise NotFound(f"{slug} has no spec repository {repository_id}")
        repositories.rotate_secret(session, found)
        where = f"{slug} {found.location}"
        record(session, actor=actor(), action="webhook secret rotated", subject=where, now=around.clock())
    flash("A new secret is in force; the one before works until the next time.", "good")
    return _settings(slug)


def _again(slug: str, error: str, given: dict[str, str] | None = None) -> ResponseReturnValue:
    with runtime().database.reading() as session:
        api = find_api(session, slug)
        return page(session, api, "settings", errors={"": error}, given=given or request.form), _REFUSED


def _settings(slug: str) -> ResponseReturnValue:
    return redirect(url_for("pages.api", slug=slug, view="settings"))


ROUTES = (
    Route("/apis/<slug>/change", "change_api", change_api, POST),
    Route("/apis/<slug>/policy", "change_policy", change_policy, POST),
    Route("/apis/<slug>/edge", "change_edge", change_edge, POST),
    Route("/apis/<slug>/repositories", "connect_repository", connect_repository, POST),
    Route("/apis/<slug>/repositories/<int:repository_id>/secret", "rotate_secret", rotate_secret, POST),
)
