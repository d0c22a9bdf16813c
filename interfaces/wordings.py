"""Editing the templates of mails, for every way in: the verbs of the post office, with samples and audit."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from access.audit import record
from deprecations.mail_samples import KINDS, samples
from interfaces.mail import desk
from interfaces.runtime import Runtime
from notifications import wordings
from notifications.checks import Sample, check
from notifications.edited import render_edited
from notifications.errors import WordingNotFound
from notifications.models import Envelope, Wording
from notifications.render import Rendered, Source, languages
from notifications.trial import post_sample


@dataclass(frozen=True, slots=True)
class InForce:
    """The templates of one kind and language, as they stand."""

    kind: str
    language: str
    wording: Wording | None
    source: Source


def all_in_force(session: Session) -> list[InForce]:
    """Return what can be edited, and what stands."""
    found = []
    for kind in KINDS:
        newest = wordings.current(session, kind)
        found += [_in_force(kind, language, newest.get(language)) for language in languages(kind)]
    return found


def in_force(session: Session, kind: str, language: str) -> InForce:
    """Return the templates of a kind and language, as they stand."""
    check_known(kind, language)
    return _in_force(kind, language, wordings.current(session, kind).get(language))


def try_out(
    runtime: Runtime, kind: str, language: str, source: Source, sample: int = 0
) -> tuple[Rendered, Sample]:
    """Render templates on one of their samples, and see that they hold on all; raises TemplateRefused."""
    check_known(kind, language)
    known = samples(kind, language, runtime.settings.address)
    check(source, known)
    chosen = known[min(max(sample, 0), len(known) - 1)]
    return render_edited(source, chosen.context), chosen


def save(
    session: Session,
    runtime: Runtime,
    kind: str,
    language: str,
    source: Source,
    *,
    based_on: int | None = None,
    by: str,
) -> Wording:
    """Put templates into force."""
    check_known(kind, language)
    now, known = runtime.clock(), samples(kind, language)
    made = wordings.edit(session, kind, language, source, samples=known, based_on=based_on, by=by, now=now)
    _note(session, runtime, "mail templates changed", made, by)
    return made


def revert(
    session: Session, runtime: Runtime, kind: str, language: str, *, based_on: int | None = None, by: str
) -> Wording | None:
    """Return to the default templates."""
    check_known(kind, language)
    made = wordings.revert(session, kind, language, based_on=based_on, by=by, now=runtime.clock())
    if made is not None:
        _note(session, runtime, "mail templates reverted", made, by)
    return made


def send_sample(
    session: Session,
    runtime: Runtime,
    kind: str,
    language: str,
    source: Source,
    recipient: str,
    *,
    sample: int = 0,
    by: str,
) -> Envelope:
    """Send one sample by templates that need not be in force."""
    mail, _ = try_out(runtime, kind, language, source, sample)
    ours, now = desk(runtime), runtime.clock()
    posted = post_sample(
        session, kind, language, mail, recipient, channel=ours.channel, domain=ours.domain, now=now
    )
    record(session, actor=by, action="sample mail sent", subject=posted.key, detail=posted.recipient, now=now)
    return posted


def check_known(kind: str, language: str) -> None:
    """See that a kind's templates can be edited in a language; raises WordingNotFound."""
    if kind not in KINDS:
        raise WordingNotFound(f"there is no kind of mail {kind!r} to edit: use {', '.join(KINDS)}")
    if language not in languages(kind):
        raise WordingNotFound(f"{kind} isn't written in {language!r}: use {', '.join(languages(kind))}")


def _in_force(kind: str, language: str, wording: Wording | None) -> InForce:
    return InForce(kind, language, wording, wordings.source_of(wording, kind))


def _note(session: Session, runtime: Runtime, action: str, made: Wording, by: str) -> None:
    subject, detail = f"{made.kind} {made.language}", f"version {made.number}"
    record(session, actor=by, action=action, subject=subject, detail=detail, now=runtime.clock())
