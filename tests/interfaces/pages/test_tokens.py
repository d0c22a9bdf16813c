import re

from access.audit import trail
from access.models import ApiToken
from access.tokens import find_token
from tests.interfaces.pages.conftest import NOW, Visitor, words

SECRET = re.compile(r"sundial_[\w-]{20,}")


def test_a_token_is_shown_once_and_kept_nowhere(visitor: Visitor) -> None:
    answer = visitor.send("/tokens", name="orders pipeline", scope=["publish", "read"], days="90")
    assert answer.status_code == 302
    shown = visitor.client.get(answer.headers["Location"])
    secret = SECRET.search(shown.get_data(as_text=True))
    assert secret
    assert shown.cache_control.no_store
    assert not SECRET.search(visitor.get("/tokens"))
    with visitor.runtime.database.reading() as session:
        token = find_token(session, secret[0], NOW)
        assert token is not None
        assert token.scopes == "publish read"
        assert secret[0] not in (token.digest, token.hint, token.name)
        assert trail(session).items[0].action == "token made"


def test_a_token_without_a_scope_is_refused_beside_the_form(visitor: Visitor) -> None:
    answer = visitor.send("/tokens", name="orders pipeline")
    assert answer.status_code == 422
    assert "choose at least one scope" in answer.get_data(as_text=True)
    with visitor.runtime.database.reading() as session:
        assert session.query(ApiToken).count() == 0


def test_a_revoked_token_lets_nobody_in(visitor: Visitor) -> None:
    page = visitor.act("/tokens", name="orders pipeline", scope=["read"], days="")
    secret = SECRET.search(page)
    assert secret
    with visitor.runtime.database.reading() as session:
        token = find_token(session, secret[0], NOW)
    assert token is not None
    assert token.expires_at is None
    assert "Revoked" in visitor.act(f"/tokens/{token.id}/revoke")
    with visitor.runtime.database.reading() as session:
        assert find_token(session, secret[0], NOW) is None


def test_loading_the_page_of_a_new_token_again_makes_no_second_one(visitor: Visitor) -> None:
    answer = visitor.send("/tokens", name="orders pipeline", scope=["read"], days="90")
    for _time in ("first", "again"):
        visitor.get(answer.headers["Location"])
    with visitor.runtime.database.reading() as session:
        assert session.query(ApiToken).count() == 1


def test_the_number_of_tokens_is_that_of_those_that_still_let_in(visitor: Visitor) -> None:
    for name in ("one", "two", "three"):
        visitor.act("/tokens", name=name, scope=["read"], days="90")
    with visitor.runtime.database.transaction() as session:
        one, two, _three = session.query(ApiToken).order_by(ApiToken.id)
        one.expires_at = NOW
        ended = two.id
    assert "Tokens 1 " in words(visitor.act(f"/tokens/{ended}/revoke"))
