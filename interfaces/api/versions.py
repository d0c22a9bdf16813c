"""Versions: publishing a document, and reading back what was published."""

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from interfaces.api.answers import listed, made, page_number
from interfaces.api.law import query
from interfaces.api.route import Route
from interfaces.body import whole_body
from interfaces.gate import actor, runtime
from interfaces.overview import steps_to
from interfaces.publishing import Upload, publish_upload
from interfaces.views.apis import version_facts
from interfaces.views.comparisons import comparison_facts
from interfaces.views.facts import Facts
from registry import apis, comparisons
from registry.errors import NotFound

_NAMES = {"application/json": "openapi.json"}
_NAME = "openapi.yaml"
_MEDIA_TYPES = {"json": "application/json", "yaml": "application/yaml", "yml": "application/yaml"}
_AS_IT_IS = "application/octet-stream"


def list_versions(api: str) -> ResponseReturnValue:
    """List an API's versions, newest first."""
    with runtime().database.reading() as session:
        return listed(apis.versions(session, apis.find_api(session, api).id, page_number()), version_facts)


def publish_version(api: str) -> ResponseReturnValue:
    """Publish a document under its own version."""
    return _publish(api, None)


def put_version(api: str, label: str) -> ResponseReturnValue:
    """Publish a document under a label."""
    return _publish(api, label)


def show_version(api: str, label: str) -> ResponseReturnValue:
    """Show a version."""
    with runtime().database.reading() as session:
        return jsonify(version_facts(apis.find_version(session, apis.find_api(session, api), label)))


def show_document(api: str, label: str) -> ResponseReturnValue:
    """Answer a version's document as it was published, or one of the files that it refers to."""
    with runtime().database.reading() as session:
        version = apis.find_version(session, apis.find_api(session, api), label)
        bundle = apis.document_of(session, version)
    name = query().get("file", bundle.name)
    found = bundle.root if name == bundle.name else bundle.files.get(name)
    if found is None:
        raise NotFound(f"{api} {label} has no file {name}: {', '.join([bundle.name, *bundle.files])}")
    answer = Response(found, content_type=_MEDIA_TYPES.get(name.rpartition(".")[2].lower(), _AS_IT_IS))
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["Content-Disposition"] = "attachment"
    return answer


def _publish(api: str, label: str | None) -> ResponseReturnValue:
    name = query().get("name") or _NAMES.get(request.mimetype, _NAME)
    upload = Upload(name=name, data=whole_body(), origin="api", by=actor(), label=label)
    published = publish_upload(runtime(), api, upload)
    facts = {"created": published.created, "note": published.note, **_told(api, published.version.label)}
    if published.created:
        return made(facts, "show_version", api=api, label=published.version.label)
    return jsonify(facts)


def _told(api: str, label: str) -> Facts:
    """Return a version, and its comparison with the one before: None for the first."""
    with runtime().database.reading() as session:
        version = apis.find_version(session, apis.find_api(session, api), label)
        step = steps_to(session, [version.id]).get(version.id)
        comparison = comparison_facts(comparisons.find(session, step.id)) if step else None
    return {"version": version_facts(version), "comparison": comparison}


ROUTES = (
    Route("GET", "/apis/<api>/versions", Scope.READ, list_versions),
    Route("POST", "/apis/<api>/versions", Scope.PUBLISH, publish_version),
    Route("PUT", "/apis/<api>/versions/<path:label>", Scope.PUBLISH, put_version),
    Route("GET", "/apis/<api>/versions/<path:label>", Scope.READ, show_version),
    Route("GET", "/apis/<api>/versions/<path:label>/document", Scope.READ, show_document),
)
