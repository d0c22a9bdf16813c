"""What a consumer's contract says about a change to an operation that it is about; pure.

A contract proves what is relied on, and what of an answer is not. That a consumer copes with less than its
examples show, or that it never sends anything but them, no contract can prove: that stays a risk.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from consumers.pacts.interaction import Field, Interaction
from deprecations.judged_by_calls import Judgement
from deprecations.sent_examples import is_refused, was_taken_away
from deprecations.standing import Proof, Standing
from deprecations.touch import Part, Touch
from deprecations.values_read import accepts

_ANY_STATUS = "default"


def by_contract(part: Part, facts: Mapping[str, Any], met: Sequence[Interaction]) -> Judgement | None:
    """Judge a consumer by its contract's interactions with the operation; None where they tell nothing.

    `facts` is the finding's entry in the public contract of comparisons.
    """
    judge = _JUDGES.get(part.touch)
    return judge(part, facts, met) if met and judge else None


def _every_call(_part: Part, _facts: Mapping[str, Any], met: Sequence[Interaction]) -> Judgement:
    return _told(Standing.HURT, f"Its contract calls it: “{met[0].description or met[0].label}”.")


def _reading(part: Part, facts: Mapping[str, Any], met: Sequence[Interaction]) -> Judgement | None:
    answers = [one for one in met if _has_status(one, part.status) and _has_type(one, part)]
    is_gone = part.is_gone
    if part.section == "status":
        if not is_gone:
            return None
        if answers:
            return _told(Standing.HURT, f"Its contract expects {part.thing}.")
        return _told(Standing.NOT_HURT, f"Its contract doesn't expect {part.thing}.")
    if part.section == "header":
        relies = any(part.name.lower() in one.answer_headers for one in answers)
        return _relied(part, Standing.HURT if is_gone else Standing.AT_RISK) if relies else _unread(part)
    if not part.pointers:
        relies = any(one.reads_body for one in answers)
        return _relied(part, Standing.HURT if is_gone else Standing.AT_RISK) if relies else _unread(part)
    fields = [field for one in answers for field in one.reads if _is_at(field, part.pointers)]
    inside = any(_is_inside(field, part.pointers) for one in answers for field in one.reads)
    if not fields and not inside:
        read = (field for one in answers for field in one.reads)
        return _elsewhere(part, read, "reads") if part.is_shared else _unread(part)
    if is_gone:
        return _relied(part, Standing.HURT)
    verdicts = [accepts(field, facts) for field in fields]
    return _worst(part, verdicts)


def _worst(part: Part, verdicts: Sequence[Standing]) -> Judgement:
    if Standing.HURT in verdicts:
        return _told(Standing.HURT, f"Its contract reads {part.thing} and refuses what may come now.")
    if Standing.AT_RISK in verdicts or not verdicts:
        return _relied(part, Standing.AT_RISK)
    return _told(Standing.NOT_HURT, f"Its contract reads {part.thing} and accepts what may come now.")


def _sending(part: Part, facts: Mapping[str, Any], met: Sequence[Interaction]) -> Judgement | None:
    asked = [one for one in met if not one.is_refusal]
    sent = _sent(part, [one for one in asked if _has_type(one, part)])
    if sent is None or not asked:
        return None
    if not sent:
        if part.is_shared:
            return _elsewhere(part, (field for one in asked for field in one.sends), "sends")
        return _told(Standing.NOT_HURT, f"Its contract doesn't send {part.thing}.")
    if was_taken_away(facts, sent) or is_refused(facts, sent, spelled=part.section == "query"):
        return _told(Standing.HURT, f"Its contract sends {part.thing} with a value that is refused now.")
    return _told(Standing.AT_RISK, f"Its contract sends {part.thing}; its examples alone would pass.")


def _leaving_out(part: Part, _facts: Mapping[str, Any], met: Sequence[Interaction]) -> Judgement | None:
    asked = [one for one in met if not one.is_refusal]
    if part.section == "body":
        asked = [one for one in asked if not part.pointers or one.sends_body]
        asked = [one for one in asked if _has_type(one, part)]
    if not asked:
        return None
    lacking = next((one for one in asked if _lacks(part, one)), None)
    if lacking is None:
        if part.is_shared:
            return None  # the schema may be met where nothing was looked for
        return _told(Standing.NOT_HURT, f"Its contract always sends {part.thing}.")
    named = lacking.description or lacking.label
    return _told(Standing.HURT, f"Its contract doesn't send {part.thing}: “{named}”.")


def _elsewhere(part: Part, fields: Iterable[Field], does: str) -> Judgement | None:
    """Judge by the name alone where a shared schema may be met at other places than the known ones."""
    if part.tail is None:
        return None
    named = _called(part.tail, list(fields))
    if named is None:
        return _told(Standing.NOT_HURT, f"Its contract {does} no “{part.tail}” there.")
    return _told(Standing.AT_RISK, f"Its contract {does} “{named}”, which may be of the schema that changed.")


def _called(name: str, fields: Sequence[Field]) -> str | None:
    """Return the pointer of a field of that name, or of any, as a map's keys have; never a list's element."""
    lists = {one.pointer for one in fields if one.kind == "array"}
    for one in fields:
        parent, _, last = one.pointer.rpartition("/")
        if last == name or (last == "*" and parent not in lists):
            return one.pointer
    return None


_JUDGES: dict[Touch, Callable[[Part, Mapping[str, Any], Sequence[Interaction]], Judgement | None]] = {
    Touch.EVERY_CALL: _every_call,
    Touch.READING: _reading,
    Touch.SENDING: _sending,
    Touch.LEAVING_OUT: _leaving_out,
}


def _sent(part: Part, asked: Iterable[Interaction]) -> list[Any] | None:
    """Return the examples that are sent of a thing, [None] where their values aren't kept; None: not told."""
    if part.section == "query":
        return [value for one in asked for value in one.query.get(part.name, ())]
    if part.section == "header":
        return [None for one in asked if part.name.lower() in one.headers]
    if part.section != "body":
        return None  # paths are always sent, and of cookies nothing is kept
    if not part.pointers:
        return [None for one in asked if one.sends_body]
    return [field.example for one in asked for field in one.sends if _is_at(field, part.pointers)]


