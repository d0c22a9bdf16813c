import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from access import people, sessions, users
from access.errors import AccessError, Conflict, UserNotFound
from access.models import User
from storage.transactions import Database

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def _add(session: Session, name: str, *, is_administrator: bool = False) -> User:
    email = f"{name.lower()}@example.com"
    return users.add_user(session, email=email, name=name, is_administrator=is_administrator, now=NOW)


def _begin(session: Session, user: User) -> str:
    return sessions.begin(session, user, browser="Firefox", lifetime=DAY, now=NOW)


def _current(session: Session, secret: str) -> User | None:
    found = sessions.current(session, secret, idle=DAY, now=NOW)
    return found.user if found else None


def test_people_are_listed_by_name_and_those_who_are_disabled_last(session: Session) -> None:
    for name in ("Tom", "Ada", "Mara"):
        _add(session, name)
    people.disable(session, people.find_by_email(session, "ada@example.com"), NOW)
    assert [one.name for one in people.people(session).items] == ["Mara", "Tom", "Ada"]


def test_people_are_found_by_their_address_in_any_case(session: Session) -> None:
    tom = _add(session, "Tom")
    assert people.find_by_email(session, " Tom@Example.COM") is tom
    with pytest.raises(UserNotFound, match="nobody here"):
        people.find_by_email(session, "kim@example.com")


@pytest.mark.parametrize(
    "email", ["tom", "@example.com", "tom@", "a b@c", "a@b@c", "a\u202e@c", "x" * 65 + "@c", "c@" + "x" * 190]
)
def test_what_is_no_address_adds_nobody(session: Session, email: str) -> None:
    with pytest.raises(AccessError, match="no e-mail address"):
        users.add_user(session, email=email, name="Tom", is_administrator=False, now=NOW)


def test_an_address_belongs_to_one_person(session: Session) -> None:
    _add(session, "Tom")
    with pytest.raises(Conflict, match="is a user already"):
        users.add_user(session, email="TOM@example.com", name="Thomas", is_administrator=False, now=NOW)
    assert users.user_count(session) == 1


def test_whoever_is_disabled_is_out_at_once_and_no_link_of_theirs_works(session: Session) -> None:
    tom, mara = _add(session, "Tom"), _add(session, "Mara")
    browser, other = _begin(session, tom), _begin(session, mara)
    link = users.sign_in_link(session, tom, NOW)
    assert people.disable(session, tom, NOW)
    assert _current(session, browser) is None
    assert _current(session, other) is mara
    assert users.redeem(session, link, NOW) is None
    with pytest.raises(Conflict, match="enable them first"):
        users.renew_link(session, tom, NOW)
    assert not people.disable(session, tom, NOW)


def test_whoever_is_enabled_again_needs_a_new_link(session: Session) -> None:
    tom = _add(session, "Tom")
    browser, link = _begin(session, tom), users.sign_in_link(session, tom, NOW)
    people.disable(session, tom, NOW)
    assert people.enable(session, tom, NOW)
    assert not people.enable(session, tom, NOW)
    assert _current(session, browser) is None
    assert users.redeem(session, link, NOW) is None
    assert users.redeem(session, users.renew_link(session, tom, NOW), NOW) is tom


def test_a_new_link_ends_the_lost_one_and_nobody_else_s(session: Session) -> None:
    tom, mara = _add(session, "Tom"), _add(session, "Mara")
    lost, hers = users.sign_in_link(session, tom, NOW), users.sign_in_link(session, mara, NOW)
    new = users.renew_link(session, tom, NOW)
    assert users.redeem(session, lost, NOW) is None
    assert users.redeem(session, new, NOW) is tom
    assert users.redeem(session, hers, NOW) is mara


@pytest.mark.parametrize("act", [people.demote, people.disable])
def test_the_last_administrator_who_may_come_in_stays(session: Session, act: people.Verb) -> None:
    mara, tom = (_add(session, name, is_administrator=True) for name in ("Mara", "Tom"))
    assert people.disable(session, tom, NOW)
    with pytest.raises(Conflict, match="the only administrator"):
        act(session, mara, NOW)
    assert (mara.is_administrator, mara.disabled_at) == (True, None)
    people.enable(session, tom, NOW)
    assert act(session, mara, NOW)


def test_the_first_administrator_is_one_who_may_come_in(session: Session) -> None:
    mara, tom = (_add(session, name, is_administrator=True) for name in ("Mara", "Tom"))
    people.disable(session, mara, NOW)
    assert users.administrator(session, email="new@example.com", now=NOW) is tom


def test_who_is_no_administrator_is_made_one_and_unmade_once(session: Session) -> None:
    _add(session, "Mara", is_administrator=True)
    tom = _add(session, "Tom")
    assert [people.promote(session, tom, NOW), people.promote(session, tom, NOW)] == [True, False]
    assert [people.demote(session, tom, NOW), people.demote(session, tom, NOW)] == [True, False]


def test_when_somebody_was_last_seen_is_told_of_their_latest_browser(session: Session) -> None:
    mara, tom = _add(session, "Mara"), _add(session, "Tom")
    for hours in (1, 3, 2):
        sessions.begin(session, mara, browser="Firefox", lifetime=DAY, now=NOW + timedelta(hours=hours))
    assert sessions.last_seen(session, [mara.id, tom.id]) == {mara.id: NOW + timedelta(hours=3)}


def test_two_administrators_who_disable_each_other_at_once_leave_one(database: Database) -> None:
    with database.transaction() as session:
        both = [_add(session, name, is_administrator=True).id for name in ("Mara", "Tom")]
    start = threading.Barrier(2)

    def disable(user_id: int) -> bool:
        start.wait()
        with database.transaction() as session:
            return people.disable(session, people.find_user(session, user_id), NOW)

    def enable_both() -> None:
        with database.transaction() as session:
            for user_id in both:
                people.enable(session, people.find_user(session, user_id), NOW)

    with ThreadPoolExecutor(2) as pool:
        for _time in range(20):
            refused = [work.exception() for work in [pool.submit(disable, user_id) for user_id in both]]
            assert sorted(type(one) for one in refused if one) == [Conflict]
            enable_both()
