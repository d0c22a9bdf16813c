import re
from html.parser import HTMLParser

from diffing.finding import Level
from diffing.reports.html import render
from diffing.reports.view import View
from tests.diffing.findings import GONE, ONE_OF_EACH, WAIVED, comparison, finding

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Collects tags, attributes and text, and checks that tags nest."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    html = render(View(comparison(GONE, *ONE_OF_EACH, finding(waived=WAIVED)), fail_on=Level.BREAKING))
    page = Page(html)
    assert not page.tags & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert {name for name, _ in page.attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "aria-label",
    }  # fmt: skip
    assert all(value.startswith("#") for name, value in page.attributes if name == "href" and value)
    assert not re.search(r"url\(|@import|https?:", html)


def test_spec_text_stays_text() -> None:
    nasty = '</p><script>alert(1)</script><img src=x onerror="a">&lt;'
    page = Page(render(View(comparison(finding(text=nasty, why=nasty, fingerprint=f'"{nasty}')))))
    assert not page.tags & {"script", "img"}
    assert nasty in page.words


def test_each_finding_has_an_address_on_the_page_and_each_group_an_entry() -> None:
    page = Page(render(View(comparison(GONE, *ONE_OF_EACH))))
    ids = {value for name, value in page.attributes if name == "id"}
    assert {"3f2a9c41d0be", "aaaaaaaaaaaa", "bbbbbbbbbbbb"} <= ids
    assert {value[1:] for name, value in page.attributes if name == "href" and value} <= ids


def test_the_page_is_made_for_light_dark_and_paper() -> None:
    html = render(View(comparison()))
    assert "color-scheme: light dark" in html
    assert "@media print" in html
