"""What a chat shows of an envelope: a title, sections, links. Each chat's channel gives it its own form."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from storage.languages import DEFAULT

_AGAIN: Final = {
    "en": "You may have this already: it was sent before, and nothing said whether it arrived.",
    "de": "Vielleicht kennen Sie das schon: Es ging schon einmal hinaus, und niemand sagte, ob es ankam.",
}


@dataclass(frozen=True, slots=True)
class Section:
    """One thing that is told: facts are pairs of a label and a text."""

    title: str
    facts: tuple[tuple[str, str], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A message for people in a chat; links are pairs of a label and an address."""

    title: str
    lead: str
    sections: tuple[Section, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    footer: str = ""
    language: str = DEFAULT

    def as_json(self) -> dict[str, Any]:
        """Return it as an envelope's payload."""
        return asdict(self)


def card_in(payload: Mapping[str, Any], *, may_be_copy: bool = False) -> Card:
    """Read a card from an envelope's payload; one that may be a copy begins by saying so.

    No chat has a key by which it would know a message again, so its readers are told.
    """
    language = payload.get("language", DEFAULT)
    again = f"{_AGAIN.get(language, _AGAIN[DEFAULT])} " if may_be_copy else ""
    return Card(
        title=payload["title"],
        lead=f"{again}{payload['lead']}",
        language=language,
        sections=tuple(
            Section(one["title"], tuple((label, text) for label, text in one["facts"]), one["text"])
            for one in payload["sections"]
        ),
        links=tuple((label, address) for label, address in payload["links"]),
        footer=payload["footer"],
    )


def cut(text: str, longest: int) -> str:
    """Shorten a text to so many characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
