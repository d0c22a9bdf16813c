"""What would be told, when, and in which words."""

from deprecations.dry_run import Coming, Forecast
from interfaces.views.facts import Facts, instant


def coming_facts(one: Coming) -> Facts:
    """A notice that is still to be told."""
    notice = one.notice
    return {
        "consumer": notice.consumer.slug,
        "contact": notice.contact.email if notice.contact else None,
        "contact_id": notice.contact_id,
        "milestone": notice.milestone,
        "sunset_on": notice.sunset_on.isoformat(),
        "due_at": instant(notice.due_at),
        "goes_at": instant(one.goes_at),
        "stopped_by": one.stopped_by or None,
    }


def forecast_facts(found: Forecast) -> Facts:
    """A mail as it would be sent."""
    return {
        **coming_facts(found.coming),
        "channel": found.to.channel,
        "recipient": found.to.recipient,
        "carries": [{"deprecation": one.deprecation_id, "milestone": one.milestone} for one in found.carried],
        "stopped_by": found.stopped_by or None,
        "subject": found.mail.subject,
        "text": found.mail.text,
        "html": found.mail.html,
    }
