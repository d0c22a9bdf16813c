"""Messages to a Slack channel by an incoming webhook: Block Kit, with a plain line for notifications.

Slack reads `&`, `<` and `>` as markup of its own, so they are escaped in every text (Slack's reference
"Formatting text for app surfaces"); it takes 50 blocks, 3,000 characters in each and 150 in a header.
"""

import json
from datetime import datetime
from typing import Any

from notifications.card import Card, Section, card_in, cut
from notifications.channels.channel import ChannelSettings
from notifications.channels.endpoint import EndpointChannel, Letter
from notifications.claimed import Claimed

_BLOCKS = 50
_TEXT = 3000
_HEADER = 150
_AROUND = 4  # header, lead, links, footer


def write(envelope: Claimed, _secrets: tuple[str, ...], _now: datetime) -> Letter:
    """Write the card that an envelope's payload is."""
    card = card_in(envelope.payload or {}, may_be_copy=envelope.may_be_copy)
    message = {
        "text": _escaped(cut(card.title, _TEXT)),
        "blocks": _blocks(card),
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return Letter(
        json.dumps(message, ensure_ascii=False).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )


def open_channel(settings: ChannelSettings) -> EndpointChannel:
    """Open the channel for Slack."""
    return EndpointChannel(settings, write)


def _blocks(card: Card) -> list[dict[str, Any]]:
    shown = card.sections[: _BLOCKS - _AROUND]
    links = " · ".join(
        f"<{_escaped(address).replace('|', '%7C')}|{_label(label)}>" for label, address in card.links
    )
    return [
        {"type": "header", "text": {"type": "plain_text", "text": cut(card.title, _HEADER), "emoji": False}},
        _section(_escaped(card.lead)),
        *(_section(_told(one)) for one in shown),
        *([_section(links)] if links else []),
        *([{"type": "context", "elements": [_markup(_escaped(card.footer))]}] if card.footer else []),
    ]


def _told(section: Section) -> str:
    lines = [_bold(section.title)]
    lines += [f"{_bold(f'{label}:')} {_escaped(text)}" for label, text in section.facts]
    return "\n".join([*lines, *([_escaped(section.text)] if section.text else [])])


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _markup(text)}


def _markup(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": _whole(text), "verbatim": True}


def _whole(text: str) -> str:
    """Shorten a text without leaving half of an escape at its end."""
    if len(text) <= _TEXT:
        return text
    head, _, tail = text[: _TEXT - 1].rpartition("&")
    return f"{head if head and ';' not in tail else text[: _TEXT - 1]}…"


def _bold(text: str) -> str:
    return f"*{_escaped(text).replace('*', '∗')}*"


def _label(text: str) -> str:
    return _escaped(text).replace("|", "¦")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
