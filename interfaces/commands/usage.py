"""`sundial ingest` and `sundial source`."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from datetime import timedelta
from glob import glob
from pathlib import Path

import click

from access.audit import record
from consumers.follow import Followed
from consumers.ingest_file import FileReport, Intake, ingest_file, ingest_stream
from consumers.readers import READERS
from consumers.readers.mapped import mapping_in
from consumers.source_hours import tellings
from consumers.sources import find_source
from consumers.unknown_traffic import unknown_traffic
from consumers.usage import sources
from interfaces.commands.setting import actor, print_json, print_rows, surroundings
from interfaces.runtime import Runtime
from interfaces.source_changes import source_of
from interfaces.views.facts import instant, plain
from interfaces.views.usage import telling_facts, unknown_facts
from registry import apis

Look = Callable[[Intake], FileReport | None]
_BETWEEN_SECONDS = 1.0


def _expanded(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files that names and patterns mean: what starts us need not be a shell."""
    known = click.Path(exists=True, dir_okay=False, allow_dash=True)
    found: list[str] = []
    for name in given:
        met = glob(name, recursive=True)  # noqa: PTH207  # Path.glob takes no pattern that is absolute
        alike = [] if Path(name).exists() else sorted(filter(os.path.isfile, met))
        found += alike or [str(known.convert(name, parameter, context))]
    return tuple(found)


@click.command()
@click.argument("files", nargs=-1, required=True, callback=_expanded)
@click.option("--source", required=True, help="What tells of these calls: one name a log, as edge-nginx.")
@click.option("--format", "log_format", type=click.Choice([*READERS]), help="Without it, recognised.")
@click.option("--map", "fields", help="Where lines have what, kept for the source: method=verb,path=url.")
@click.option("--api", "api_slug", help="The only API that this source reports on.")
@click.option("--follow", is_flag=True, help="Go on with what is appended, through rotation, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def ingest(
    files: tuple[str, ...],
    source: str,
    log_format: str | None,
    fields: str | None,
    api_slug: str | None,
    follow: bool,
    as_json: bool,
) -> None:
    """Count the calls in FILES (plain, gzip or zstd; - is standard input). A line is never counted twice.

    A name may be a pattern, as 'logs/*.gz'.
    """
    if follow and (as_json or "-" in files):
        raise click.UsageError("--follow is for files, and tells of them in plain text")
    if fields and log_format:
        raise click.UsageError("--map is for a format that nobody knows: leave --format out")
    around = surroundings()
    intake = Intake(
        database=around.database,
        source=source,
        pepper=around.pepper,
        now=around.clock(),
        log_format=log_format,
        api_slug=api_slug,
        mapping=mapping_in(fields) if fields else None,
    )
    with around.database.reading() as session:
        is_new = find_source(session, source) is None
    if follow:
        _follow(around, intake, [Path(file) for file in files], is_new)
        return
    reports = [_count(intake, file) for file in files]
    if is_new and any(report.lines for report in reports):
        _record_begun(around, source)
    if as_json:
        print_json([plain(report) for report in reports])
        return
    for report in reports:
        _tell(report)


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


@source.command("show")
@click.argument("slug")
@click.option("--days", default=30, show_default=True, help="How far back to look.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def show(slug: str, days: int, as_json: bool) -> None:
    """Say how much the source SLUG told of, and when it was silent."""
    around = surroundings()
    now = around.clock()
    with around.database.reading() as session:
        source_of(session, slug)
        facts = telling_facts(tellings(session, [slug], since=now - timedelta(days=days), until=now)[slug])
    if as_json:
        print_json({"slug": slug, **facts})
        return
    click.echo(
        f"{slug}, the last {days} days: {facts['calls']} calls, {facts['unknown']} of them unknown, "
        f"{facts['calls_an_hour']} an hour, sampling rate {facts['sampling_rate']:g}"
    )
    rows = [(gap["begin"], gap["end"], gap["hours"]) for gap in facts["gaps"]]
    print_rows(rows, ("silent from", "to", "hours"), "It was never silent for longer than it may be.")


@source.command("unknown")
@click.option("--source", "slug", help="Only what this source told of.")
@click.option("--page", default=1, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def unknown(slug: str | None, page: int, as_json: bool) -> None:
    """List the calls that no published operation answers, and what they may have been meant to be."""
    with surroundings().database.reading() as session:
        found = unknown_traffic(session, page, source=slug)
        slugs = apis.slugs(session)
        facts = [unknown_facts(row, slugs) for row in found.items]
    if as_json:
        print_json(facts)
        return
    rows = [
        (
            one["method"],
            one["path"],
            one["calls"],
            one["successes"],
            one["last_at"],
            one["source"],
            one["hint"],
        )
        for one in facts
    ]
    columns = ("method", "path", "calls", "answered 2xx", "last", "source", "hint")
    print_rows(rows, columns, "Every call that was told of matched a published operation.")
    if found.pages > 1:
        click.echo(f"page {found.number} of {found.pages}")


def _count(intake: Intake, file: str) -> FileReport:
    if file == "-":
        return ingest_stream(intake, sys.stdin.buffer)
    path, began = Path(file), time.perf_counter()

    def so_far(report: FileReport | None) -> str | None:
        return _progress(report, time.perf_counter() - began) if report else None

    size = path.stat().st_size
    with click.progressbar(length=size, label=path.name, file=sys.stderr, item_show_func=so_far) as bar:
        return ingest_file(
            intake, path, on_progress=lambda report, done, _all: bar.update(done - bar.pos, report)
        )


def _progress(report: FileReport, seconds: float) -> str:
    """Say how many lines were counted, how quickly, and what became of them."""
    speed = round(report.lines / max(seconds, 0.001))
    said = f"{report.lines:,} lines, {speed:,} a second, {report.matched:,} matched"
    others = {"unknown": report.unmatched, "broken": report.broken}
    return ", ".join([said, *(f"{count:,} {name}" for name, count in others.items() if count)])


def _follow(around: Runtime, intake: Intake, files: list[Path], is_new: bool) -> None:
    """Look at each file again and again until a signal comes; what is counted by then is committed."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as opened:
        followed = [opened.enter_context(closing(Followed(path))) for path in files]
        looks: list[Look] = [log.catch_up for log in followed]  # once, then what is new
        with suppress(KeyboardInterrupt):
            while True:
                for look in looks:
                    report = look(replace(intake, now=around.clock()))
                    if report is None or not report.lines:
                        continue
                    _tell(report)
                    if is_new:
                        _record_begun(around, intake.source)
                        is_new = False
                looks = [log.read for log in followed]
                threading.Event().wait(_BETWEEN_SECONDS)


def _record_begun(around: Runtime, source: str) -> None:
    with around.database.transaction() as session:
        record(session, actor=actor(), action="source begun", subject=source, now=around.clock())


def _tell(report: FileReport) -> None:
    click.echo(_told(report))
    for sample in report.samples:
        click.echo(f"  {sample}")


def _told(report: FileReport) -> str:
    if not report.lines:
        return f"{report.name}: nothing new"
    return (
        f"{report.name}: {report.lines} lines ({report.log_format}): {report.matched} calls matched, "
        f"{report.unmatched} unknown, {report.broken} broken"
    )
