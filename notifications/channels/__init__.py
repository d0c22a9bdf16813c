"""Ways to deliver an envelope: a file and a row each."""

from collections.abc import Callable, Mapping
from typing import Final

from notifications.channels import mailbox, slack, smtp, teams, webhook
from notifications.channels.channel import Channel, ChannelSettings

CHANNELS: Final[Mapping[str, Callable[[ChannelSettings], Channel]]] = {
    "mailbox": mailbox.open_channel,
    "smtp": smtp.open_channel,
    "webhook": webhook.open_channel,
    "slack": slack.open_channel,
    "teams": teams.open_channel,
}
