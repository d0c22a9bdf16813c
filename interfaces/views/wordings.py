"""Templates of mails."""

from interfaces.views.facts import Facts, instant
from interfaces.wordings import InForce
from notifications.checks import Sample
from notifications.models import Wording
from notifications.render import Rendered


def wording_facts(one: InForce) -> Facts:
    """The templates of a kind and language, as they stand."""
    edited = one.wording if one.wording and not one.wording.is_default else None
    return {
        "kind": one.kind,
        "language": one.language,
        "version": one.wording.number if one.wording else 0,
        "is_default": edited is None,
        "by": edited.by if edited else None,
        "at": instant(edited.at) if edited else None,
        "failure": edited.failure if edited else None,
        "subject": one.source.subject,
        "text": one.source.text,
        "html": one.source.html,
    }


def version_facts(version: Wording) -> Facts:
    """One version of templates; its texts are null where it is a return to the default."""
    return {
        "version": version.number,
        "is_default": version.is_default,
        "by": version.by,
        "at": instant(version.at),
        "failure": version.failure,
        "subject": version.subject,
        "text": version.text,
        "html": version.html,
    }


def preview_facts(mail: Rendered, sample: Sample) -> Facts:
    """A mail made of a sample."""
    return {"sample": sample.title, "subject": mail.subject, "text": mail.text, "html": mail.html}
