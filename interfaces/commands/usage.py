"""`sundial ingest` and `sundial source`."""

import sys
from pathlib import Path

import click

from access.audit import record
from consumers.ingest_file import FileReport, Intake, ingest_file, ingest_stream
from consumers.readers import READERS
from consumers.sources import find_source
from consumers.usage import sources
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.views import instant, plain


@click.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option("--source", required=True, help="What tells of these calls: one name a log, as edge-nginx.")
@click.option("--format", "log_format", type=click.Choice([*READERS]), help="Without it, recognised.")
@click.option("--api", "api_slug", help="The only API that this source reports on.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def ingest(
    files: tuple[str, ...], source: str, log_format: str | None, api_slug: str | None, as_json: bool
) -> None:
    """Count the calls in FILES (plain or gzip; - is standard input). A line is never counted twice."""
    around = surroundings()
    intake = Intake(
        transaction=around.database.transaction,
        source=source,
        pepper=around.pepper,
        now=around.clock(),
        log_format=log_format,
        api_slug=api_slug,
    )
    with around.database.reading() as session:
        is_new = find_source(session, source) is None
    reports = [_count(intake, file) for file in files]
    if is_new and any(report.lines for report in reports):
        with around.database.transaction() as session:
            record(session, actor=actor(), action="source begun", subject=source, now=around.clock())
    if as_json:
        print_json([plain(report) for report in reports])
        return
    for report in reports:
        click.echo(_told(report))
        for sample in report.samples:
            click.echo(f"  {sample}")


@click.group()
def source() -> None:
    """Look at where usage comes from."""


@source.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> None:
    """List the sources and say how fresh each is."""
    around = surroundings()
    with around.database.reading() as session:
        found = sources(session, now=around.clock())
    if as_json:
        print_json([plain(one) for one in found])
        return
    rows = [
        (one.slug, one.log_format, instant(one.last_event_at) or "never", "stale" if one.stale else "fresh")
        for one in found
    ]
    nothing = "No source tells of calls yet: sundial ingest FILE --source NAME"
    print_rows(rows, ("source", "format", "last event", "state"), nothing)


def _count(intake: Intake, file: str) -> FileReport:
    if file == "-":
        return ingest_stream(intake, sys.stdin.buffer)
    path = Path(file)
    with click.progressbar(length=path.stat().st_size, label=path.name, file=sys.stderr) as bar:
        return ingest_file(intake, path, on_progress=lambda _lines, done, _all: bar.update(done - bar.pos))


def _told(report: FileReport) -> str:
    if not report.lines:
        return f"{report.name}: nothing new"
    return (
        f"{report.name}: {report.lines} lines ({report.log_format}): {report.matched} calls matched, "
        f"{report.unmatched} unknown, {report.broken} broken"
    )
