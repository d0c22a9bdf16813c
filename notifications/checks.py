"""What an administrator's templates must keep: facts that matter, the reader's link, and harmless HTML."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, Final

from notifications.edited import render_edited, unescaped_calls
from notifications.errors import TemplateRefused
from notifications.render import Rendered, Source

MARK: Final = "<x-fact>"
"""Stands in the facts of samples: where it comes out as an element, values reach HTML unescaped."""
_LONGEST_SUBJECT = 255
_FORBIDDEN: Final = frozenset(
    "script iframe object embed form input button textarea select link base svg math video audio img "
    "frame frameset applet".split()
)
_FETCHING = re.compile(r"url\(|@import|expression\(|image-set\(|src\(", re.I)
_ADDRESS = re.compile(r"(?:https?:|mailto:)", re.I)


@dataclass(frozen=True, slots=True)
class Must:
    """A fact that a mail must tell, in text and HTML; `name` is how its writer would call it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Sample:
    """Facts to try templates on, and what a mail must tell of them; `link` is the reader's own, or ""."""

    title: str
    context: Mapping[str, Any]
    musts: tuple[Must, ...] = ()
    link: str = ""


def check(source: Source, samples: Sequence[Sample]) -> None:
    """Try templates on every sample; raises TemplateRefused for the first that doesn't hold."""
    for sample in samples:
        mail = render_edited(source, sample.context)
        try:
            check_mail(mail, sample.musts, sample.link)
            _check_html(source, mail, nowhere={sample.link})
        except TemplateRefused as error:
            raise TemplateRefused(error.part, error.line, f"{error.cause} (in “{sample.title}”)") from error


def check_mail(mail: Rendered, musts: Sequence[Must], link: str) -> None:
    """See that a mail tells what it must; raises TemplateRefused for what is missing."""
    if not mail.subject:
        raise TemplateRefused("subject", 0, "comes out empty")
    if len(mail.subject) > _LONGEST_SUBJECT:
        raise TemplateRefused("subject", 0, f"comes out longer than {_LONGEST_SUBJECT} characters")
    page = _Page(mail.html)
    shown = {"text": _flat(mail.text), "html": _flat(page.text)}
    for part, words in shown.items():
        for must in musts:
            if _flat(must.value) not in words:
                raise TemplateRefused(part, 0, f"leaves out {must.name}, which its reader needs")
    if link and link not in shown["text"]:
        raise TemplateRefused(
            "text", 0, "leaves out the reader's own link {{ link }}: by it one answers and unsubscribes"
        )
    if link and link not in page.links:
        raise TemplateRefused("html", 0, 'leaves out the reader\'s own link: <a href="{{ link }}">…</a>')


def _check_html(source: Source, mail: Rendered, nowhere: Set[str]) -> None:
    """Look for harm; `nowhere` holds the reader's link, which is "" where there is nothing to answer."""
    page = _Page(mail.html)
    page.links -= nowhere
    if "x-fact" in page.elements:
        line = next(unescaped_calls(source.html), 0)
        raise TemplateRefused(
            "html", line, "a value comes out unescaped: put “| forceescape” behind words.name(…)"
        )
    for fault, place in _harms(page):
        raise TemplateRefused("html", _line_of(source.html, place), fault)


def _harms(page: "_Page") -> Iterator[tuple[str, str]]:
    for element in sorted(page.elements & _FORBIDDEN):
        yield (
            f"<{element}> has no place in a mail: readers' programs drop it, or it fetches something",
            f"<{element}",
        )
    for name in sorted(page.attributes):
        if name.startswith("on") or name in ("src", "srcset", "background", "poster", "action", "formaction"):
            yield f"the attribute {name} has no place in a mail: it runs or fetches something", name
    if fetched := _FETCHING.search(page.style):
        yield f"the style fetches something: {fetched[0]}", fetched[0]
    for link in sorted(page.links):
        if not _ADDRESS.match(link):
            yield f"the link {link!r} leads nowhere: begin it with https:, http: or mailto:", link


def _line_of(source: str, place: str) -> int:
    found = re.search(re.escape(place), source, re.I)
    return source.count("\n", 0, found.start()) + 1 if found else 0


def _flat(text: str) -> str:
    return " ".join(text.split())


class _Page(HTMLParser):
    """A mail's HTML as its reader has it: text that is shown, links, and what could do harm."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.style = "", ""
        self.links: set[str] = set()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self._within: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        if tag in ("head", "style", "title"):
            self._within.append(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "style":
                self.style += f"{value};"
            if name == "href" and tag == "a":
                self.links.add(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            self._within.remove(tag)

    def handle_data(self, data: str) -> None:
        if "style" in self._within:
            self.style += data
        elif not self._within:
            self.text += data
