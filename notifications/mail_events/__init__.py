"""What providers of mail report by webhook: a file and a row each."""

from collections.abc import Mapping
from typing import Final

from notifications.mail_events import amazon_ses, mailgun, postmark, sendgrid
from notifications.mail_events.event import Reader

PROVIDERS: Final[Mapping[str, Reader]] = {
    "amazon-ses": amazon_ses.read,
    "mailgun": mailgun.read,
    "postmark": postmark.read,
    "sendgrid": sendgrid.read,
}
