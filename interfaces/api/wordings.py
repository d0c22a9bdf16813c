"""Templates of mails: what stands, previews, samples by mail, and new versions."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from interfaces import wordings as verbs
from interfaces.api.answers import complete
from interfaces.api.law import body
from interfaces.api.route import Route
from interfaces.gate import actor, runtime
from interfaces.views.notices import envelope_facts
from interfaces.views.wordings import preview_facts, version_facts, wording_facts
from notifications.edited import PARTS
from notifications.render import Source
from notifications.wordings import versions


def list_templates() -> ResponseReturnValue:
    """List the templates in force."""
    with runtime().database.reading() as session:
        return complete(wording_facts(one) for one in verbs.all_in_force(session))


def show_template(kind: str, language: str) -> ResponseReturnValue:
    """Show the templates of a kind and language."""
    with runtime().database.reading() as session:
        return jsonify(wording_facts(verbs.in_force(session, kind, language)))


def list_template_versions(kind: str, language: str) -> ResponseReturnValue:
    """List every version that is kept, newest first."""
    with runtime().database.reading() as session:
        verbs.check_known(kind, language)
        return complete(version_facts(one) for one in versions(session, kind, language))


def edit_template(kind: str, language: str) -> ResponseReturnValue:
    """Put templates into force."""
    with runtime().database.transaction() as session:
        source = _source(verbs.in_force(session, kind, language).source)
        based_on = body().get("based_on")
        verbs.save(session, runtime(), kind, language, source, based_on=based_on, by=actor())
        return jsonify(wording_facts(verbs.in_force(session, kind, language)))


def revert_template(kind: str, language: str) -> ResponseReturnValue:
    """Return to the default."""
    with runtime().database.transaction() as session:
        verbs.revert(session, runtime(), kind, language, by=actor())
        return jsonify(wording_facts(verbs.in_force(session, kind, language)))


def preview_template(kind: str, language: str) -> ResponseReturnValue:
    """Render a sample by templates that need not be in force."""
    with runtime().database.reading() as session:
        source = _source(verbs.in_force(session, kind, language).source)
    mail, sample = verbs.try_out(runtime(), kind, language, source, body().get("sample", 0))
    return jsonify(preview_facts(mail, sample))


def send_template_sample(kind: str, language: str) -> ResponseReturnValue:
    """Send a sample by templates that need not be in force."""
    asked = body()
    with runtime().database.transaction() as session:
        source = _source(verbs.in_force(session, kind, language).source)
        sent = verbs.send_sample(
            session,
            runtime(),
            kind,
            language,
            source,
            asked["recipient"],
            sample=asked.get("sample", 0),
            by=actor(),
        )
        return jsonify(envelope_facts(sent))


def _source(standing: Source) -> Source:
    """Return the templates that the request brings; a part that it leaves out stays as it is."""
    return Source(*(body().get(part, getattr(standing, part)) for part in PARTS))


ROUTES = (
    Route("GET", "/templates", Scope.READ, list_templates),
    Route("GET", "/templates/<kind>/<language>", Scope.READ, show_template),
    Route("PUT", "/templates/<kind>/<language>", Scope.MANAGE, edit_template),
    Route("DELETE", "/templates/<kind>/<language>", Scope.MANAGE, revert_template),
    Route("GET", "/templates/<kind>/<language>/versions", Scope.READ, list_template_versions),
    Route("POST", "/templates/<kind>/<language>/preview", Scope.MANAGE, preview_template),
    Route("POST", "/templates/<kind>/<language>/sample", Scope.MANAGE, send_template_sample),
)
