"""Consumers, what names them, whom they are, and what they rely on."""

from collections.abc import Sequence

from consumers.contract_models import Contract
from consumers.identity_order import Attribute
from consumers.models import Consumer, Contact, Credential
from consumers.pacts.interaction import Interaction
from consumers.relying import Relying
from deprecations.silence import Silence
from interfaces.views.facts import Facts, instant, plain
from notifications.models import Endpoint


def consumer_facts(consumer: Consumer) -> Facts:
    """A consumer, without credentials and contacts."""
    return {
        "slug": consumer.slug,
        "name": consumer.name,
        "description": consumer.description,
        "team": consumer.team,
        "unattributed": consumer.is_unattributed,
        "created_at": instant(consumer.created_at),
    }


def credential_facts(credential: Credential) -> Facts:
    """A credential: its kind and hint; the value is kept nowhere."""
    return {"id": credential.id, "kind": credential.kind, "hint": credential.hint}


def identity_facts(attributes: Sequence[Attribute], *, own: bool) -> Facts:
    """By which attributes an API's callers are told apart, surest first."""
    return {"attributes": [plain(one) for one in attributes], "own": own}


def silence_facts(silence: Silence) -> Facts:
    """What a consumer hasn't called lately, and may call again by its own rhythm."""
    habit = silence.habit
    return {
        "operation_id": habit.operation.id,
        "api": habit.operation.api.slug,
        "operation": habit.operation.label,
        "last_at": instant(habit.last_at),
        "longest_gap_days": habit.longest_gap_days,
        "until": instant(silence.until),
    }


def relying_facts(relying: Relying) -> Facts:
    """Whose contract relies on an operation, and on what of it."""
    return {
        "contract": relying.contract.id,
        "consumer": relying.contract.consumer.slug,
        "version": relying.contract.version,
        "interactions": relying.interactions,
        "sends": list(relying.sends),
        "reads": list(relying.reads),
    }


def contract_state(contract: Contract) -> str:
    """Say in a word how a contract stands."""
    return "retired" if contract.retired_at else "counts" if contract.counts else "waits"


def contract_facts(contract: Contract) -> Facts:
    """A contract, without what it relies on."""
    return {
        "id": contract.id,
        "consumer": contract.consumer.slug,
        "api": contract.api.slug,
        "version": contract.version,
        "current": contract.counts,
        "state": contract_state(contract),
        "branch": contract.branch,
        "deployments": [
            {
                "environment": one.environment,
                "production": one.is_production,
                "deployed_at": instant(one.deployed_at),
            }
            for one in contract.deployments
        ],
        "retired_at": instant(contract.retired_at),
        "retired_by": contract.retired_by,
        "specification": contract.specification,
        "interactions": contract.interactions,
        "skipped": contract.skipped,
        "unmatched": contract.unmatched,
        "origin": contract.origin,
        "received_by": contract.received_by,
        "received_at": instant(contract.received_at),
        "confirmed_at": instant(contract.confirmed_at),
    }


def interaction_facts(interaction: Interaction, operation_id: int | None) -> Facts:
    """What one interaction relies on, and the operation that answers it, None where no version has one."""
    return {
        "description": interaction.description,
        "method": interaction.method,
        "path": interaction.path,
        "operation": operation_id,
        "query": list(interaction.query),
        "headers": list(interaction.headers),
        "sends": [field.pointer for field in interaction.sends],
        "status": interaction.status,
        "answer_headers": list(interaction.answer_headers),
        "reads": [{"pointer": field.pointer, "rule": field.rule} for field in interaction.reads],
    }


def channel_facts(endpoint: Endpoint | None) -> Facts:
    """Where a contact is told: an address by its host and end alone, or None by mail."""
    return {
        "channel": endpoint.channel if endpoint else "mail",
        "address": endpoint.hint if endpoint else None,
        "off_because": endpoint.disabled_reason if endpoint else None,
    }


def contact_facts(contact: Contact, endpoint: Endpoint | None = None) -> Facts:
    """A contact, and where it is told."""
    return {
        "id": contact.id,
        "name": contact.name,
        "email": contact.email,
        "role": contact.role,
        "zone": contact.zone,
        "language": contact.language,
        "disabled_reason": contact.disabled_reason,
        "channel": channel_facts(endpoint),
    }
