"""Interactions as JSON values, and back: how a contract is kept."""

from dataclasses import asdict
from typing import Any

from consumers.pacts.interaction import Field, Interaction

_TUPLES = ("headers", "answer_headers")
_FIELDS = ("sends", "reads")


def kept(interactions: tuple[Interaction, ...]) -> list[dict[str, Any]]:
    """Return interactions as JSON values."""
    return [asdict(one) for one in interactions]


def interactions_in(values: list[dict[str, Any]]) -> tuple[Interaction, ...]:
    """Return the interactions that JSON values of `kept` tell of."""
    return tuple(map(_interaction, values))


def _interaction(values: dict[str, Any]) -> Interaction:
    told = dict(values)
    told["query"] = {name: tuple(several) for name, several in told["query"].items()}
    told |= {name: tuple(told[name]) for name in _TUPLES}
    told |= {name: tuple(Field(**one) for one in told[name]) for name in _FIELDS}
    return Interaction(**told)
