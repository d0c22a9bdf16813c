"""The templates of mails: what stands, and an editor that shows, sends and saves what is written."""

from collections.abc import Callable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from deprecations.mail_samples import ABOUT, samples
from interfaces import wordings as verbs
from interfaces.gate import actor, administrators_only, is_administrator, runtime
from interfaces.pages.mail_frames import with_mail_frames
from interfaces.pages.route import GET_OR_POST, POST, Route
from notifications import wordings as kept
from notifications.edited import PARTS
from notifications.errors import PostError, TemplateRefused
from notifications.render import Rendered, Source, default_source
from storage.languages import NAMES
from storage.transactions import Database

_REFUSED = 422
_MOST_DIGITS = 6


def all_wordings() -> ResponseReturnValue:
    """List what can be edited."""
    with runtime().database.reading() as session:
        return render_template(
            "wordings/list.html", listed=verbs.all_in_force(session), about=ABOUT, names=NAMES
        )


def wording(kind: str, language: str) -> ResponseReturnValue:
    """Show the editor of a kind and language; a POST does what its button says."""
    verbs.check_known(kind, language)
    if request.method == "GET":
        return _opened(kind, language)
    administrators_only("edit the templates of mails")
    act = _ACTS.get(request.form.get("act", "preview"), _preview)
    source = Source(*(_plain(request.form.get(part, "")) for part in PARTS))
    try:
        return act(kind, language, source)
    except PostError as error:
        return _page(kind, language, source, refused=error), _REFUSED


def revert_wording(kind: str, language: str) -> ResponseReturnValue:
    """Return to the default."""
    administrators_only("edit the templates of mails")
    with _database().transaction() as session:
        verbs.revert(session, runtime(), kind, language, based_on=_number("based_on"), by=actor())
    flash("The default is in force again; what was written stays among the versions.", "good")
    return redirect(url_for("pages.wording", kind=kind, language=language))


def _opened(kind: str, language: str) -> ResponseReturnValue:
    number = request.args.get("version", "")
    with _database().reading() as session:
        standing = verbs.in_force(session, kind, language)
        source = standing.source
        if number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS:
            source = kept.source_of(kept.find_version(session, kind, language, int(number)), kind)
    try:
        shown, _ = verbs.try_out(runtime(), kind, language, source)
    except TemplateRefused as error:
        return _page(kind, language, source, refused=error)
    return _page(kind, language, source, shown=shown)


def _preview(kind: str, language: str, source: Source) -> ResponseReturnValue:
    shown, _ = verbs.try_out(runtime(), kind, language, source, _number("sample") or 0)
    return _page(kind, language, source, shown=shown)


def _send(kind: str, language: str, source: Source) -> ResponseReturnValue:
    sample, to = _number("sample") or 0, request.form.get("recipient", "")
    with _database().transaction() as session:
        posted = verbs.send_sample(session, runtime(), kind, language, source, to, sample=sample, by=actor())
        key, recipient = posted.key, posted.recipient
    shown, _ = verbs.try_out(runtime(), kind, language, source, sample)
    return _page(kind, language, source, shown=shown, sent=(key, recipient))


def _save(kind: str, language: str, source: Source) -> ResponseReturnValue:
    with _database().transaction() as session:
        based_on = _number("based_on")
        made = verbs.save(session, runtime(), kind, language, source, based_on=based_on, by=actor())
        number = made.number
    flash(f"Version {number} is in force from the next mail on.", "good")
    return redirect(url_for("pages.wording", kind=kind, language=language))


def _page(
    kind: str,
    language: str,
    source: Source,
    *,
    shown: Rendered | None = None,
    refused: Exception | None = None,
    sent: tuple[str, str] | None = None,
) -> Response:
    with _database().reading() as session:
        standing = verbs.in_force(session, kind, language)
        versions = kept.versions(session, kind, language)
        page = render_template(
            "wordings/editor.html",
            kind=kind,
            language=language,
            name=NAMES[language],
            about=ABOUT[kind],
            source=source,
            standing=standing.wording,
            based_on=request.form.get("based_on") or (standing.wording.number if standing.wording else 0),
            versions=versions,
            default=default_source(kind),
            titles=[sample.title for sample in samples(kind, language)],
            sample=_number("sample") or 0,
            shown=shown,
            refused=refused,
            sent=sent,
            may_edit=is_administrator(),
        )
    return with_mail_frames(page)


def _number(field: str) -> int | None:
    text = request.form.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def _plain(text: str) -> str:
    """Undo what browsers do to line ends."""
    return text.replace("\r\n", "\n")


def _database() -> Database:
    return runtime().database


_ACTS: dict[str, Callable[[str, str, Source], ResponseReturnValue]] = {
    "preview": _preview,
    "send": _send,
    "save": _save,
}
ROUTES = (
    Route("/wordings", "wordings", all_wordings),
    Route("/wordings/<kind>/<language>", "wording", wording, GET_OR_POST),
    Route("/wordings/<kind>/<language>/revert", "revert_wording", revert_wording, POST),
)
