"""Plans: what ends, what happened to it, and what the policy asks."""

from deprecations.aims import Suggestion
from deprecations.models import (
    Approval,
    Deprecation,
    DeprecationEvent,
    Extension,
    Policy,
    PolicyException,
    Target,
)
from deprecations.policies import as_terms
from deprecations.presets import Preset
from deprecations.successors import Successor
from deprecations.suggested import suggestion_id
from interfaces.views.facts import Facts, instant, plain


def target_facts(target: Target) -> Facts:
    """What ends, as it is told apart and as people read it."""
    return {
        "kind": target.kind,
        "label": target.label,
        "name": target.name,
        "place": target.place,
        "value": target.value,
    }


def suggestion_facts(suggestion: Suggestion) -> Facts:
    """What a document marks as ending and no plan says."""
    thing = suggestion.aim.thing
    return {
        "id": suggestion_id(suggestion),
        "target": {
            "kind": thing.kind,
            "label": suggestion.aim.label,
            "name": thing.name,
            "place": thing.place,
            "value": thing.value,
        },
        "operations": list(suggestion.aim.reaches),
        "sunset": suggestion.sunset,
        "sunset_on": plain(suggestion.sunset_on),
        "reason": suggestion.reason,
        "replacement": suggestion.replacement,
    }


def deprecation_facts(deprecation: Deprecation) -> Facts:
    """A deprecation."""
    return {
        "id": deprecation.id,
        "api": deprecation.api.slug,
        "target": target_facts(deprecation.target),
        "operation": deprecation.operation.label,
        "state": deprecation.state,
        "reason": deprecation.reason,
        "replacement": deprecation.replacement,
        "documentation": deprecation.documentation,
        "finding": deprecation.finding,
        "stability": deprecation.stability,
        "audience": deprecation.audience,
        "zone": deprecation.zone,
        "deprecated_on": deprecation.deprecated_on.isoformat(),
        "closes_on": plain(deprecation.closes_on),
        "sunset_on": deprecation.sunset_on.isoformat(),
        "sunset_by": deprecation.sunset_by,
        "sunset_version": deprecation.sunset_version,
        "deprecated_at": instant(deprecation.deprecated_at),
        "closes_at": instant(deprecation.closes_at),
        "sunset_at": instant(deprecation.sunset_at),
        "announced_at": instant(deprecation.announced_at),
        "closed_at": instant(deprecation.closed_at),
        "paused_at": instant(deprecation.paused_at),
        "created_by": deprecation.created_by,
    }


def event_facts(event: DeprecationEvent) -> Facts:
    """A step of a deprecation's history."""
    return {
        "at": instant(event.at),
        "by": event.by,
        "step": event.step,
        "reason": event.reason,
        "state": event.state,
        "deprecated_on": event.deprecated_on.isoformat(),
        "closes_on": plain(event.closes_on),
        "sunset_on": event.sunset_on.isoformat(),
        "sunset_by": event.sunset_by,
        "sunset_version": event.sunset_version,
        "zone": event.zone,
        "replacement": event.replacement,
        "documentation": event.documentation,
        "approved_by": event.approved_by,
        "correction": event.correction,
    }


def approval_facts(approval: Approval) -> Facts:
    """That somebody agreed to a step with these days."""
    return {
        "step": approval.step,
        "deprecated_on": approval.deprecated_on.isoformat(),
        "sunset_on": approval.sunset_on.isoformat(),
        "by": approval.by,
        "reason": approval.reason,
        "at": instant(approval.at),
    }


def policy_facts(policy: Policy) -> Facts:
    """What an API promises for one stability and audience; "" for any."""
    return {"stability": policy.stability, "audience": policy.audience, **plain(as_terms(policy))}


def preset_facts(preset: Preset) -> Facts:
    """A policy that a provider publishes."""
    return {"name": preset.name, "title": preset.title, "words": preset.words, **plain(preset.terms)}


def exception_facts(exception: PolicyException) -> Facts:
    """That a plan need not keep one rule."""
    return {
        "rule": exception.rule,
        "reason": exception.reason,
        "approved_by": exception.approved_by,
        "by": exception.by,
        "at": instant(exception.at),
    }


def extension_facts(extension: Extension) -> Facts:
    """One consumer's later last day."""
    return {
        "id": extension.id,
        "deprecation": extension.deprecation_id,
        "consumer": extension.consumer.slug,
        "until_on": extension.until_on.isoformat(),
        "until_at": instant(extension.until_at),
        "reason": extension.reason,
        "approved_by": extension.approved_by,
        "granted_by": extension.granted_by,
        "granted_at": instant(extension.granted_at),
        "revoked_at": instant(extension.revoked_at),
        "revoked_by": extension.revoked_by,
        "revoked_because": extension.revoked_because,
    }


def successor_facts(successor: Successor) -> Facts:
    """How what is to be called instead differs; `more` findings were too many to keep."""
    found = successor.found
    return {
        "comparing": successor.comparing,
        "error": found.error,
        "differences": [
            {"level": one["level"], "rule": one["rule"], "text": one["text"]} for one in found.findings
        ],
        "more": found.left_out,
    }
