"""Who of an API's team is told, and of what."""

from deprecations.owner_models import ApiOwner, OwnerNotice
from deprecations.owners import Told
from interfaces.views.consumers import channel_facts
from interfaces.views.facts import Facts, instant


def owner_facts(owner: ApiOwner) -> Facts:
    """One who is named, and where they are told."""
    return {
        "id": owner.id,
        "name": owner.name,
        "email": owner.email,
        "zone": owner.zone,
        "language": owner.language,
        "fallback": owner.is_fallback,
        "disabled_reason": owner.disabled_reason,
        "channel": channel_facts(owner.endpoint),
    }


def implied_facts(told: Told) -> Facts:
    """One who is told though nobody is named: “whom to ask”."""
    return {"name": told.name, "email": told.email, "zone": told.zone}


def owner_notice_facts(notice: OwnerNotice) -> Facts:
    """What one of a team was told, or is to be told."""
    return {
        "id": notice.id,
        "kind": notice.kind,
        "recipient": notice.recipient,
        "sentence": notice.sentence,
        "to_do": notice.to_do,
        "path": notice.path,
        "envelope": notice.envelope_key,
        "created_at": instant(notice.created_at),
    }
