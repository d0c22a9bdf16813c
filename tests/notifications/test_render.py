"""Mails in words: complete as text, safe and self-contained as HTML."""

from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from jinja2 import UndefinedError

from notifications.errors import UnknownKind
from notifications.render import breakable, kinds, render

if TYPE_CHECKING:
    from playwright.sync_api import Page

ITEM: dict[str, Any] = {
    "operation": "GET /v1/orders/{id}",
    "api": "Orders API",
    "milestone": "t-30",
    "is_done": False,
    "is_whole": True,
    "is_fixed": True,
    "is_extended": False,
    "version": "",
    "windows": [],
    "more_windows": 0,
    "changes": [],
    "more_changes": 0,
    "differs_unknown": False,
    "days_left": 30,
    "moved_from": "",
    "moved_because": "",
    "last_day": "Wed 30 Jun 2027",
    "deprecated_at": "Tue 1 Dec 2026, 00:00 Europe/Berlin (Mon 30 Nov 2026, 23:00 UTC)",
    "sunset_at": "Wed 30 Jun 2027, until 23:59:59 Europe/Berlin (21:59:59 UTC)",
    "gone_at": "Thu 1 Jul 2027, 00:00 Europe/Berlin (Wed 30 Jun 2027, 22:00 UTC)",
    "calls": 18204,
    "calls_text": "18,204",
    "window_days": 30,
    "trend": "down 12 %",
    "last_call": "on Sat 21 Nov 2026, 23:58 UTC",
    "credentials": ["API key …7f2a"],
    "user_agents": ["acme-sync/2.1"],
    "replacement": "GET /v2/orders/{id}",
    "reason": "The field total becomes amount.value.",
    "documentation": "https://docs.example.com/orders/v2",
}


def facts(*items: dict[str, Any], others: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {
        "consumer": {"name": "Acme Sync", "affected_days": 90},
        "contact": {"name": "Dana", "role": "technical", "named_by": "", "is_introduced": False},
        "items": list(items),
        "others": list(others),
        "owners": ["Orders API: orders-team@example.com"],
        "can_reply": True,
        "language": "en",
        "link": "https://sundial.example.com/your/x",
        "base_url": "https://sundial.example.com",
        "first_last_day": "Wed 30 Jun 2027",
    }


def test_the_subject_says_what_to_do_by_when_about_what() -> None:
    subject = render("digest", facts(ITEM)).subject
    assert subject == "Action needed by Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"


def test_what_differs_is_listed_with_how_much_more_there_is_and_its_names_as_code() -> None:
    differs = {"changes": ["Answer 200, `a<b`: is not there."], "more_changes": 12}
    mail = render("digest", facts({**ITEM, **differs}))
    assert "- Answer 200, `a<b`: is not there.\n- And 12 more, on your page.\n" in mail.text
    assert "a&lt;b</code>: is not there." in mail.html
    unknown = render("digest", facts({**ITEM, "differs_unknown": True}))
    assert "- How GET /v2/orders/{id} differs is not known yet: your page shows it" in unknown.text


def test_who_was_named_by_somebody_else_learns_that_first() -> None:
    named = {"name": "Lee", "role": "technical", "named_by": "kim@example.com", "is_introduced": True}
    text = render("digest", {**facts(ITEM), "contact": named}).text
    first = "kim@example.com told us that it isn’t theirs and that you look after Acme Sync"
    assert text.startswith(f"Hello Lee,\n\n{first}")
    assert "You get this mail because kim@example.com said that you look after Acme Sync" in text


def test_a_mail_about_many_operations_counts_them_in_its_subject() -> None:
    subject = render("digest", facts(ITEM, ITEM, others=(ITEM,))).subject
    assert subject == "Action needed by Wed 30 Jun 2027: Acme Sync calls 3 operations that end"


@pytest.mark.parametrize("part", ["text", "html"])
def test_a_mail_holds_everything_its_reader_needs(part: str) -> None:
    mail = render("digest", facts(ITEM))
    words = " ".join(getattr(mail, part).replace("<wbr>", "").split())
    for fact in (
        "GET /v1/orders/{id} ends in 30 days",
        "Tue 1 Dec 2026, 00:00 Europe/Berlin",
        "Wed 30 Jun 2027, until 23:59:59 Europe/Berlin (21:59:59 UTC)",
        "Thu 1 Jul 2027, 00:00 Europe/Berlin",
        "18,204 calls in the last 30 days (down 12 %)",
        "Sat 21 Nov 2026, 23:58 UTC",
        "API key …7f2a, acme-sync/2.1",
        "Call GET /v2/orders/{id} instead",
        "https://docs.example.com/orders/v2",
        "headers Deprecation and Sunset",
        "After the last day calls to it fail.",
        "orders-team@example.com",
        "the technical contact of Acme Sync",
    ):
        assert fact in words


def test_a_paragraph_of_text_is_one_line_so_that_it_is_wrapped_once_to_any_width() -> None:
    long = ITEM | {"reason": "word " * 200}
    lines = render("digest", facts(long, others=(long,))).text.splitlines()
    assert f"Why:        {'word ' * 199}word" in lines
    rules = [line for line in lines if set(line) == {"-"}]
    assert max(map(len, rules)) <= 32, "a rule is no wider than a phone"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("https://docs.example.com/orders/v2", "https://<wbr>docs.example.com/<wbr>orders/<wbr>v2"),
        ("api-team@example.com", "api-team@<wbr>example.com"),
        ("a?b=1&c_d", "a?<wbr>b=<wbr>1&amp;<wbr>c_<wbr>d"),
        ("18,204 calls <b>", "18,204 calls &lt;b&gt;"),
    ],
)
def test_an_address_breaks_behind_its_parts_and_nowhere_else(text: str, html: str) -> None:
    assert str(breakable(text)) == html


