"""The built-in mailbox: the mails that it keeps where no mail server is set up."""

from dataclasses import replace

from flask import jsonify
from flask.typing import ResponseReturnValue

from access.tokens import Scope
from deprecations.answer_links import without_links
from interfaces.api.answers import listed, page_number
from interfaces.api.route import Route
from interfaces.gate import runtime
from interfaces.mail import mailbox_folder
from interfaces.views.facts import plain
from notifications.mailbox_reader import list_mails, open_mail


def list_mailbox() -> ResponseReturnValue:
    """List the mails, newest first."""
    return listed(list_mails(mailbox_folder(runtime()), page=page_number()), plain)


def show_mail(mail_id: str) -> ResponseReturnValue:
    """Show a mail as its reader has it, but for the link that is its reader's alone."""
    found = open_mail(mailbox_folder(runtime()), mail_id)
    return jsonify(plain(replace(found, text=without_links(found.text), html=without_links(found.html))))


ROUTES = (
    Route("GET", "/mailbox", Scope.READ, list_mailbox),
    Route("GET", "/mailbox/<mail_id>", Scope.READ, show_mail),
)
