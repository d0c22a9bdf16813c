"""The versions of what administrators wrote in place of the default templates; one without text is a return
to the default.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from notifications.checks import Must, Sample, check, check_mail
from notifications.edited import render_edited
from notifications.errors import TemplateRefused, WordingConflict, WordingNotFound
from notifications.models import Wording
from notifications.render import Rendered, Source, default_source, languages, render


def current(session: Session, kind: str) -> dict[str, Wording]:
    """Return the newest version of a kind's templates, by language; without any there is none."""
    newest = (
        select(Wording.language, func.max(Wording.number).label("number"))
        .where(Wording.kind == kind)
        .group_by(Wording.language)
        .subquery()
    )
    rows = session.scalars(
        select(Wording)
        .join(newest, (Wording.language == newest.c.language) & (Wording.number == newest.c.number))
        .where(Wording.kind == kind)
    )
    return {row.language: row for row in rows}


def source_of(wording: Wording | None, kind: str) -> Source:
    """Return the templates in force: those of a version, or the default."""
    if wording is None or wording.is_default:
        return default_source(kind)
    return Source(wording.subject or "", wording.text or "", wording.html or "")


def versions(session: Session, kind: str, language: str) -> tuple[Wording, ...]:
    """Return every version that is kept, newest first."""
    _check_language(kind, language)
    wanted = select(Wording).where(Wording.kind == kind, Wording.language == language)
    return tuple(session.scalars(wanted.order_by(Wording.number.desc())))


def find_version(session: Session, kind: str, language: str, number: int) -> Wording:
    """Return one version."""
    found = [one for one in versions(session, kind, language) if one.number == number]
    if not found:
        raise WordingNotFound(f"the templates of {kind} in {language} have no version {number}")
    return found[0]


def edit(
    session: Session,
    kind: str,
    language: str,
    source: Source,
    *,
    samples: Sequence[Sample],
    based_on: int | None = None,
    by: str,
    now: datetime,
) -> Wording:
    """Put templates into force from the next mail on, in the place of what was.

    Raises TemplateRefused for what can't be rendered or drops what its readers need, and WordingConflict
    where `based_on` isn't the newest version any more (0: the default).
    """
    newest = _newest(session, kind, language, based_on)
    plain = Source(*(_lines(part) for part in (source.subject, source.text, source.html)))
    if newest is not None and not newest.is_default and source_of(newest, kind) == plain:
        return newest
    check(plain, samples)
    return _write(session, kind, language, newest, plain, by, now)


def revert(
    session: Session, kind: str, language: str, *, based_on: int | None = None, by: str, now: datetime
) -> Wording | None:
    """Return to the default templates; what was written stays as a version. None where there is none."""
    newest = _newest(session, kind, language, based_on)
    if newest is None or newest.is_default:
        return newest
    return _write(session, kind, language, newest, None, by, now)


def compose_mail(
    session: Session,
    kind: str,
    context: Mapping[str, Any],
    *,
    wording: Wording | None,
    musts: Sequence[Must] = (),
    link: str = "",
    keep_failure: bool = True,
    now: datetime,
) -> Rendered:
    """Render a mail by a version of its templates.

    Where they fail on the facts at hand, or drop what matters, the default is sent instead, so that nothing
    is lost; the version keeps what was wrong, unless this is only a look ahead.
    """
    if wording is None or wording.is_default:
        return render(kind, context)
    try:
        mail = render_edited(source_of(wording, kind), context)
        check_mail(mail, musts, link)
    except TemplateRefused as error:
        if keep_failure:
            wording.failed_at, wording.failure = now, str(error)
            session.flush()
        return render(kind, context)
    return mail


def failing(session: Session) -> tuple[Wording, ...]:
    """Return the versions in force that failed on a mail."""
    rows = session.scalars(select(Wording).where(Wording.failed_at.is_not(None)).order_by(Wording.failed_at))
    return tuple(
        row for row in rows if current(session, row.kind).get(row.language) is row and not row.is_default
    )


def forget_wordings(session: Session, *, before: datetime) -> int:
    """Delete versions that are older and not in force; return how many."""
    newer = aliased(Wording)
    overtaken = exists().where(
        newer.kind == Wording.kind, newer.language == Wording.language, newer.number > Wording.number
    )
    old = session.scalars(select(Wording).where(Wording.at < before, overtaken)).all()
    for one in old:
        session.delete(one)
    session.flush()
    return len(old)


def _newest(session: Session, kind: str, language: str, based_on: int | None) -> Wording | None:
    _check_language(kind, language)
    newest = current(session, kind).get(language)
    number = newest.number if newest else 0
    if based_on is not None and based_on != number:
        raise WordingConflict(
            f"Somebody saved version {number} meanwhile: look at it, then save yours once more."
        )
    return newest


def _write(
    session: Session,
    kind: str,
    language: str,
    newest: Wording | None,
    source: Source | None,
    by: str,
    now: datetime,
) -> Wording:
    made = Wording(
        kind=kind,
        language=language,
        number=(newest.number if newest else 0) + 1,
        is_default=source is None,
        subject=source.subject if source else None,
        text=source.text if source else None,
        html=source.html if source else None,
        by=by,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def _check_language(kind: str, language: str) -> None:
    if language not in languages(kind):
        raise WordingNotFound(f"{kind} isn't written in {language!r}: use {', '.join(languages(kind))}")


def _lines(text: str) -> str:
    """Return text with line feeds alone: browsers send forms with carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
