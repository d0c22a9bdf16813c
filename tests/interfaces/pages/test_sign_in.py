from datetime import timedelta

import pytest

from access.audit import trail
from access.models import BrowserSession, SignInLink
from access.users import add_user, sign_in_link
from tests.interfaces.pages.conftest import NOW, Visitor


@pytest.fixture
def link(stranger: Visitor) -> str:
    with stranger.runtime.database.transaction() as session:
        user = add_user(session, email="mara@example.com", name="Mara", is_administrator=True, now=NOW)
        return f"/sign-in/{sign_in_link(session, user, NOW)}"


def test_a_mail_scanner_that_opens_a_link_does_not_use_it_up(stranger: Visitor, link: str) -> None:
    stranger.get(link)
    with stranger.runtime.database.reading() as session:
        assert session.query(SignInLink).one().used_at is None
    assert stranger.send(link, token_from=link).status_code == 302
    assert "mara@example.com" in stranger.get("/account")


def test_a_link_signs_in_only_once(stranger: Visitor, link: str) -> None:
    stranger.send(link, token_from=link)
    stranger.act("/sign-out")
    answer = stranger.send(link, token_from=link)
    assert answer.status_code == 410
    assert "used before" in answer.get_data(as_text=True)


def test_a_link_without_the_token_of_its_form_is_refused_and_stays_unused(
    stranger: Visitor, link: str
) -> None:
    assert stranger.client.post(link).status_code == 400
    with stranger.runtime.database.reading() as session:
        assert session.query(SignInLink).one().used_at is None


def test_a_browser_that_signed_in_goes_where_it_wanted_to(stranger: Visitor, link: str) -> None:
    answer = stranger.client.get("/apis?page=2")
    stranger.client.get(answer.headers["Location"])
    assert stranger.send(link, token_from=link).headers["Location"] == "/apis?page=2"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example.com/", "//evil.example.com", "/\\evil.example.com"]
)
def test_no_link_leads_to_another_host(stranger: Visitor, link: str, elsewhere: str) -> None:
    stranger.client.get("/sign-in", query_string={"next": elsewhere})
    assert stranger.send(link, token_from=link).headers["Location"] == "/"


def test_signing_in_is_written_down(stranger: Visitor, link: str) -> None:
    stranger.send(link, token_from=link)
    with stranger.runtime.database.reading() as session:
        assert next(entry.action for entry in trail(session).items) == "signed in"


def test_signing_out_ends_the_session_on_the_server(visitor: Visitor) -> None:
    visitor.act("/sign-out")
    with visitor.runtime.database.reading() as session:
        assert session.query(BrowserSession).one().ended_at == NOW
        assert [entry.action for entry in trail(session).items] == ["signed out"]
    assert visitor.client.get("/").status_code == 302


def test_the_page_of_a_link_is_kept_by_no_browser(stranger: Visitor, link: str) -> None:
    assert stranger.client.get(link).cache_control.no_store


def test_a_session_can_be_ended_from_another_browser(visitor: Visitor) -> None:
    other = Visitor(visitor.client.application.test_client(), visitor.runtime)
    with visitor.runtime.database.transaction() as session:
        mine = session.query(BrowserSession).one()
        session.add(
            BrowserSession(
                user_id=mine.user_id,
                digest="0" * 64,
                browser="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                created_at=NOW,
                last_seen_at=NOW,
                expires_at=NOW + timedelta(days=1),
            )
        )
    assert "Firefox on Linux" in visitor.get("/account")
    assert "Firefox on Linux" not in visitor.act("/account/sessions/end-others")
    assert other.client.get("/account").status_code == 302
