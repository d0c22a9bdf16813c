"""The page behind the mails' links: the link is the key, a GET only shows, a POST acts."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from consumers.models import Consumer, Contact
from deprecations.answer_links import answer_secret
from deprecations.notice_models import Answer
from deprecations.notices import notices, plan_notices
from deprecations.packing import pack
from interfaces.mail import answer_key, deliver_due, desk
from notifications.mailbox_reader import list_mails
from notifications.models import Envelope
from registry.models import Operation
from tests.interfaces.pages.conftest import NOW, Visitor, words
from tests.support.factories_deprecations import (
    make_api,
    make_consumer,
    make_contact,
    make_operation,
    make_plan,
    make_usage,
)

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def reader(stranger: Visitor) -> Visitor:
    """A browser that isn't signed in, of a contact whose consumer calls what ends."""
    with stranger.runtime.database.transaction() as session:
        operation = make_operation(session, make_api(session))
        consumer = make_consumer(session)
        make_contact(session, consumer)
        make_usage(session, consumer, operation, NOW - timedelta(days=1), calls=1234)
        make_plan(session, operation, now=NOW - timedelta(hours=1), reason=f"Because {EVIL}")
        plan_notices(session, NOW)
        pack(session, desk=desk(stranger.runtime), now=NOW)
    return stranger


def link(reader: Visitor) -> str:
    with reader.runtime.database.reading() as session:
        found = re.search(r"/your/\S+", session.scalars(select(Envelope)).one().text)
    assert found
    return found[0]


def said(reader: Visitor, status: int = 200, **fields: str) -> str:
    answer = reader.client.post(f"{link(reader)}/1", data=fields, follow_redirects=True)
    assert answer.status_code == status, answer.text
    return words(answer.text)


def answers(reader: Visitor) -> list[tuple[str, str | None, str]]:
    with reader.runtime.database.reading() as session:
        rows = session.scalars(select(Answer).order_by(Answer.id))
        return [(row.kind, str(row.on) if row.on else None, row.words) for row in rows]


def test_the_link_of_a_mail_shows_live_figures_without_signing_in(reader: Visitor) -> None:
    answer = reader.client.get(link(reader))
    page = words(answer.text)
    for fact in (
        "Acme Sync: what ends, and when",
        "GET /v1/orders/{id}",
        "1,234 in the last 30 days",
        "Wed 30 Jun 2027, until 23:59:59 UTC",
        "the credential …7f2a",
        "GET /v2/orders/{id}",
        "Gone from Thu 1 Jul 2027, 00:00 UTC",
        "Whom to ask Orders team <orders-team@example.com>",
    ):
        assert fact in page
    assert EVIL not in answer.text
    assert ">Mailbox" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_showing_changes_nothing(reader: Visitor) -> None:
    for path in (link(reader), f"{link(reader)}/1", f"{link(reader)}/mute"):
        reader.client.get(path)
    assert answers(reader) == []


