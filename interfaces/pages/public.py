"""What anyone may read: an API's endings as page, feed and calendar, and the catalogue of such APIs.

Only where an API's settings say so; any other API is answered as if there were none.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from deprecations.edge_terms import edge_terms
from deprecations.gate_models import EndingSettings
from deprecations.policies import terms_of
from deprecations.published import Entry, published
from interfaces import feeds
from interfaces.gate import runtime
from interfaces.pages.route import Route
from registry.errors import NotFound
from registry.models import Api

_LINKSET = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'
_CACHED = "public, max-age=300"
_MOST_APIS = 1000
_Context = dict[str, Any]
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
            terms=terms_of(session, api.id),
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
    linkset = {"linkset": [{"anchor": here, "item": items}, *_by_anchor(entries)]}
    answer = _answer(json.dumps(linkset, indent=2, ensure_ascii=False).encode(), _LINKSET)
    answer.headers["Link"] = f'<{here}>; rel="api-catalog"'
    return answer


def _context(session: Session, api: Api) -> _Context:
    """Return where an API's endings are told, anchored at the API itself where its address is known.

    `sunset` leads to what tells how it retires things (RFC 8594 section 6): its policy, or the public page.
    """
    page, terms = _page(api.slug), edge_terms(session, api.id)
    return {
        "anchor": terms.base_url or page,
        "deprecation": [_link(page, "text/html"), _link(f"{page}.json", "application/json")],
        "sunset": [_link(terms.policy_link or page, "text/html")],
        "version-history": [_link(f"{page}.atom", "application/atom+xml")],
    }


def _by_anchor(entries: Sequence[_Context]) -> list[_Context]:
    """Join what has one anchor: each link context is one object (RFC 9264 section 4.2.2)."""
    joined: dict[str, _Context] = {}
    for entry in entries:
        context = joined.setdefault(entry["anchor"], {"anchor": entry["anchor"]})
        for relation, links in entry.items():
            if relation != "anchor":
                context[relation] = [*context.get(relation, ()), *links]
    return list(joined.values())


def _link(href: str, media_type: str) -> dict[str, str]:
    return {"href": href, "type": media_type}


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
