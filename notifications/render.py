"""Turns a kind of mail and its facts into subject, text and HTML.

A kind is a folder under `templates/` with `subject.txt`, `text.txt` and `html.html`. What the facts
are is the business of whoever writes the mail. Texts that an administrator wrote are `edited`'s.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notifications.errors import UnknownKind

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent / "templates"
_JOINTS = re.compile(r"(?<=[/@?&=_])(?=[^\s/])")
_GAPS = re.compile(r"\n\s*\n")
_FILES = {"subject": "subject.txt", "text": "text.txt", "html": "html.html"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words: `text` is complete by itself, `html` carries its style in its elements."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Source:
    """The templates of one kind of mail, as Jinja source."""

    subject: str
    text: str
    html: str


def render(kind: str, context: Mapping[str, Any]) -> Rendered:
    """Render a kind of mail; raises UnknownKind, and Jinja's UndefinedError for a fact that is missing."""
    _check_known(kind)
    environment = _environment()
    return finished(*(environment.get_template(f"{kind}/{file}").render(context) for file in _FILES.values()))


def finished(subject: str, text: str, html: str) -> Rendered:
    """Make a mail of what templates rendered: one line of subject, no gaps, style in the elements."""
    return Rendered(" ".join(subject.split()), _GAPS.sub("\n\n", text.strip()) + "\n", _inline(html))


def sentences(kind: str, language: str) -> Any:
    """Return a kind's sentences in a language, each a function of its facts, for other forms than mail."""
    return _environment().get_template(f"{kind}/words.{language}.txt").module


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of mail that have templates."""
    return tuple(sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir()))


@cache
def languages(kind: str) -> tuple[str, ...]:
    """Return the languages in which a kind of mail has sentences, English first."""
    _check_known(kind)
    found = {file.name.split(".")[1] for file in (FOLDER / kind).glob("words.*.txt")} | {"en"}
    return tuple(sorted(found, key=lambda language: (language != "en", language)))


def default_source(kind: str) -> Source:
    """Return the templates that a kind has by default."""
    _check_known(kind)
    return Source(*((FOLDER / kind / file).read_text(encoding="utf-8") for file in _FILES.values()))


def flowing(text: str) -> str:
    """Make one line of a paragraph: readers' programs wrap it to their own width, be it a phone's.

    Lines of mails may have 998 characters (RFC 5322 section 2.1.1); the transfer encoding breaks longer ones.
    """
    return " ".join(text.split())


def labelled(text: str, label: str) -> str:
    """Make one line of a paragraph behind its label, in a column that starts at the thirteenth character."""
    return f"{label:<11} {flowing(text)}"


def breakable(text: str) -> str:
    """Escape text for HTML, and let addresses and paths break behind their parts, before anywhere else."""
    return _jointed(flowing(str(text)))


def coded(text: str) -> str:
    """Escape a sentence for HTML as `breakable` does; what stands between backquotes becomes code."""
    from markupsafe import Markup

    pieces = flowing(str(text)).split("`")
    if len(pieces) % 2 == 0:  # one backquote has no other: it is one of the document's own
        return breakable(text)
    said = [_jointed(piece) for piece in pieces]
    return Markup("").join(
        Markup("<code>{}</code>").format(one) if at % 2 else one for at, one in enumerate(said)
    )


def _jointed(text: str) -> str:
    from markupsafe import Markup, escape

    return Markup("<wbr>").join(escape(piece) for piece in _JOINTS.split(text))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"flowing": flowing, "labelled": labelled, "breakable": breakable, "coded": coded}
    return environment


def _check_known(kind: str) -> None:
    if kind not in kinds():
        raise UnknownKind(f"there is no kind of mail {kind!r}: known are {', '.join(kinds())}")


def _inline(html: str) -> str:
    from css_inline import CSSInliner

    # The style element stays for what can't be inlined: dark mode and narrow screens.
    inliner = CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
    return inliner.inline(html)
