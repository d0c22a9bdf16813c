"""Messages to webhooks, Slack and Teams, as the other side gets them."""

import json
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from sqlalchemy.orm import Session
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.card import Card, Section
from notifications.channels.channel import Channel
from notifications.channels.posting import Post, send
from notifications.claimed import Claimed
from notifications.endpoints import add_endpoint, rotate_secret, signing_secrets
from notifications.errors import EndpointRefused
from notifications.models import Endpoint, Envelope
from notifications.outbox import claim
from notifications.outcome import Failure, Receipt
from tests.notifications.channels.conftest import CARD, EVENT, KEY, PAYLOADS
from tests.support.receiver import Receiver, receiver

Take = Callable[..., Claimed]


@pytest.fixture
def take(
    session: Session, post_one: Callable[..., Envelope], endpoint: Callable[..., Endpoint], now: datetime
) -> Take:
    """Put an envelope for an address of a channel into the outbox, and claim it."""

    def taken(channel: str, payload: object = None, to: Endpoint | None = None) -> Claimed:
        to = to or endpoint(session, channel)
        post_one(session, "key", channel=channel, endpoint_id=to.id, payload=payload or PAYLOADS[channel])
        (claimed,) = claim(session, limit=1, lease_seconds=600, now=now)
        return claimed

    return taken


def test_an_event_is_verified_by_the_standards_own_library(
    session: Session, take: Take, way: Callable[..., Channel], hook: Receiver
) -> None:
    claimed, at = take("webhook"), datetime.now(UTC)
    assert isinstance(way(at=at).send(claimed), Receipt)
    assert isinstance(way(at=at + timedelta(seconds=60)).send(claimed), Receipt)
    secret = signing_secrets(session.get_one(Endpoint, claimed.endpoint.id), KEY, at)  # type: ignore[union-attr]
    first, again = hook.kept
    event = Webhook(secret[0]).verify(first.body, first.headers)
    assert event == {
        "type": "deprecation.notices",
        "timestamp": "2026-11-22T09:00:00Z",
        "data": EVENT["data"],
    }
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != again.headers["webhook-timestamp"]
    Webhook(secret[0]).verify(again.body, again.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret[0]).verify(first.body + b" ", first.headers)


def test_both_secrets_sign_for_a_while_after_a_rotation(
    session: Session,
    endpoint: Callable[..., Endpoint],
    take: Take,
    way: Callable[..., Channel],
    hook: Receiver,
) -> None:
    at, to = datetime.now(UTC), endpoint(session)
    (old,) = signing_secrets(to, KEY, at)
    rotate_secret(session, to, at)
    new, before = signing_secrets(to, KEY, at)
    assert before == old
    assert new != old
    way(at=at).send(take("webhook", to=to))
    for secret in (old, new):
        Webhook(secret).verify(hook.kept[0].body, hook.kept[0].headers)
    assert signing_secrets(to, KEY, at + timedelta(days=14)) == (new,)
    assert len({*signing_secrets(endpoint(session), KEY, at), old, new}) == 3


def test_slack_is_handed_blocks_in_which_nothing_is_markup_of_its_own(
    take: Take, way: Callable[..., Channel], hook: Receiver
) -> None:
    evil = Card(
        "Ends <!channel> & more " + "x" * 200,
        "<@U123> & <https://evil.example|here>",
        tuple(Section(f"*part* {number}", (("Calls", "3 < 4"),), "y" * 4000) for number in range(60)),
        (("Answer | now", "https://sundial.example.com/your/a|b&c"),),
        "<foot>",
    )
    assert isinstance(way("slack").send(take("slack", evil.as_json())), Receipt)
    message = json.loads(hook.kept[0].body)
    blocks = message["blocks"]
    assert len(blocks) == 50
    assert blocks[0]["text"]["type"] == "plain_text"
    assert len(blocks[0]["text"]["text"]) == 150
    assert blocks[1]["text"]["text"] == "&lt;@U123&gt; &amp; &lt;https://evil.example|here&gt;"
    assert message["text"].startswith("Ends &lt;!channel&gt; &amp; more")
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert max(map(len, texts)) == 3000
    assert texts[1].startswith("*∗part∗ 0*\n*Calls:* 3 &lt; 4\n")
    assert texts[-1] == "<https://sundial.example.com/your/a%7Cb&amp;c|Answer ¦ now>"
    assert blocks[-1]["elements"][0]["text"] == "&lt;foot&gt;"
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)


