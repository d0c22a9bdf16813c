"""Ways to deliver an envelope: a file and a row each."""

from collections.abc import Callable, Mapping
from typing import Final

from notifications.channels import mailbox, smtp
from notifications.channels.channel import Channel, ChannelSettings

CHANNELS: Final[Mapping[str, Callable[[ChannelSettings], Channel]]] = {
    "mailbox": mailbox.open_channel,
    "smtp": smtp.open_channel,
}