def _lacks(part: Part, one: Interaction) -> bool:
    if part.section == "query":
        return part.name not in one.query
    if part.section == "header":
        return part.name.lower() not in one.headers
    if not part.pointers:
        return not one.sends_body
    return any(_lacks_at(pointer, one) for pointer in part.pointers)


def _lacks_at(pointer: str, one: Interaction) -> bool:
    """Tell whether the object is sent that a property belongs into, and the property not."""
    parent = pointer.rpartition("/")[0]
    has_parent = not parent or any(field.kind == "object" and _is_at(field, (parent,)) for field in one.sends)
    return has_parent and not any(_is_at(field, (pointer,)) for field in one.sends)


def _has_status(one: Interaction, status: str) -> bool:
    told = str(one.status)
    return status in (_ANY_STATUS, told) or (status[1:].upper() == "XX" and status[:1] == told[:1])


def _has_type(one: Interaction, part: Part) -> bool:
    has = one.answer_media_type if part.is_response else one.media_type
    wanted = part.media_type.partition(";")[0].strip().lower()
    if not wanted or not has or wanted == "*/*":
        return True
    return has == wanted or (wanted.endswith("/*") and has.startswith(wanted[:-1]))


def _is_at(field: Field, wanted: Iterable[str]) -> bool:
    """Tell whether a field may be at one of some places; `*` means any name."""
    ours = field.pointer.split("/")
    return any(len(ours) == len(one) and _agree(ours, one) for one in _split(wanted))


def _is_inside(field: Field, wanted: Iterable[str]) -> bool:
    ours = field.pointer.split("/")
    return any(len(ours) > len(one) and _agree(ours, one) for one in _split(wanted))


def _split(pointers: Iterable[str]) -> Iterator[list[str]]:
    return (pointer.split("/") for pointer in pointers)


def _agree(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return all(one == other or "*" in (one, other) for one, other in zip(ours, theirs, strict=False))


def _relied(part: Part, standing: Standing) -> Judgement:
    reads = f"Its contract reads {part.thing}"
    said = (
        f"{reads}."
        if standing is Standing.HURT
        else f"{reads}; whether it copes with the change is not known."
    )
    return _told(standing, said)


def _unread(part: Part) -> Judgement:
    return _told(Standing.NOT_HURT, f"Its contract doesn't read {part.thing}.")


def _told(standing: Standing, why: str) -> Judgement:
    return Judgement(standing, Proof.CONTRACT, why)
