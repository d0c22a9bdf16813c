"""Publishing by upload, and reading what was published."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from interfaces.gate import actor, runtime
from interfaces.pages.route import GET_OR_POST, Route
from interfaces.publishing import Upload, publish_upload
from registry.apis import document_of, find_api, find_version
from registry.errors import BadDocument, Conflict, TooCostly
from registry.publish import Published

_REFUSED = 422
_LONGEST_LABEL = 200


def publish(slug: str) -> ResponseReturnValue:
    """Show the form that publishes a version, or publish it."""
    if request.method != "POST":
        return _form(slug)
    file, label = request.files.get("document"), request.form.get("label", "").strip()
    if file is None or not file.filename:
        return _form(slug, "document", "Choose the document’s file."), _REFUSED
    if len(label) > _LONGEST_LABEL:
        return _form(slug, "label", f"Use {_LONGEST_LABEL} characters at most."), _REFUSED
    try:
        published = publish_upload(runtime(), slug, _upload(file, label))
    except (BadDocument, TooCostly) as error:
        return _form(slug, "document", str(error)), _REFUSED
    except Conflict as error:
        return _form(slug, "label", str(error)), _REFUSED
    return _told(slug, published)


def document(slug: str, label: str) -> ResponseReturnValue:
    """Answer a version's root file as it was published: as plain text, whatever it holds."""
    with runtime().database.reading() as session:
        bundle = document_of(session, find_version(session, find_api(session, slug), label))
    answer = Response(bundle.root, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _upload(file: FileStorage, label: str) -> Upload:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return Upload(name=name, data=file.read(), origin="upload", by=actor(), label=label or None)


def _told(slug: str, published: Published) -> ResponseReturnValue:
    version = published.version
    if not published.created:
        flash(f"{version.label} has this very document already; nothing was published.", "info")
        return redirect(url_for("pages.api", slug=slug))
    flash(f"{published.note or f'{version.label} is published'}.", "good")
    if published.comparison_id is None:
        return redirect(url_for("pages.api", slug=slug))
    return redirect(url_for("pages.comparison", comparison_id=published.comparison_id))


def _form(slug: str, field: str = "", error: str = "") -> str:
    with runtime().database.reading() as session:
        api = find_api(session, slug)
    errors = {field: error} if field else {}
    return render_template("publish.html", api=api, errors=errors, label=request.form.get("label", ""))


ROUTES = (
    Route("/apis/<slug>/publish", "publish", publish, GET_OR_POST),
    Route("/apis/<slug>/versions/<path:label>/document", "document", document),
)
