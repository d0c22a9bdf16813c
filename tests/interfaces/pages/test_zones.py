"""The time zone that somebody reads times in."""

import pytest
from flask import Flask

from access import people
from interfaces.runtime import Runtime
from tests.interfaces.pages.conftest import Visitor, words


def zone(visitor: Visitor) -> str:
    with visitor.runtime.database.reading() as session:
        return people.find_by_email(session, "mara@example.com").zone


def test_times_are_told_in_utc_until_somebody_chooses_otherwise(visitor: Visitor) -> None:
    page = visitor.get("/account")
    assert "22 Nov 2026, 09:41 UTC" in words(page)
    assert ">UTC</a></span>" in page.partition("<footer")[2]
    assert "title=" not in page.partition("<main")[2]


def test_a_chosen_zone_holds_on_every_page_and_utc_stays_in_the_title(visitor: Visitor) -> None:
    page = visitor.act("/account/zone", zone=" Asia/Kolkata ")
    assert "Pages tell you times in Asia/Kolkata now." in words(page)
    stamp = ' title="22 Nov 2026, 09:41 UTC">22 Nov 2026, 15:11 IST</time>'
    for path in ("/account", "/audit", "/people"):
        page = visitor.get(path)
        assert stamp in page
        assert ">Asia/Kolkata</a></span>" in page.partition("<footer")[2]


def test_a_zone_is_its_chooser_s_alone_and_programs_are_told_utc(
    visitor: Visitor, web: Flask, runtime: Runtime
) -> None:
    visitor.act("/account/zone", zone="Asia/Kolkata")
    tom = Visitor(web.test_client(), runtime).sign_in("tom@example.com")
    assert "09:41 UTC" in words(tom.get("/account"))
    assert visitor.client.get("/api/v1/users").get_json()["items"][0]["created_at"] == "2026-11-22T09:41:00Z"


def test_a_day_is_that_of_the_reader_s_calendar(visitor: Visitor) -> None:
    visitor.act("/apis/new", slug="orders", name="Orders")
    assert "Sunday 22 Nov 2026" in words(visitor.get("/"))
    visitor.act("/account/zone", zone="Pacific/Pago_Pago")
    assert "Saturday 21 Nov 2026" in words(visitor.get("/"))


@pytest.mark.parametrize(
    "asked", ["", "Mars/Olympus", "../../etc/passwd", "Europe", "/etc/localtime", "x" * 300]
)
def test_what_is_no_zone_is_refused_beside_its_field(visitor: Visitor, asked: str) -> None:
    refused = visitor.send("/account/zone", zone=asked)
    assert refused.status_code == 422
    assert "is no time zone: use an IANA name such as Europe/Berlin" in refused.text
    assert zone(visitor) == "UTC"


def test_a_refused_zone_is_shown_as_it_is_and_never_as_markup(visitor: Visitor) -> None:
    refused = visitor.send("/account/zone", zone='"><b>Berlin')
    assert "<b>Berlin" not in refused.text
    assert "&lt;b&gt;Berlin" in refused.text


def test_whoever_is_not_signed_in_is_told_utc(stranger: Visitor) -> None:
    assert "<span>Times in UTC</span>" in stranger.get("/sign-in")
