"""The whole loop by page, by API and by command: whichever way it is told, the same rows are there."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from deprecations.dates_in_words import day
from notifications.models import Envelope
from registry.models import Delivery
from storage.transactions import Database
from tests.support import loop, loop_rows
from tests.support.hands import Hands, Verdict, Webhook
from tests.support.hands_api import HandsApi
from tests.support.hands_command import HandsCommand
from tests.support.hands_page import HandsPage
from tests.support.loop import ACME, ENDING, NOTICE_DAYS, Story
from tests.support.patience import eventually
from tests.support.servers import Server
from tests.support.smtp import Sink
from tests.support.spec_hosts import commit, deliver, github

COMMIT = "c0ffee" * 6 + "c0de"
DOCUMENT = "specs/openapi.yaml"
ACCEPTED, SEEN_BEFORE, UNAUTHORIZED = 202, 200, 401
UNTIL_THE_NEXT_TICK = 90  # seconds: notices are written twice a minute, and the machine may be busy


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return loop.begin(tmp_path / "story", datetime.now(UTC))


@pytest.fixture
def specs(story: Story, tmp_path: Path) -> Path:
    return tmp_path / "repositories" / "parcels"


@pytest.fixture
def pushed(specs: Path) -> str:
    return commit(specs, DOCUMENT, loop.parcels())


@pytest.fixture
def sundial(
    serve: Callable[..., Server], database_url: str, smtp_sink: Sink, specs: Path, pushed: str
) -> Iterator[Server]:
    with github({(DOCUMENT, COMMIT): loop.letters()}) as address:
        yield serve(
            examples="false",
            database_url=database_url,
            smtp_url=f"smtp://127.0.0.1:{smtp_sink.port}?tls=never",
            local_repositories=str(specs.parent),
            github_api=address,
        )


@pytest.fixture(params=["api", "command", pytest.param("page", marks=pytest.mark.browser)])
def hands(request: pytest.FixtureRequest, sundial: Server) -> Iterator[Hands]:
    """Whoever tells the story."""
    yield from _HANDS[request.param](sundial, request)


def _with_scripts(server: Server, request: pytest.FixtureRequest) -> Iterator[Hands]:
    yield HandsPage(server, request.getfixturevalue("page"))
    complaints: list[str] = request.getfixturevalue("console_errors")
    # the console tells of the plan that was refused, as of every answer of that kind
    complaints[:] = [one for one in complaints if "status of 422" not in one]


def _without_scripts(server: Server, request: pytest.FixtureRequest) -> Iterator[Hands]:
    with request.getfixturevalue("browser").new_context(java_script_enabled=False) as context:
        yield HandsPage(server, context.new_page())


_HANDS: dict[str, Callable[[Server, pytest.FixtureRequest], Iterator[Hands]]] = {
    "api": lambda server, _request: iter([HandsApi(server)]),
    "command": lambda server, _request: iter([HandsCommand(server)]),
    "page": _with_scripts,
    "page without scripts": _without_scripts,
}


def test_the_seven_steps_leave_the_same_rows_whichever_way_they_are_taken(
    hands: Hands, story: Story, database: Database, smtp_sink: Sink, specs: Path, pushed: str
) -> None:
    _tell(hands, story, database, smtp_sink, specs, pushed)


@pytest.mark.browser
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("hands", ["page without scripts"], indirect=True)
def test_the_seven_steps_can_be_taken_on_pages_that_run_no_scripts(
    hands: Hands, story: Story, database: Database, smtp_sink: Sink, specs: Path, pushed: str
) -> None:
    _tell(hands, story, database, smtp_sink, specs, pushed)


def _tell(hands: Hands, story: Story, database: Database, smtp_sink: Sink, specs: Path, pushed: str) -> None:
    _publish(hands, story)
    _publish_by_pushes(hands, database, specs, pushed)
    hands.compare("orders", "1.0.0", "2.0.0")  # done already when it was published
    hands.compare("orders", "1.0.0", "2.1.0")
    _use(hands, story)
    _deprecate(hands, story, database)
    assert sorted(hands.headers("orders", "GET", "/orders/17")) == sorted(story.headers)
    assert hands.headers("orders", "GET", "/orders") == []
    _judge(hands)
    _notify(hands, story, database, smtp_sink)
    with database.reading() as session:
        assert loop_rows.rows(session) == story.rows(hands.origin)


def _publish(hands: Hands, story: Story) -> None:
    hands.register("orders", "Orders")
    for file in story.versions:
        assert hands.publish("orders", file)
    assert not hands.publish("orders", story.versions[-1]), "what is there already makes no version"


def _publish_by_pushes(hands: Hands, database: Database, specs: Path, pushed: str) -> None:
    hands.register("parcels", "Parcels")
    hands.register("letters", "Letters")
    git = hands.connect("parcels", "git", str(specs), DOCUMENT)
    hub = hands.connect("letters", "github", "fernwick/letters", DOCUMENT)
    _push(git, "git", pushed)
    _push(hub, "github", COMMIT, delivery="d-1")
    eventually(lambda: _settled(database) == 2)
    assert deliver(hub, "github", COMMIT, delivery="d-2").status_code == ACCEPTED
    eventually(lambda: _settled(database) == 3)


def _push(webhook: Webhook, host: str, revision: str, delivery: str = "") -> None:
    forged = deliver(webhook, host, revision, delivery=delivery, secret="guessed")
    assert (forged.status_code, forged.headers["Content-Type"]) == (UNAUTHORIZED, "application/problem+json")
    assert deliver(webhook, host, revision, delivery=delivery).status_code == ACCEPTED
    assert deliver(webhook, host, revision, delivery=delivery).status_code == SEEN_BEFORE


def _settled(database: Database) -> int:
    with database.reading() as session:
        return session.query(Delivery).filter(Delivery.settled_at.is_not(None)).count()


def _use(hands: Hands, story: Story) -> None:
    unheard = Verdict("not_proven", frozenset({"no-source", "no-plan"}))
    assert hands.verdict("orders", "GET /orders") == unheard
    hands.enrol(ACME)
    hands.count(story.dock_log, "dock", api="parcels")
    for _time in ("first", "again"):
        hands.count(story.edge_log, "edge")
        hands.count(story.gateway_log, "gateway")
    assert hands.callers("orders", ENDING) == {ACME.name: 7}


def _deprecate(hands: Hands, story: Story, database: Database) -> None:
    hands.promise("orders", NOTICE_DAYS)
    refused = hands.announce(story.plan(days=NOTICE_DAYS - 1))
    assert refused is not None
    assert day(story.earliest) in refused, "the message names the earliest legal date"
    with database.reading() as session:
        rows = loop_rows.rows(session)
        assert (rows["plans"], rows["events"]) == ([], [])
    assert hands.announce(story.plan()) is None


def _judge(hands: Hands) -> None:
    for (api, operation), verdict in _VERDICTS.items():
        assert hands.verdict(api, operation) == verdict, operation
    assert "/nowhere" in hands.cannot_judge("orders", "GET /nowhere")


_VERDICTS = {
    ("orders", ENDING): Verdict("unsafe", frozenset({"calls", "promise", "source-gap"})),
    ("orders", "POST /orders"): Verdict(
        "unsafe", frozenset({"calls", "no-plan", "short-silence", "source-gap"})
    ),
    ("orders", "GET /orders"): Verdict("not_proven", frozenset({"source-gap", "no-plan"})),
    ("parcels", "GET /parcels"): Verdict("not_proven", frozenset({"stale-source", "source-gap", "no-plan"})),
}


def _notify(hands: Hands, story: Story, database: Database, smtp_sink: Sink) -> None:
    hands.send_mail()
    (mail,) = smtp_sink.wait_for(1, seconds=UNTIL_THE_NEXT_TICK)
    assert mail.recipients == (ACME.contact,)
    _check_evidence(mail.message, story)
    eventually(lambda: _all_sent(database))
    assert smtp_sink.mails == [mail], "one mail a contact and day, however often it is asked for"


def _check_evidence(message: EmailMessage, story: Story) -> None:
    subject = str(message["Subject"])
    assert ACME.name in subject
    assert ENDING in subject
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        told = " ".join(part.get_content().replace("<wbr>", "").split())
        for fact in ("7 calls", f"{story.called_at:%H:%M}", "…2f7c", "acme-batch", "GET /v2/orders/{id}"):
            assert fact in told, f"the {kind} part tells its reader {fact}"


def _all_sent(database: Database) -> bool:
    with database.reading() as session:
        return {envelope.state for envelope in session.query(Envelope)} == {"sent"}
