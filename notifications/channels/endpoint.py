"""What every channel that posts to an endpoint has in common: find the address, build a body, post it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.channels.channel import ChannelSettings, Ready, at_once
from notifications.channels.posting import Post, send
from notifications.claimed import Claimed
from notifications.endpoints import signing_secrets
from notifications.errors import ChannelMisconfigured, Unsealable
from notifications.outcome import Failure, Outcome
from notifications.sealing import unseal


@dataclass(frozen=True, slots=True)
class Letter:
    """A body and the headers that go with it."""

    body: bytes
    headers: Mapping[str, str]


Write = Callable[[Claimed, tuple[str, ...], datetime], Letter]
"""Writes an envelope for a channel, with the secrets that may sign it, at an instant."""


class EndpointChannel:
    """Posts envelopes to addresses, each written as its system reads it."""

    def __init__(self, settings: ChannelSettings, write: Write) -> None:
        """Keep how to write and how to post; raises ChannelMisconfigured without a key or a clock."""
        if not settings.key or settings.clock is None:
            raise ChannelMisconfigured("a channel that posts to addresses needs a key and a clock")
        self._settings, self._clock, self._write = settings, settings.clock, write

    def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
        """Post one envelope; the receipt is the reply's status and beginning."""
        endpoint, settings = envelope.endpoint, self._settings
        if endpoint is None or envelope.payload is None:
            return Failure(permanent=True, detail="its address was taken away meanwhile")
        if endpoint.disabled_reason is not None:
            return Failure(permanent=True, detail=f"nothing is posted there: {endpoint.disabled_reason}")
        try:
            address = unseal(endpoint.sealed, settings.key)
        except Unsealable as error:
            return Failure(permanent=True, detail=str(error), is_about_recipient=True)
        now = self._clock()
        letter = self._write(envelope, signing_secrets(endpoint, settings.key, now), now)
        post = Post(
            address, letter.body, letter.headers, settings.seconds, settings.allow_private, settings.ca
        )
        ready()
        return send(post, now)

    def close(self) -> None:
        """Nothing is kept open: two messages to one address are a day apart."""
