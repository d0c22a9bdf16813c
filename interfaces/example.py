"""Puts the example company into the database through the verbs that everybody uses, and takes it away."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from access.models import AuditEntry, User
from consumers import directory
from consumers.contracts import Offer
from consumers.ingest import ingest
from consumers.models import Consumer, UsageSource
from consumers.route_table import RouteTable
from deprecations.advance import advance
from deprecations.models import Policy
from deprecations.plans import plan_and_announce
from deprecations.snapshots import take
from examples.company import (
    FOLDER,
    Company,
    ExampleApi,
    ExampleConsumer,
    ExampleDeprecation,
    Release,
    load_company,
)
from examples.specs import spec
from examples.traffic import lines, ndjson
from interfaces.contract_intake import take_contract
from interfaces.mail import mailbox_folder
from interfaces.publishing import Upload, publish_upload
from interfaces.runtime import Runtime
from notifications.channels.mailbox import forget_mails
from notifications.models import Envelope
from registry import apis
from registry.errors import Conflict
from registry.models import Api, ComparisonState, StoredComparison

BY = "the example company"
_LINES_A_BATCH = 20_000
_DAYS = 62  # two windows of a verdict: the last, and the one that trends compare it with
_ZONE = "Europe/Berlin"


def load_when_empty(runtime: Runtime, tell: Callable[[str], None]) -> None:
    """Load the company where there is no API and nobody yet, unless the operator wants none."""
    with runtime.database.reading() as session:
        empty = not any(session.scalar(select(func.count()).select_from(table)) for table in (Api, User))
    if empty and runtime.settings.examples:
        tell("The database is empty: loading the example company, which takes about half a minute.")
        load_whole(runtime, tell)


def load_whole(runtime: Runtime, tell: Callable[[str], None]) -> None:
    """Load the company, or leave nothing of it: half of it would keep the next start from loading it."""
    with runtime.database.reading() as session:
        if session.scalar(select(func.count()).select_from(Api).where(Api.is_example)):
            raise Conflict("the example company is there already: `sundial examples --remove` takes it away")
    try:
        load(runtime, tell)
    except BaseException:
        remove_all(runtime)
        raise


def load(runtime: Runtime, tell: Callable[[str], None]) -> None:
    """Load the company: APIs with their versions, consumers, traffic up to now, deprecations."""
    company, now = load_company(), runtime.clock()
    for api in company.apis:
        tell(f"  publishing {api.name}, {len(api.releases)} versions")
        _publish(runtime, company, api, now)
    with runtime.database.transaction() as session:
        for consumer in company.consumers:
            _register(session, runtime, consumer, now)
    tell(f"  counting {_DAYS} days of traffic")
    _count_traffic(runtime, company, now)
    for contract in company.contracts:
        data = (FOLDER / "contracts" / contract.file).read_bytes()
        take_contract(runtime, Offer(data, contract.file, contract.version), BY)
    _take_impacts(runtime, now)
    bases = {api.slug: api.base_path for api in company.apis}
    for deprecation in company.deprecations:
        _plan(runtime, deprecation, bases[deprecation.api], now)


def remove_all(runtime: Runtime) -> int:
    """Take the company away with everything that hangs on it; return how many APIs it was."""
    with runtime.database.transaction() as session:
        found = list(session.scalars(select(Api).where(Api.is_example)))
        for api in found:
            apis.remove_api(session, api)
        mails = list(session.scalars(select(Envelope.message_id).where(Envelope.is_example)))
        session.execute(delete(Envelope).where(Envelope.is_example))
        session.execute(delete(AuditEntry).where(AuditEntry.actor == BY))
        session.execute(delete(Consumer).where(Consumer.is_example))
        session.execute(delete(UsageSource).where(UsageSource.is_example))
    forget_mails(mailbox_folder(runtime), mails)
    return len(found)


def _publish(runtime: Runtime, company: Company, api: ExampleApi, now: datetime) -> None:
    with runtime.database.transaction() as session:
        oldest = now - timedelta(days=max(release.days_ago for release in api.releases))
        made = apis.register(
            session, slug=api.slug, name=api.name, description=api.description, owner=api.owner, now=oldest
        )
        made.is_example = True
        session.add(Policy(api_id=made.id, minimum_notice_days=api.minimum_notice_days))
    for release in api.releases:
        upload = Upload(
            name=release.file,
            data=spec(company, api, release, now.date()),
            origin="upload",
            by=BY,
            label=release.version,
        )
        publish_upload(_at(runtime, now, release), api.slug, upload)


def _at(runtime: Runtime, now: datetime, release: Release) -> Runtime:
    """Return the runtime as it was on the day of a release."""
    then = now - timedelta(days=release.days_ago)
    return Runtime(runtime.settings, runtime.database, lambda: then, runtime.secret_key)


def _register(session: Session, runtime: Runtime, consumer: ExampleConsumer, now: datetime) -> None:
    made = directory.register(
        session,
        slug=consumer.slug,
        name=consumer.name,
        description=consumer.description,
        team=consumer.team,
        now=now,
    )
    made.is_example = True
    for credential in consumer.credentials:
        directory.add_credential(
            session, made, kind=credential.kind, value=credential.value, pepper=runtime.pepper, now=now
        )
    for contact in consumer.contacts:
        directory.add_contact(
            session,
            made,
            name=contact.name,
            email=contact.email,
            role=contact.role,
            zone=contact.zone,
            now=now,
        )


def _count_traffic(runtime: Runtime, company: Company, now: datetime) -> None:
    today, table = now.date(), RouteTable()
    told = {
        "edge-nginx": ("combined", lines(company, today, _DAYS, until=now)),
        "gateway": ("ndjson", ndjson(company, today, _DAYS, until=now)),
    }
    for source, (log_format, written) in told.items():
        for number, batch in enumerate(_batches(written)):
            with runtime.database.transaction() as session:
                ingest(
                    session,
                    source=source,
                    key=f"example {now.isoformat()} {number}",
                    log_format=log_format,
                    data=batch,
                    pepper=runtime.pepper,
                    table=table,
                    now=now,
                )
    with runtime.database.transaction() as session:
        session.execute(update(UsageSource).where(UsageSource.slug.in_(told)).values(is_example=True))


def _take_impacts(runtime: Runtime, now: datetime) -> None:
    """Have the impacts know of the traffic, which came after the comparisons here."""
    with runtime.database.transaction() as session:
        mine = select(StoredComparison.id).join(StoredComparison.api)
        done = StoredComparison.state == ComparisonState.DONE
        for comparison_id in session.scalars(mine.where(Api.is_example, done)).all():
            take(session, comparison_id, by=BY, now=now)


def _batches(written: Iterator[str]) -> Iterator[list[bytes]]:
    while batch := [line.encode() for line in islice(written, _LINES_A_BATCH)]:
        yield batch


def _plan(runtime: Runtime, planned: ExampleDeprecation, base_path: str, now: datetime) -> None:
    announced_at = now - timedelta(days=planned.announced_days_ago)
    with runtime.database.transaction() as session:
        api = apis.find_api(session, planned.api)
        method, path = planned.operation.split()
        made = plan_and_announce(
            session,
            operation_id=apis.operation_named(session, api, f"{method} {base_path}{path}").id,
            reason=planned.reason,
            replacement=planned.replacement,
            documentation=planned.documentation,
            deprecated_on=(now + timedelta(days=planned.deprecated_in_days)).date(),
            sunset_on=(now + timedelta(days=planned.sunset_in_days)).date(),
            zone=_ZONE,
            by=BY,
            now=announced_at,
        )
        for at in (made.deprecated_at, made.sunset_at):
            if at <= now:
                advance(session, at)
