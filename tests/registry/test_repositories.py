import hashlib
import hmac
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry import inbox
from registry.errors import RegistryError
from registry.models import SpecRepository
from registry.repositories import connect, is_signed, rotate_secret, webhook_secret
from registry.sources import github
from registry.sources.host import Ignored, Push, Surroundings
from tests.support.factories_registry import NOW, make_api

KEY = b"k" * 32
BODY = b'{"ref": "refs/heads/main"}'
COMMIT = "a" * 40


def _around(local: Path | None = None) -> Surroundings:
    return Surroundings(Path("clones"), local, "https://api.github.example", None)


def _connected(session: Session) -> SpecRepository:
    return connect(
        session,
        make_api(session),
        host="github",
        location="fernwick/specs",
        branch="main",
        path="apis/orders.yaml",
        around=_around(),
        now=NOW,
    )


def _signature(secret: str, body: bytes = BODY) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_body_signed_with_the_secret_is_believed(session: Session) -> None:
    repository = _connected(session)
    assert is_signed(repository, KEY, _signature(webhook_secret(repository, KEY)), BODY)


def test_ten_ways_to_tamper_are_all_refused(session: Session) -> None:
    repository = _connected(session)
    good = _signature(webhook_secret(repository, KEY))
    bad = [
        "",
        "sha256=",
        good.removeprefix("sha256="),
        good.replace("sha256", "sha1"),
        good[:-1],
        good + "0",
        good.upper(),
        good[:-1] + ("0" if good[-1] != "0" else "1"),
        _signature("another secret"),
        _signature(webhook_secret(repository, b"other key" * 4)),
        "sha256=ä" + good[8:],
    ]
    assert not [one for one in bad if is_signed(repository, KEY, one, BODY)]
    assert not is_signed(repository, KEY, good, BODY + b" ")


def test_after_a_rotation_two_secrets_are_live_and_after_the_next_the_oldest_is_dead(
    session: Session,
) -> None:
    repository = _connected(session)
    first = _signature(webhook_secret(repository, KEY))
    rotate_secret(session, repository)
    assert is_signed(repository, KEY, first, BODY)
    rotate_secret(session, repository)
    assert not is_signed(repository, KEY, first, BODY)


def test_a_push_seen_twice_is_one_delivery(session: Session) -> None:
    repository, push = _connected(session), Push("d-1", "main", COMMIT)
    assert (
        inbox.receive(session, repository, push, NOW).id == inbox.receive(session, repository, push, NOW).id
    )
    assert len(inbox.deliveries(session, repository.id)) == 1


def test_a_push_to_another_branch_is_kept_and_asks_for_nothing(session: Session) -> None:
    delivery = inbox.receive(session, _connected(session), Push("d-1", "wip", COMMIT), NOW)
    assert (delivery.state, delivery.outcome) == ("ignored", "a push to wip")
    assert inbox.waiting(session, 10, NOW) == []


def test_a_delivery_that_fails_for_now_comes_again_later_and_in_the_end_no_more(session: Session) -> None:
    repository = _connected(session)
    delivery = inbox.receive(session, repository, Push("d-1", "main", COMMIT), NOW)
    now, tries = NOW, 0
    while tries < 9 and inbox.claim(session, delivery.id, now) is not None:
        tries += 1
        inbox.refuse(session, delivery.id, "GitHub answered 502", permanent=False, now=now)
        assert inbox.claim(session, delivery.id, now) is None
        now += timedelta(hours=3)
    assert tries == 5
    assert inbox.deliveries(session, repository.id)[0].state == "failed"


def test_a_worker_that_died_over_a_delivery_does_not_lose_it(session: Session) -> None:
    delivery = inbox.receive(session, _connected(session), Push("d-1", "main", COMMIT), NOW)
    assert inbox.claim(session, delivery.id, NOW) is not None
    assert inbox.claim(session, delivery.id, NOW) is None
    assert inbox.claim(session, delivery.id, NOW + timedelta(minutes=6)) is not None


def test_github_s_events_other_than_pushes_to_branches_are_ignored_with_a_reason() -> None:
    headers = {"X-GitHub-Delivery": "d", "X-GitHub-Event": "ping"}
    assert github.understand(headers, {}) == Ignored(
        "d", "ping asks for nothing here: only pushes to a branch do"
    )
    headers["X-GitHub-Event"] = "push"
    gone = {"ref": "refs/heads/main", "after": "0" * 40, "deleted": True}
    assert github.understand(headers, gone) == Ignored("d", "the branch was deleted")
    push = github.understand(headers, {"ref": "refs/heads/a/b", "after": COMMIT})
    assert push == Push("d", "a/b", COMMIT)


@pytest.mark.parametrize(
    ("host", "location"),
    [
        ("github", "https://github.com/a/b"),
        ("github", "a/../b"),
        ("git", "/etc"),
        ("git", "ext::sh -c touch% /tmp/x"),
        ("git", "--upload-pack=touch"),
        ("git", "http://example.com/x.git"),
        ("sourcehut", "a/b"),
    ],
)
def test_a_location_this_server_would_not_fetch_from_is_refused(
    session: Session, host: str, location: str
) -> None:
    with pytest.raises(RegistryError):
        connect(
            session,
            make_api(session),
            host=host,
            location=location,
            branch="main",
            path="a.yaml",
            around=_around(),
            now=NOW,
        )


@pytest.mark.parametrize(("branch", "path"), [("", "a"), ("-x", "a"), ("m", "/a"), ("m", "../a"), ("m", "")])
def test_a_path_that_leaves_the_repository_is_refused(session: Session, branch: str, path: str) -> None:
    with pytest.raises(RegistryError, match="from the repository's root"):
        connect(
            session,
            make_api(session),
            host="github",
            location="a/b",
            branch=branch,
            path=path,
            around=_around(),
            now=NOW,
        )
