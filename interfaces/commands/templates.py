"""`sundial template`: the templates of mails, edited at a shell."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from interfaces import wordings as verbs
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.mail import deliver_due
from interfaces.runtime import Runtime
from interfaces.views.wordings import preview_facts, version_facts, wording_facts
from notifications.desk import find
from notifications.edited import PARTS
from notifications.models import EnvelopeState
from notifications.render import Source
from notifications.wordings import versions

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def template() -> None:
    """Edit how mails are worded; what is written takes the place of the default."""


def _files(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take the three parts from files; a part without one stays as it stands."""
    for part in reversed(PARTS):
        command = click.option(f"--{part}", type=_FILE, help=f"File with the {part}’s template.")(command)
    return command


@template.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> None:
    """List the kinds of mail and their languages, and what is in force."""
    with surroundings().database.reading() as session:
        facts = [wording_facts(one) for one in verbs.all_in_force(session)]
    if as_json:
        print_json(facts)
        return
    rows = [
        (one["kind"], one["language"], "default" if one["is_default"] else one["version"], one["by"] or "")
        for one in facts
    ]
    print_rows(rows, ("kind", "language", "in force", "by"), "There is none.")


@template.command("show")
@click.argument("kind")
@click.argument("language")
@click.argument("part", type=click.Choice(PARTS))
def show(kind: str, language: str, part: str) -> None:
    """Print the PART of a template that is in force, to be edited."""
    with surroundings().database.reading() as session:
        click.echo(getattr(verbs.in_force(session, kind, language).source, part), nl=False)


@template.command("versions")
@click.argument("kind")
@click.argument("language")
def versions_(kind: str, language: str) -> None:
    """Print every version that is kept as JSON, newest first."""
    verbs.check_known(kind, language)
    with surroundings().database.reading() as session:
        print_json([version_facts(one) for one in versions(session, kind, language)])


@template.command("edit")
@click.argument("kind")
@click.argument("language")
@_files
def edit(kind: str, language: str, subject: Path | None, text: Path | None, html: Path | None) -> None:
    """Put templates into force; a part without a file stays as it stands."""
    around = surroundings()
    source = _source(around, kind, language, (subject, text, html))
    with around.database.transaction() as session:
        made = verbs.save(session, around, kind, language, source, by=actor())
        click.echo(f"version {made.number} of {kind} in {language} is in force from the next mail on")


@template.command("preview")
@click.argument("kind")
@click.argument("language")
@_files
@click.option("--sample", default=0, show_default=True, help="Which sample to show.")
@click.option("--json", "as_json", is_flag=True, help="All parts, as JSON.")
def preview(
    kind: str,
    language: str,
    subject: Path | None,
    text: Path | None,
    html: Path | None,
    sample: int,
    as_json: bool,
) -> None:
    """Print a sample mail by templates that need not be in force."""
    around = surroundings()
    source = _source(around, kind, language, (subject, text, html))
    mail, shown = verbs.try_out(around, kind, language, source, sample)
    if as_json:
        print_json(preview_facts(mail, shown))
        return
    click.echo(f"Subject: {mail.subject}\n\n{mail.text}", nl=False)


@template.command("send")
@click.argument("kind")
@click.argument("language")
@click.argument("recipient")
@_files
@click.option("--sample", default=0, show_default=True, help="Which sample to send.")
def send(
    kind: str,
    language: str,
    recipient: str,
    subject: Path | None,
    text: Path | None,
    html: Path | None,
    sample: int,
) -> None:
    """Send a sample mail to RECIPIENT by templates that need not be in force."""
    around = surroundings()
    source = _source(around, kind, language, (subject, text, html))
    with around.database.transaction() as session:
        key = verbs.send_sample(
            session, around, kind, language, source, recipient, sample=sample, by=actor()
        ).key
    deliver_due(around, lambda: False)
    with around.database.reading() as session:
        envelope = find(session, key)
    click.echo(f"{envelope.state}: {envelope.receipt or envelope.error or 'not tried yet'}")
    if envelope.state != EnvelopeState.SENT:
        sys.exit(1)


@template.command("revert")
@click.argument("kind")
@click.argument("language")
def revert(kind: str, language: str) -> None:
    """Return to the default; what was written is kept as a version."""
    around = surroundings()
    with around.database.transaction() as session:
        verbs.revert(session, around, kind, language, by=actor())
    click.echo(f"the default of {kind} in {language} is in force from the next mail on")


def _source(around: Runtime, kind: str, language: str, files: tuple[Path | None, ...]) -> Source:
    with around.database.reading() as session:
        standing = verbs.in_force(session, kind, language).source
    texts = [
        file.read_text(encoding="utf-8") if file else getattr(standing, part)
        for part, file in zip(PARTS, files, strict=True)
    ]
    return Source(*texts)
