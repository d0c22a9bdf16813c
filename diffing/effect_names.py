"""What a change of dependencies or of a discriminator does to the set of legal values."""

from collections.abc import Iterator

from diffing.effect import Difference, part_of
from diffing.effect_words import of_extras
from diffing.finding import Effect
from diffing.part import Part
from diffing.schema import Schema

_READ = frozenset({"propertyName", "mapping"})


def of_dependent_required(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare `dependentRequired`, name by name."""
    prefix = "dependentRequired/"
    names = [key for key in {**old.facts, **new.facts} if key.startswith(prefix)]
    for key in names:
        was, now = old.facts.get(key), new.facts.get(key)
        before, after = set(was.value if was else ()), set(now.value if now else ())
        if before == after:
            continue
        effect = Effect.NARROWS if before < after else Effect.WIDENS if before > after else Effect.SWAPS
        action = "added" if was is None else "removed" if now is None else "changed"
        subject = key.removeprefix(prefix)
        yield Difference(
            "dependent-required",
            action,
            effect,
            part_of(was),
            part_of(now),
            sorted(before),
            sorted(after),
            subject,
        )


def of_discriminator(old: Schema, new: Schema) -> Iterator[Difference]:
    """Compare discriminators, their mappings apart: another property swaps the wire form."""
    was, now = old.facts.get("discriminator"), new.facts.get("discriminator")
    if was is None or now is None:
        if was is not now:
            action = "removed" if was else "added"
            yield Difference("discriminator", action, Effect.UNKNOWN, part_of(was), part_of(now))
        return
    before, after = was.value, now.value
    yield from _more_of_discriminators(was.part, now.part)
    if before["propertyName"] != after["propertyName"]:
        names = before["propertyName"], after["propertyName"]
        yield Difference("discriminator-property-name", "changed", Effect.SWAPS, was.part, now.part, *names)


def _more_of_discriminators(was: Part, now: Part) -> Iterator[Difference]:
    before, after = ({k: m for k, m in part.members() if k not in _READ} for part in (was, now))
    yield from of_extras(before, after)


def named(value: object) -> str | None:
    """Answer the schema's name in a mapping, which may be written as a reference into the same document."""
    if value is None:
        return None
    text = str(value)
    return text.rpartition("/")[2] if text.startswith(("#/components/schemas/", "#/definitions/")) else text
