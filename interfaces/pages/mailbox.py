"""The built-in mailbox: mails as their readers see them, where no mail server is set.

The links by which readers answer are for administrators alone, who try them.
"""

from dataclasses import replace

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from deprecations.answer_links import without_links
from interfaces.gate import is_administrator, runtime
from interfaces.mail import mail_channel, mailbox_folder
from interfaces.pages.listing import page_number
from interfaces.pages.route import Route
from notifications.mailbox_reader import Mail, list_mails, open_mail

_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
"""What a mail may do in its frame: be seen, and open its links elsewhere. No script, no form, no fetch."""


def mailbox() -> ResponseReturnValue:
    """List the mails, newest first."""
    around = runtime()
    listed = list_mails(mailbox_folder(around), page=page_number())
    return render_template("mailbox/list.html", listed=listed, channel=mail_channel(around))


def mail(mail_id: str) -> ResponseReturnValue:
    """Show a mail: its page in a frame of its own, its plain text beside."""
    return render_template("mailbox/mail.html", mail=_shown(mail_id))


def mail_html(mail_id: str) -> ResponseReturnValue:
    """Answer the page of a mail, for the frame alone; its links open in a window of their own."""
    text = _shown(mail_id).html.replace("<head>", '<head><base target="_blank">', 1)
    answer = Response(text, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _shown(mail_id: str) -> Mail:
    found = open_mail(mailbox_folder(runtime()), mail_id)
    if is_administrator():
        return found
    return replace(found, text=without_links(found.text), html=without_links(found.html))


ROUTES = (
    Route("/mailbox", "mailbox", mailbox),
    Route("/mailbox/<mail_id>", "mail", mail),
    Route("/mailbox/<mail_id>/html", "mail_html", mail_html),
)