def test_teams_is_handed_a_card_of_plain_runs_that_a_workflow_takes(
    take: Take, way: Callable[..., Channel], hook: Receiver
) -> None:
    long = replace(CARD, lead="[x](https://evil.example) **b**", sections=CARD.sections * 200)
    hook.way, hook.said = "202", b""
    assert isinstance(way("teams").send(take("teams", long.as_json())), Receipt)
    body = hook.kept[0].body
    assert len(body) < 28 * 1024
    message = json.loads(body)
    (attachment,) = message["attachments"]
    card = attachment["content"]
    assert (message["type"], attachment["contentType"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
    )
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert card["body"][1]["inlines"][0]["text"] == "[x](https://evil.example) **b**"
    parts = [part for one in card["body"] for part in one.get("items", [one])]
    assert {part["type"] for part in parts} == {"RichTextBlock"}, "a TextBlock would read Markdown"
    assert card["actions"][0]["url"] == "https://sundial.example.com/your/abc"


def test_no_redirect_is_followed_and_no_more_than_the_beginning_of_a_reply_is_read(
    take: Take, way: Callable[..., Channel], hook: Receiver
) -> None:
    hook.way, hook.headers, hook.said = "301", {"Location": hook.url("/elsewhere")}, b"x" * 5_000_000
    outcome = way().send(take("webhook"))
    assert isinstance(outcome, Failure)
    assert outcome.is_about_recipient
    assert len(outcome.detail) < 1000
    assert [one.path for one in hook.kept] == ["/webhook"]


def test_no_private_address_is_connected_to_unless_that_is_allowed(
    take: Take, way: Callable[..., Channel], hook: Receiver
) -> None:
    outcome = way(allow_private=False).send(take("webhook"))
    assert isinstance(outcome, Failure)
    assert "SUNDIAL_CHANNEL_PRIVATE_ADDRESSES" in outcome.detail
    assert hook.kept == []


def test_the_name_goes_into_the_request_though_an_address_is_connected_to(
    hook: Receiver, now: datetime
) -> None:
    post = Post(hook.url("/a?b=c", host="localhost"), b"{}", {}, 5, allow_private=True)
    assert isinstance(send(post, now), Receipt)
    assert hook.kept[0].headers["host"] == f"localhost:{hook.port}"
    assert hook.kept[0].path == "/a?b=c"


@pytest.mark.parametrize(("named", "arrives"), [("localhost", True), ("elsewhere.example.com", False)])
def test_tls_is_for_the_name_that_was_given(named: str, arrives: bool, now: datetime, tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(named).configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with receiver(context) as running:
        address = running.url(host="localhost").replace("http:", "https:")
        outcome = send(Post(address, b"{}", {}, 5, True, str(tmp_path / "ca.pem")), now)
        assert isinstance(outcome, Receipt) == arrives
        assert len(running.kept) == arrives
    if isinstance(outcome, Failure):
        assert "certificate" in outcome.detail


def test_an_address_sealed_with_another_key_is_off_and_says_why(
    take: Take, way: Callable[..., Channel], hook: Receiver
) -> None:
    outcome = way(key=b"f" * 32).send(take("webhook"))
    assert isinstance(outcome, Failure)
    assert outcome.is_about_recipient
    assert "secret key has changed" in outcome.detail


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://hooks.example.com/a", "https://"),
        ("https://127.0.0.1/a", "SUNDIAL_CHANNEL_PRIVATE_ADDRESSES"),
        ("https://[::ffff:10.0.0.1]/a", "SUNDIAL_CHANNEL_PRIVATE_ADDRESSES"),
        ("https://localhost/a", "SUNDIAL_CHANNEL_PRIVATE_ADDRESSES"),
        ("https://user:secret@hooks.example.com/a", "user"),
        ("https://hooks.example.com/a#b", "fragment"),
        ("https://hooks.example.com/a b", "blanks"),
        ("https:///a", "https://host/path"),
        ("https://bücher.example/a", "ASCII"),
        ("https://hooks.example.com:99999/a", "no address"),
        ("https://hooks.example.com/" + "a" * 2000, "https://host/path"),
        ("javascript:alert(1)", "https://host/path"),
    ],
)
def test_an_address_that_nothing_would_be_posted_to_is_refused(
    session: Session, now: datetime, address: str, said: str
) -> None:
    with pytest.raises(EndpointRefused, match=said.replace("(", r"\(")):
        add_endpoint(session, channel="webhook", address=address, key=KEY, allow_private=False, now=now)


def test_an_address_stands_nowhere_in_clear(session: Session, now: datetime) -> None:
    address = "https://hooks.slack.com/services/T0/B0/verysecretpart"
    made = add_endpoint(session, channel="slack", address=address, key=KEY, allow_private=False, now=now)
    assert made.hint == "hooks.slack.com/…part"
    assert "verysecret" not in " ".join(
        str(getattr(made, column.key)) for column in Endpoint.__table__.columns
    )
