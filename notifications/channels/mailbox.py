"""The built-in mailbox: mails kept as a Maildir in the data folder, for trying out without a mail server.

The file's name derives from the Message-ID, so a mail delivered twice is there once. `mailbox_reader`
reads it.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

from notifications.channels.channel import ChannelSettings, Ready, at_once
from notifications.claimed import Claimed
from notifications.compose import address, compose
from notifications.outcome import Failure, Outcome, Receipt


class MailboxChannel:
    """A Maildir; any mail program can open it too."""

    def __init__(self, folder: Path, sender: str) -> None:
        """Keep where the mails go and in whose name; the folder is made with the first one."""
        self._folder, self._sender = folder, sender

    def send(self, envelope: Claimed, ready: Ready = at_once) -> Outcome:
        """Store one envelope as a mail, durably, under its Message-ID."""
        mail = compose(envelope, self._sender).as_bytes()
        name = mail_name(envelope.message_id)
        ready()
        try:
            self._store(name, mail, envelope.created_at.timestamp())
        except OSError as error:
            return Failure(permanent=False, detail=f"the mailbox at {self._folder} can't be written: {error}")
        return Receipt(f"kept in the built-in mailbox as {name}")

    def close(self) -> None:
        """Nothing is kept open."""

    def _store(self, name: str, mail: bytes, at: float) -> None:
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / "tmp" / f"{name}.{os.getpid()}"
        with draft.open("wb") as file:
            file.write(mail)
            file.flush()
            os.fsync(file.fileno())
        os.utime(draft, (at, at))
        draft.replace(self._folder / "new" / name)


def open_channel(settings: ChannelSettings) -> MailboxChannel:
    """Open the mailbox that the settings name."""
    address(settings.sender)
    return MailboxChannel(settings.mailbox, settings.sender)


def forget_mails(folder: Path, message_ids: Iterable[str]) -> None:
    """Delete the mails with these Message-IDs, where they are there."""
    for message_id in message_ids:
        for part in ("new", "cur"):
            (folder / part / mail_name(message_id)).unlink(missing_ok=True)


def mail_name(message_id: str) -> str:
    """Return the name under which a mail is kept: 40 hexadecimal digits."""
    return hashlib.sha256(message_id.encode()).hexdigest()[:40]
