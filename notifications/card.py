"""What a chat shows of an envelope: a title, sections, links. Each chat's channel gives it its own form."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


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

    def as_json(self) -> dict[str, Any]:
        """Return it as an envelope's payload."""
        return asdict(self)


def card_in(payload: Mapping[str, Any]) -> Card:
    """Read a card from an envelope's payload."""
    return Card(
        title=payload["title"],
        lead=payload["lead"],
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
