"""`sundial publish`, `sundial replay`, `sundial compare`."""

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import select

from access.audit import record
from diffing.errors import ReferenceRefused
from diffing.reports import REPORTS
from diffing.sources import folder_reader
from interfaces.commands.setting import actor, print_json, surroundings
from interfaces.publishing import Upload, publish_upload, work_on_comparison
from interfaces.reports import report_with_impact
from interfaces.runtime import Runtime
from interfaces.views.comparisons import comparison_facts
from registry import apis, comparisons
from registry.errors import NotFound, RegistryError
from registry.models import Api, StoredComparison, Version
from registry.publish import Published
from registry.sources.host import Reader

_SPECS = (".json", ".yaml", ".yml")
_DIGITS = re.compile(r"(\d+)")


@click.command()
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--label", help="The version's name; without it the document's own version.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def publish(slug: str, file: Path, label: str | None, as_json: bool) -> None:
    """Publish FILE as the next version of the API SLUG, and compare it with the one before."""
    around = surroundings()
    published = publish_upload(around, slug, upload_of(file, label))
    facts = _facts(around, published)
    if as_json:
        print_json(facts)
        return
    click.echo(f"{slug} {facts['version']} " + ("is published" if published.created else "was there already"))
    if published.note:
        click.echo(published.note)
    if facts["comparison"]:
        click.echo(_told(facts["comparison"]))


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--api", "slug", help="The API to publish to; without it the folder's name. Made when new.")
def replay(folder: Path, slug: str | None) -> None:
    """Publish FOLDER's spec documents one after the other, in the order of their names.

    What an earlier replay published is passed over, so that one that broke off goes on where it was.
    """
    around = surroundings()
    slug = slug or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    files = sorted(_documents(folder), key=_natural)
    if not files:
        raise RegistryError(f"{folder} holds no .json, .yaml or .yml file to publish")
    _make_api(around, slug, folder.resolve().name)
    made, failed = 0, []
    before = _replayed_before(around, slug, files)
    with click.progressbar(files, label=slug, item_show_func=_shown, file=sys.stderr) as bar:
        for file in bar:
            if file in before:
                continue
            try:
                made += publish_upload(around, slug, upload_of(file, None, "replay")).created
            except RegistryError as error:
                failed.append(f"{file.name}: {error}")
    unchanged = len(files) - made - len(failed)
    click.echo(f"{slug}: {made} versions published, {unchanged} unchanged, {len(failed)} failed")
    for line in failed:
        click.echo(f"  {line}", err=True)
    if failed:
        sys.exit(1)


@click.command()
@click.argument("slug")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="The report in the public contract's JSON.")
@click.option(
    "--format", "wanted", type=click.Choice(list(REPORTS)), help="A report as pages and API hand it out."
)
def compare(slug: str, old: str, new: str, as_json: bool, wanted: str | None) -> None:
    """Compare the versions OLD and NEW of the API SLUG, as stored."""
    around = surroundings()
    asked = compared(around, slug, old, new)
    with around.database.reading() as session:
        done = comparisons.find(session, asked)
        facts = comparison_facts(done)
        report = comparisons.report_of(session, asked)
        written = report_with_impact(around, session, asked, wanted) if wanted else report
        findings = apis.findings(session, asked).items
    if report is None or written is None:
        raise RegistryError(facts["error"] or "the comparison is being made by another worker: ask again")
    if as_json or wanted:
        click.echo(written.rstrip(b"\n").decode("utf-8", "backslashreplace"))
        return
    click.echo(_told(facts))
    for finding in findings:
        click.echo(f"  {finding.level:10}  {finding.text}")


def compared(around: Runtime, slug: str, old: str, new: str) -> int:
    """Have two versions of an API compared, unless they were; return the comparison's number."""
    with around.database.transaction() as session:
        api = apis.find_api(session, slug)
        sides = (apis.find_version(session, api, old), apis.find_version(session, api, new))
        now = around.clock()
        asked = comparisons.request(session, api.id, *sides, now)
        record(session, actor=actor(), action="comparison asked for", subject=f"{slug} {old} {new}", now=now)
    work_on_comparison(around, asked.id)
    return asked.id


def upload_of(file: Path, label: str | None = None, origin: str = "command") -> Upload:
    """Return a file as it is handed in; what it refers to is read from its folder."""
    return Upload(
        name=file.name, data=file.read_bytes(), origin=origin, by=actor(), label=label, read=_beside(file)
    )


def _beside(file: Path) -> Reader:
    """Return a reader of the files that the command `python -m diffing` would read for the document."""
    inner = folder_reader(file.parent)

    def read(path: str) -> bytes:
        try:
            return inner(path)
        except ReferenceRefused as error:
            raise NotFound(f"{file} refers to {path}, which {error}") from None
        except OSError as error:
            raise NotFound(f"{file} refers to {path}, which cannot be read: {error.strerror}") from None

    return read


def _facts(around: Runtime, published: Published) -> dict[str, object]:
    comparison = None
    if published.comparison_id is not None:
        with around.database.reading() as session:
            found: StoredComparison = comparisons.find(session, published.comparison_id)
            comparison = comparison_facts(found)
    return {
        "version": published.version.label,
        "created": published.created,
        "note": published.note,
        "comparison": comparison,
    }


def _told(facts: object) -> str:
    assert isinstance(facts, dict)  # noqa: S101 - for the type checker
    if facts["error"]:
        return f"The comparison failed: {facts['error']}"
    counts = ", ".join(f"{count} {level}" for level, count in facts["summary"].items())
    return f"{facts['old']} to {facts['new']}: {counts}"


def _shown(file: Path | None) -> str:
    return file.name if file else ""


def _documents(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.suffix.lower() in _SPECS and path.is_file() and path.name != "index.json":
            yield path


def _replayed_before(around: Runtime, slug: str, files: list[Path]) -> set[Path]:
    """Find the files whose documents are versions of the API already, in the same order."""
    with around.database.reading() as session:
        wanted = select(Version.digest).join(Version.api).where(Api.slug == slug).order_by(Version.position)
        digests = list(session.scalars(wanted))
    found, place = set(), 0
    for file in files:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest in digests[place:]:
            place = digests.index(digest, place) + 1
        elif digest not in digests[place - 1 : place]:
            continue
        found.add(file)
    return found


def _natural(path: Path) -> list[tuple[int, int, str]]:
    """Order `v2` before `v10`."""
    parts = _DIGITS.split(path.name)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part]


def _make_api(around: Runtime, slug: str, name: str) -> None:
    with around.database.transaction() as session:
        try:
            apis.find_api(session, slug)
        except NotFound:
            now = around.clock()
            apis.register(session, slug=slug, name=name, now=now)
            record(session, actor=actor(), action="api registered", subject=slug, now=now)