def test_a_link_is_never_broken_in_two() -> None:
    link = "https://docs.example.com/" + "a-long-guide-" * 12
    assert link in render("digest", facts(ITEM | {"documentation": link})).text


def test_values_reach_html_only_escaped() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    texts = {name: hostile for name, value in ITEM.items() if isinstance(value, str) and name != "milestone"}
    item = ITEM | texts | {"credentials": [hostile], "user_agents": [hostile]}
    context = facts(item, item | {"milestone": "after"}, others=(item,))
    context |= {
        "consumer": {"name": hostile, "affected_days": 90},
        "contact": {"name": hostile, "role": hostile, "named_by": hostile, "is_introduced": True},
        "owners": [hostile],
        "base_url": hostile,
    }
    mail = render("digest", context)
    elements: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: elements.append(tag)  # type: ignore[method-assign]
    parser.feed(mail.html)
    assert "table" in elements
    assert "img" not in elements
    assert hostile in mail.subject
    assert "&lt;" not in mail.text


def test_html_carries_its_style_and_fetches_nothing() -> None:
    html = render("digest", facts(ITEM)).html
    assert 'class="card" style="' in html
    assert "prefers-color-scheme: dark" in html
    for fetched in ("<img", "<link", "src=", "url(", "@import", "<script"):
        assert fetched not in html


@pytest.mark.browser
def test_a_mail_can_be_read_on_a_small_phone(page: "Page") -> None:
    long = ITEM | {"operation": "GET /v1/" + "a-long-collection/{with-a-parameter}/" * 6}
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(render("digest", facts(long, others=(long,))).html)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_what_has_ended_asks_for_action_now() -> None:
    mail = render("digest", facts(ITEM | {"milestone": "after"}))
    assert mail.subject == "Action needed now: Acme Sync still calls GET /v1/orders/{id}, which has ended"
    assert "Until then" not in mail.text


def test_a_moved_date_tells_both() -> None:
    mail = render("digest", facts(ITEM | {"milestone": "moved", "moved_from": "Mon 1 Mar 2027"}))
    assert "We had told you Mon 1 Mar 2027" in mail.text
    assert mail.subject == "New date Wed 30 Jun 2027: Acme Sync calls GET /v1/orders/{id}"


def test_a_missing_fact_is_an_error_not_a_gap() -> None:
    item = {name: value for name, value in ITEM.items() if name != "sunset_at"}
    with pytest.raises(UndefinedError, match="sunset_at"):
        render("digest", facts(item))


def test_a_kind_without_templates_is_unknown() -> None:
    assert {"decision", "digest", "owners", "trial"} == set(kinds())
    with pytest.raises(UnknownKind, match="there is no kind of mail 'brownout': known are decision"):
        render("brownout", {})


def test_text_has_no_gaps_where_a_template_leaves_something_out() -> None:
    assert "\n\n\n" not in render("digest", facts(ITEM | {"documentation": ""}, others=(ITEM,))).text