def test_somebody_takes_care_by_a_day(reader: Visitor) -> None:
    assert "done by Mon 1 Mar 2027" in said(reader, kind="acknowledged", on="2027-03-01")
    assert "taken care of by Mon 1 Mar 2027" in words(reader.client.get(link(reader)).text)
    assert answers(reader) == [("acknowledged", "2027-03-01", "")]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"kind": "acknowledged"}, "Choose a day"),
        ({"kind": "acknowledged", "on": "2026-11-01"}, "is over already"),
        ({"kind": "acknowledged", "on": "2027-07-01"}, "ask for more time"),
        ({"kind": "acknowledged", "on": "soon"}, "is no day"),
        ({"kind": "more-time", "on": "2027-03-01", "words": "x"}, "You have until Wed 30 Jun 2027 already"),
        ({"kind": "more-time", "on": "2027-09-01"}, "Say why"),
        ({"kind": "more-time", "on": "9999-12-31", "words": "x"}, "up to Sun 1 Jul 2029"),
        ({"kind": "not-mine", "words": "nobody"}, "is no e-mail address"),
        ({"kind": "shout"}, "is no answer"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_nowhere(
    reader: Visitor, fields: dict[str, str], message: str
) -> None:
    assert message in said(reader, 422, **fields)
    assert answers(reader) == []


def test_more_time_is_asked_for_and_shown_to_the_team(reader: Visitor) -> None:
    assert "the last day stays Wed 30 Jun 2027" in said(
        reader, kind="more-time", on="2027-09-30", words=f"A release {EVIL}"
    )
    team = reader.sign_in().get("/answers")
    assert "More time , 30 Sep 2027" in words(team)
    assert EVIL not in team


def test_somebody_else_is_named_and_told(reader: Visitor) -> None:
    assert "kim@example.com is told from now on" in said(reader, kind="not-mine", words="kim@example.com")
    with reader.runtime.database.transaction() as session:
        plan_notices(session, NOW)
        told = {one.contact.email for one in notices(session, state="due").items if one.contact}
        kim = session.scalars(select(Contact).where(Contact.email == "kim@example.com")).one()
    assert "kim@example.com" in told
    secret = answer_secret(answer_key(reader.runtime), kim.id, NOW)
    assert "dana@example.com said that you look after it" in words(reader.client.get(f"/your/{secret}").text)
    assert "said that you look after it" not in words(reader.client.get(link(reader)).text)
    assert "is told already" in said(reader, kind="not-mine", words="kim@example.com")
    with reader.runtime.database.transaction() as session:
        pack(session, desk=desk(reader.runtime), now=NOW + timedelta(days=1))
        mail = session.scalars(select(Envelope).where(Envelope.recipient == "kim@example.com")).one()
    assert "dana@example.com told us that it isn’t theirs and that you look after" in mail.text


def test_a_link_names_ten_contacts_at_most(reader: Visitor) -> None:
    for number in range(9):
        said(reader, kind="not-mine", words=f"kim{number}@example.com")
    assert "many contacts already" in said(reader, 422, kind="not-mine", words="lee@example.com")


def test_a_claim_to_have_moved_is_checked_against_the_traffic(reader: Visitor) -> None:
    page = reader.client.post(f"{link(reader)}/1", data={"kind": "moved"}, follow_redirects=True).text
    assert "Not seen yet: the last call came on Sat 21 Nov 2026, 09:41 UTC, by …7f2a" in words(page)
    assert "where no call follows, it counts from Sat 28 Nov 2026, 09:41 UTC" in words(page)
    assert 'class="note warn"' in page
    assert 'class="note good"' not in page
    ((_, _, kept),) = answers(reader)
    assert kept.startswith("not yet seen: the last call came Sat 21 Nov")


def test_fewer_reminders_are_never_none(reader: Visitor) -> None:
    said(reader, kind="muted")
    with reader.runtime.database.transaction() as session:
        consumer = session.scalars(select(Consumer).where(Consumer.slug == "acme-sync")).one()
        operation = session.scalars(select(Operation)).one()
        for days in (90, 30, 14, 7, 1, 0):
            at = NOW.replace(year=2027, month=6, day=30) - timedelta(days=days)
            make_usage(session, consumer, operation, at)
            pack(session, desk=desk(reader.runtime), now=at)
        rows = notices(session, consumer_id=consumer.id).items
    told = [row.milestone for row in rows if row.envelope_key]
    assert told == ["announced", "t-1", "sunset"]
    reasons = {row.dropped_because for row in rows if row.dropped_because}
    assert reasons == {"its reader asked for fewer reminders"}


def test_an_answer_leads_to_a_page_that_can_be_loaded_again(reader: Visitor) -> None:
    answer = reader.client.post(f"{link(reader)}/1", data={"kind": "muted"})
    assert (answer.status_code, answer.location) == (303, f"{link(reader)}/1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Reminders stop" in words(reader.client.get(answer.location).text)
    again = reader.client.get(answer.location)
    assert (again.status_code, "Reminders stop" in words(again.text)) == (200, False)
    assert len(answers(reader)) == 1


def test_a_refused_answer_keeps_what_was_typed(reader: Visitor) -> None:
    for fields in (
        {"kind": "more-time", "on": "2027-03-01", "words": "Our release & theirs"},
        {"kind": "acknowledged", "on": "2027-07-01"},
        {"kind": "not-mine", "words": "kim at home"},
    ):
        page = reader.client.post(f"{link(reader)}/1", data=fields).text
        for text in [*fields.values()][1:]:
            assert page.count(f'value="{text.replace("&", "&amp;")}"') == 1
        assert page.count('<details class="confirm" open>') == 1


def test_whoever_opens_the_address_to_unsubscribe_sees_a_button(reader: Visitor) -> None:
    for language, words_of_it in (("en", "Fewer reminders for everything"), ("de", "Weniger Erinnerungen")):
        reader.client.post(f"{link(reader)}/language", data={"language": language})
        page = reader.client.get(f"{link(reader)}/mute")
        assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
        assert f'action="{link(reader)}/mute"' in page.text
        assert words_of_it in words(page.text)
    assert english_in(page.text) == []
    assert answers(reader) == []


def test_no_log_has_a_readers_link(reader: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    secret = link(reader).rpartition("/")[2]
    caplog.clear()
    with caplog.at_level("INFO"):
        for path in ("", "/mute", "/1", "/1/", "/nothing/there"):
            for prefix in ("/your/", "/sign-in/", "/YOUR/"):
                reader.client.get(f"{prefix}{secret}{path}")
                reader.client.put(f"{prefix}{secret}{path}")
    lines = [str(one.msg) for one in caplog.records]
    assert sum("'event': 'request'" in line for line in lines) >= 30
    assert secret not in " ".join(lines)


def test_one_click_from_a_mail_program_mutes_once(reader: Visitor) -> None:
    for _ in range(3):
        answer = reader.client.post(f"{link(reader)}/mute", data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert answers(reader) == [("muted", None, "")]


def test_a_link_that_is_forged_or_too_old_opens_nothing(reader: Visitor) -> None:
    whole = link(reader)
    key = answer_key(reader.runtime)
    old = answer_secret(key, 1, NOW - timedelta(days=181))
    foreign = answer_secret(b"another key", 1, NOW)
    for secret in (whole[6:-2], whole[6:] + "x", old, foreign, "x", "."):
        assert reader.client.get(f"/your/{secret}").status_code == 404
        assert reader.client.post(f"/your/{secret}/1", data={"kind": "muted"}).status_code == 404
        assert reader.client.post(f"/your/{secret}/mute").status_code == 404
    assert answers(reader) == []


def test_a_link_answers_for_its_own_consumer_alone(reader: Visitor) -> None:
    with reader.runtime.database.transaction() as session:
        other = make_contact(session, make_consumer(session, "other"), "lee@example.com")
    secret = answer_secret(answer_key(reader.runtime), other.id, NOW)
    assert "Nothing of yours ends" in reader.client.get(f"/your/{secret}").text
    answer = reader.client.post(f"/your/{secret}/1", data={"kind": "muted"})
    assert answer.status_code == 422
    assert "This ending doesn't concern you any more." in words(answer.text).replace("’", "'")
    assert answers(reader) == []


@pytest.mark.slow
def test_a_flood_of_answers_is_stopped(reader: Visitor) -> None:
    for _ in range(50):
        said(reader, kind="muted")
    said(reader, 422, kind="muted")
    with reader.runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Answer)) == 50


def test_the_headers_for_one_click_are_there_over_https_alone(reader: Visitor) -> None:
    deliver_due(reader.runtime, lambda: False)
    folder = reader.runtime.settings.data_dir.resolve() / "mailbox"
    (mail,) = list_mails(folder).items
    raw = (folder / "new" / mail.id).read_text()
    assert "List-Unsubscribe" not in raw


def test_mails_are_written_in_the_language_that_their_reader_chose(reader: Visitor) -> None:
    answer = reader.client.post(f"{link(reader)}/language", data={"language": "de"}, follow_redirects=True)
    assert "Diese Seite und Ihre Mails sind ab jetzt auf Deutsch." in words(answer.text)
    assert reader.client.post(f"{link(reader)}/language", data={"language": "xx"}).status_code == 422
    at = NOW.replace(year=2027, month=6, day=16)
    with reader.runtime.database.transaction() as session:
        consumer = session.scalars(select(Consumer).where(Consumer.slug == "acme-sync")).one()
        make_usage(session, consumer, session.scalars(select(Operation)).one(), at - timedelta(hours=2), 2345)
        pack(session, desk=desk(reader.runtime), now=at)
        mail = session.scalars(select(Envelope).order_by(Envelope.id.desc())).first()
    assert mail is not None
    assert mail.subject == "Handeln bis Mi 30. Juni 2027: Acme Sync nutzt GET /v1/orders/{id}"
    text = " ".join(mail.text.split())
    for fact in (
        "Guten Tag Dana",
        "GET /v1/orders/{id} endet in 14 Tagen",
        "Mi 30. Juni 2027, bis 23:59:59 UTC",
        "kamen 2.345 Aufrufe von Ihnen, der letzte am Mi 16. Juni 2027",
        "Zugangskennung …7f2a, Programm acme-sync/2.1",
        "Rufen Sie stattdessen GET /v2/orders/{id} auf.",
    ):
        assert fact in text
    assert '<html lang="de">' in mail.html
    english = ("You ", "Hello", "last day", "Call ", "Whom", "There is")
    assert not [word for word in english if word in text.replace(EVIL, "")]


ENGLISH = re.compile(r"\b(the|you|your|is|are|not|until|last|more|calls?|and|by|to|of|answer|choose)\b", re.I)


def english_in(page: str) -> list[str]:
    """Find what is left in English beside the facts that the API's team wrote."""
    shown = words(page).replace(EVIL, "").replace("Because", "").replace("English", "")
    return ENGLISH.findall(shown)


GERMAN = [
    ({"kind": "acknowledged", "on": "2027-03-01"}, "Sie wollen bis Mo 1. März 2027 fertig sein"),
    ({"kind": "acknowledged", "on": "2026-11-01"}, "So 1. Nov. 2026 ist schon vorbei"),
    ({"kind": "acknowledged", "on": "2027-07-01"}, "Es endet am Mi 30. Juni 2027"),
    ({"kind": "acknowledged", "on": "bald"}, "„bald“ ist kein Tag"),
    ({"kind": "more-time", "on": "2027-03-01", "words": "x"}, "Sie haben ohnehin Zeit bis Mi 30. Juni"),
    ({"kind": "more-time", "on": "2027-09-01"}, "Bitte sagen Sie, warum"),
    ({"kind": "more-time", "on": "2027-09-01", "words": "Umbau"}, "Das Team der API entscheidet"),
    ({"kind": "not-mine", "words": "niemand"}, "„niemand“ ist keine E-Mail-Adresse"),
    ({"kind": "not-mine", "words": "kim@example.com"}, "kim@example.com wird ab jetzt benachrichtigt"),
    ({"kind": "not-mine"}, "wer sich darum kümmert"),
    ({"kind": "moved"}, "Noch nicht zu sehen: Der letzte Aufruf kam am Sa 21. Nov. 2026"),
    ({"kind": "muted"}, "Erinnerungen hören auf"),
    ({"kind": "unmuted"}, "Erinnerungen kommen wieder"),
    ({"kind": ""}, "ist keine Antwort"),
]


def test_the_page_of_a_german_reader_is_german_forms_and_errors_too(reader: Visitor) -> None:
    reader.client.post(f"{link(reader)}/language", data={"language": "de"})
    kinds = "acknowledged, more-time, not-mine, moved, muted, unmuted"
    for fields, said_in_german in GERMAN:
        page = reader.client.post(f"{link(reader)}/1", data=fields, follow_redirects=True).text
        assert said_in_german in words(page)
        assert '<html lang="de">' in page
        assert "Zum Inhalt springen" in page
        assert english_in(page.replace(kinds, "")) == []


def test_a_link_that_opens_nothing_says_so_in_the_browsers_language(reader: Visitor) -> None:
    answer = reader.client.get("/your/x", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"})
    assert answer.status_code == 404
    assert "Dieser Link ist nicht vollständig" in words(answer.text)
    assert "This link is not whole" in words(reader.client.get("/your/x").text)
    old = answer_secret(answer_key(reader.runtime), 1, NOW - timedelta(days=181))
    assert "has expired" in words(reader.client.get(f"/your/{old}").text)
    gone = answer_secret(answer_key(reader.runtime), 99, NOW)
    assert "no contact here any more" in words(reader.client.get(f"/your/{gone}").text)
