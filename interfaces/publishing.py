"""Publishing and comparing, from beginning to end: several transactions with a child process in between.

Pages, API, command and scheduler all come through here.
"""

import posixpath
from dataclasses import dataclass, replace

from access.audit import record
from consumers.contracts import match_again
from deprecations.reach import refresh
from deprecations.snapshots import take
from diffing.errors import ReferenceRefused
from diffing.references import SCHEME
from interfaces.runtime import Runtime
from registry import comparisons, inbox
from registry.apis import document_of, find_api
from registry.bundle import Bundle
from registry.errors import BadDocument, NotFound, RegistryError, SourceUnavailable, TooCostly
from registry.models import Delivery
from registry.publish import Publication, Published, publish
from registry.repositories import find_repository, place
from registry.sources import HOSTS
from registry.sources.host import Push, Reader
from registry.workbench import Examined, compare, examine

_DEEPEST_REFERENCES = 20
_ITSELF = "the comparison"


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that someone hands in, and what they say of it.

    `read` gives the files that it refers to, by path relative to its folder; None where there are none
    to be had.
    """

    name: str
    data: bytes
    origin: str
    by: str
    label: str | None = None
    revision: str | None = None
    read: Reader | None = None


def publish_upload(runtime: Runtime, api_slug: str, upload: Upload) -> Published:
    """Publish a document as an API's next version, and compare it with the one before.

    Raise BadDocument, NotFound or Conflict; nothing is stored then.
    """
    with runtime.database.reading() as session:
        find_api(session, api_slug)
    bundle, found = examined(runtime, upload)
    publication = Publication(bundle, found, upload.origin, upload.by, upload.label, upload.revision)
    with runtime.database.transaction() as session:
        now = runtime.clock()
        published = publish(session, find_api(session, api_slug), publication, now)
        if published.created:
            subject = f"{api_slug} {published.version.label}"
            record(session, actor=upload.by, action="version published", subject=subject, now=now)
            refresh(session, published.version.api_id)
            match_again(session, published.version.api_id)
    if published.comparison_id is not None:
        work_on_comparison(runtime, published.comparison_id)
    return published


def work_on_comparison(runtime: Runtime, comparison_id: int) -> bool:
    """Make a pending comparison, unless another worker is at it; False then."""
    with runtime.database.transaction() as session:
        if not comparisons.claim(session, comparison_id, runtime.clock()):
            return False
        asked = comparisons.find(session, comparison_id)
        old, new = document_of(session, asked.old_version), document_of(session, asked.new_version)
    try:
        report = compare(named(old, "old"), named(new, "new"), runtime.clock().date(), runtime.limits)
    except (BadDocument, TooCostly) as error:
        with runtime.database.transaction() as session:
            comparisons.fail(session, comparison_id, str(error), runtime.clock())
        return True
    with runtime.database.transaction() as session:
        now = runtime.clock()
        comparisons.settle(session, comparison_id, report, now)
        take(session, comparison_id, by=_ITSELF, now=now)
    return True


def work_on_delivery(runtime: Runtime, delivery_id: int) -> bool:
    """Fetch and publish what a stored push points at, unless another worker is at it; False then."""
    with runtime.database.transaction() as session:
        delivery = inbox.claim(session, delivery_id, runtime.clock())
    if delivery is None:
        return False
    try:
        outcome = _publish_push(runtime, delivery)
    except SourceUnavailable as error:
        _refuse(runtime, delivery_id, str(error), permanent=False)
        return True
    except RegistryError as error:
        _refuse(runtime, delivery_id, str(error), permanent=True)
        return True
    with runtime.database.transaction() as session:
        inbox.settle(session, delivery_id, outcome, runtime.clock())
    return True


def poll(runtime: Runtime, repository_id: int) -> Delivery:
    """Publish what a repository's branch points at now, as if it had just been pushed."""
    with runtime.database.reading() as session:
        repository = find_repository(session, repository_id)
    tip = HOSTS[repository.host].tip(place(repository), runtime.around)
    push = Push(delivery=f"poll {tip}", branch=repository.branch, revision=tip)
    with runtime.database.transaction() as session:
        repository = find_repository(session, repository_id)
        delivery = inbox.receive(session, repository, push, runtime.clock())
    work_on_delivery(runtime, delivery.id)
    with runtime.database.reading() as session:
        return session.get_one(Delivery, delivery.id)


def _publish_push(runtime: Runtime, delivery: Delivery) -> str:
    repository = delivery.repository
    read = HOSTS[repository.host].reader(place(repository), delivery.revision, runtime.around)
    upload = Upload(
        name=posixpath.basename(repository.path),
        data=read(repository.path),
        origin="webhook",
        by=f"{repository.host} {repository.location}",
        revision=delivery.revision,
        read=beside(read, repository.path),
    )
    published = publish_upload(runtime, repository.api.slug, upload)
    made = "published" if published.created else "already published"
    return f"{made} as {published.version.label}"


def beside(read: Reader, document: str) -> Reader:
    """Return a reader by the path from a document's folder; what leads out of the repository is refused.

    A host's address would follow dots to other things than files, with the server's own token.
    """

    def found(path: str) -> bytes:
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(document), path))
        if wanted.startswith(("../", "/")):
            raise NotFound(f"{document} refers to {path}, which leads above the root of the repository")
        return read(wanted)

    return found


def _refuse(runtime: Runtime, delivery_id: int, error: str, *, permanent: bool) -> None:
    with runtime.database.transaction() as session:
        inbox.refuse(session, delivery_id, error, permanent=permanent, now=runtime.clock())


def examined(runtime: Runtime, upload: Upload) -> tuple[Bundle, Examined]:
    """Examine a document again and again with the files it turns out to refer to, until none is missing."""
    bundle = Bundle(upload.name, upload.data, {})
    for _round in range(_DEEPEST_REFERENCES):
        examined = examine(bundle, runtime.limits)
        if not examined.missing:
            return bundle, examined
        bundle = replace(bundle, files={**bundle.files, **_fetched(runtime, upload, examined.missing)})
    raise BadDocument(
        f"{upload.name}: its files refer to each other more than {_DEEPEST_REFERENCES} deep: "
        "bundle the document into fewer files"
    )


def _fetched(runtime: Runtime, upload: Upload, paths: tuple[str, ...]) -> dict[str, bytes]:
    return {path: _file(runtime, upload, path) for path in paths}


def _file(runtime: Runtime, upload: Upload, path: str) -> bytes:
    if SCHEME.match(path):
        try:
            return runtime.remote(path)
        except ReferenceRefused as error:
            raise BadDocument(f"{upload.name} refers to {path}, which {error}") from None
    if upload.read is None:
        raise BadDocument(
            f"{upload.name} refers to {path}, which was not handed in with it: bundle the document into "
            "one file, or publish it from its folder or repository"
        )
    return upload.read(path)


def named(bundle: Bundle, side: str) -> Bundle:
    """Name a side so that positions in the report tell old from new."""
    return replace(bundle, name=f"{side}/{bundle.name}")
