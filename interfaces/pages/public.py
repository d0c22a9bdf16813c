"""What anyone may read: an API's endings as page, feed and calendar, and the catalogue of such APIs.

Only where an API's settings say so; any other API is answered as if there were none.
"""

import json
from collections.abc import Callable, Sequence

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.edge_terms import edge_terms
from deprecations.gate_models import EndingSettings
from deprecations.published import Entry, published
from interfaces import feeds
from interfaces.gate import runtime
from interfaces.pages.route import Route
from registry.errors import NotFound
from registry.models import Api

_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
_CACHED = "public, max-age=300"
_MOST_APIS = 1000
FORMS: dict[str, tuple[Callable[[Api, Sequence[Entry], str, str], bytes], str]] = {
    "json": (feeds.as_json, "application/json"),
    "csv": (feeds.as_csv, "text/csv; charset=utf-8; header=present"),
    "atom": (feeds.as_atom, "application/atom+xml"),
    "ics": (feeds.as_calendar, "text/calendar; charset=utf-8"),
}
"""Every form of the schedule, with its media type."""


def public_deprecations(slug: str) -> ResponseReturnValue:
    """Show an API's endings to anyone."""
    with runtime().database.reading() as session:
        api = _public(session, slug)
        page = render_template(
            "public.html",
            api=api,
            entries=published(session, api),
            policy_link=edge_terms(session, api.id).policy_link,
        )
    return _answer(page.encode(), "text/html; charset=utf-8")


def public_feed(slug: str, form: str) -> ResponseReturnValue:
    """Answer an API's endings in a form that programs read."""
    if form not in FORMS:
        raise NotFound(f"there is no form {form}: {', '.join(FORMS)}")
    write, media_type = FORMS[form]
    with runtime().database.reading() as session:
        api = _public(session, slug)
        mark = runtime().key_for("feeds").hex()[:16]
        return _answer(write(api, published(session, api), _page(slug), mark), media_type)


def api_catalog() -> ResponseReturnValue:
    """Answer the catalogue of public APIs (RFC 9727), each with where its endings are told (RFC 9264)."""
    here = f"{runtime().settings.address}{url_for('pages.api_catalog')}"
    with runtime().database.reading() as session:
        apis = session.scalars(
            select(Api)
            .join(EndingSettings, EndingSettings.api_id == Api.id)
            .where(EndingSettings.is_public)
            .order_by(Api.slug)
            .limit(_MOST_APIS)
        ).all()
        entries = [_context(session, api) for api in apis]
    items = [{"href": entry["anchor"], "title": api.name} for entry, api in zip(entries, apis, strict=True)]
    linkset = {"linkset": [{"anchor": here, "item": items}, *entries]}
    answer = _answer(json.dumps(linkset, indent=2, ensure_ascii=False).encode(), _LINKSET)
    answer.headers["Link"] = f'<{here}>; rel="api-catalog"'
    return answer


def _context(session: Session, api: Api) -> dict[str, object]:
    page = _page(api.slug)
    policy = edge_terms(session, api.id).policy_link
    links: dict[str, object] = {
        "anchor": page,
        "deprecation": [
            {"href": page, "type": "text/html"},
            {"href": f"{page}.json", "type": "application/json"},
        ],
        "version-history": [{"href": f"{page}.atom", "type": "application/atom+xml"}],
    }
    return links | ({"sunset": [{"href": policy, "type": "text/html"}]} if policy else {})


def _public(session: Session, slug: str) -> Api:
    found = session.scalar(
        select(Api)
        .join(EndingSettings, EndingSettings.api_id == Api.id)
        .where(Api.slug == slug, EndingSettings.is_public)
    )
    if found is None:
        raise NotFound("There is no such page.")
    return found


def _page(slug: str) -> str:
    return f"{runtime().settings.address}{url_for('pages.public_deprecations', slug=slug)}"


def _answer(body: bytes, media_type: str) -> Response:
    answer = Response(body, content_type=media_type)
    answer.headers["Cache-Control"] = _CACHED
    answer.add_etag()
    answer.make_conditional(request)
    return answer


ROUTES = (
    Route("/public/<slug>/deprecations", "public_deprecations", public_deprecations),
    Route("/public/<slug>/deprecations.<form>", "public_feed", public_feed),
    Route("/.well-known/api-catalog", "api_catalog", api_catalog),
)
