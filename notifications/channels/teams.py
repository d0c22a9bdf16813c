"""Messages to a Microsoft Teams channel by a workflow ("When a Teams webhook request is received").

The workflow posts an Adaptive Card, 1.4 at most. Texts stand in text runs, which Teams shows as they are: a
TextBlock would read Markdown in them. A workflow takes 28 KB, so a card that is larger loses sections.
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from notifications.card import Card, Section, card_in, cut
from notifications.channels.channel import ChannelSettings
from notifications.channels.endpoint import EndpointChannel, Letter
from notifications.claimed import Claimed

_LARGEST = 26_000
_TEXT = 2000
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


def write(envelope: Claimed, _secrets: tuple[str, ...], _now: datetime) -> Letter:
    """Write the card that an envelope's payload is."""
    card = card_in(envelope.payload or {}, may_be_copy=envelope.may_be_copy)
    body = _encoded(card)
    while len(body) > _LARGEST and card.sections:
        card = replace(card, sections=card.sections[:-1])
        body = _encoded(card)
    return Letter(body, {"Content-Type": "application/json; charset=utf-8"})


def open_channel(settings: ChannelSettings) -> EndpointChannel:
    """Open the channel for Microsoft Teams."""
    return EndpointChannel(settings, write)


def _encoded(card: Card) -> bytes:
    content = {
        "$schema": _SCHEMA,
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": [
            _runs(_run(card.title, size="Large", weight="Bolder")),
            _runs(_run(card.lead)),
            *(_section(one) for one in card.sections),
            *([_runs(_run(card.footer, size="Small", isSubtle=True))] if card.footer else []),
        ],
        "actions": [
            {"type": "Action.OpenUrl", "title": label, "url": address} for label, address in card.links
        ],
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": content,
    }
    return json.dumps({"type": "message", "attachments": [attachment]}, ensure_ascii=False).encode()


def _section(section: Section) -> dict[str, Any]:
    return {
        "type": "Container",
        "separator": True,
        "items": [
            _runs(_run(section.title, weight="Bolder")),
            *(_runs(_run(f"{label}: ", weight="Bolder"), _run(text)) for label, text in section.facts),
            *([_runs(_run(section.text))] if section.text else []),
        ],
    }


def _runs(*inlines: dict[str, Any]) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(inlines)}


def _run(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": cut(text, _TEXT), **look}
