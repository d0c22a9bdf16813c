"""Who a hit says it is, and what of that is kept."""

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from consumers.hit import Hit, Identity
from consumers.identify import NOBODY, canonical, digest, hint, named_by


def hit(*identities: Identity, agent: str = "") -> Hit:
    return Hit(datetime(2026, 11, 22, tzinfo=UTC), "GET", "/", "", 200, identities, agent, 1)


KEY, CLIENT, USER = Identity("api-key", "k"), Identity("client-id", "c"), Identity("user", "u")


def test_the_surest_name_counts() -> None:
    assert named_by(hit(USER, KEY, CLIENT, agent="x/1")) == CLIENT
    assert named_by(hit(USER, KEY, agent="x/1")) == KEY
    assert named_by(hit(USER, agent="x/1")) == USER
    assert named_by(hit(agent="x/1")) == Identity("user-agent", "x")
    assert named_by(hit()) == NOBODY


def test_an_api_may_have_an_order_of_its_own() -> None:
    products_first = {"user-agent": 0, "api-key": 1}
    assert named_by(hit(USER, KEY, agent="x/1"), products_first) == Identity("user-agent", "x")
    assert named_by(hit(USER, KEY), products_first) == KEY
    assert named_by(hit(USER), products_first) == NOBODY
    assert named_by(hit(agent="x/1"), {"user": 0}) == NOBODY


def test_a_digest_is_the_hmac_of_kind_and_value() -> None:
    expected = hmac.new(b"pepper", b"api-key\0k1", hashlib.sha256).hexdigest()
    assert digest("api-key", "k1", b"pepper") == expected
    assert digest("client-id", "k1", b"pepper") != expected
    assert digest("api-key", "k1", b"salt") != expected


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("api-key", "a-long-secret-7f2a", "…7f2a"),
        ("client-id", "a-long-secret-7f2a", "…7f2a"),
        ("api-key", "short-7f2a", "…"),
        ("app-id", "a-long-secret-7f2a", "…7f2a"),
        ("header", "a-long-secret-7f2a", "…7f2a"),
        ("certificate", "CN=acme,O=Acme", "CN=acme,O=Acme"),
        ("user", "acme", "acme"),
        ("user", "a\x00b", "a·b"),
        ("user-agent", "acme-sync", "acme-sync"),
        ("user", "x" * 200, "x" * 80),
        ("none", "", ""),
    ],
)
def test_a_hint_shows_four_characters_of_a_secret_at_most(kind: str, value: str, expected: str) -> None:
    assert hint(kind, value) == expected


def test_a_user_agent_is_known_by_its_first_products_name() -> None:
    assert canonical("user-agent", " acme-sync/2.1 (linux) curl/8 ") == "acme-sync"
    assert canonical("user-agent", "(nothing)") == ""
    assert canonical("api-key", " k/1 ") == "k/1"
