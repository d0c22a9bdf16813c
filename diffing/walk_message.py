"""Walk what an operation takes and answers: parameters, request body, responses, headers."""

from collections.abc import Mapping

from diffing.api import Body, Operation, Parameter, Response, truth
from diffing.change import Change, Site
from diffing.finding import Direction, Effect
from diffing.ground import Ground, Scene, node
from diffing.part import Part
from diffing.schema import ANY
from diffing.walk_media import walk_media
from diffing.walk_wire import walk_wire

_PARAMETER_READ = frozenset(
    "name in required style explode allowReserved schema content deprecated x-sunset type format items "
    "collectionFormat allowEmptyValue".split()
)
_BODY_READ = frozenset("required content schema name in".split())
_RESPONSE_READ = frozenset("headers content schema links".split())


def walk_parameters(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    """Compare the parameters of an operation, those of its path included."""
    before, after = ground.old.api.parameters(old), ground.new.api.parameters(new)
    direction = where.direction(Direction.REQUEST)
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        some = now or was
        if some is None:
            continue
        site = where.site(f"{some.place} parameter {some.name}", "parameter")
        if was is None or now is None:
            _existence(ground, direction, "parameter", was, now, site)
        else:
            _parameter(ground, direction, was, now, site)


def _existence(
    ground: Ground,
    direction: Direction,
    element: str,
    was: Parameter | None,
    now: Parameter | None,
    site: Site,
) -> None:
    some = was or now
    if some is None:
        return
    ground.report(
        Change(
            direction,
            element,
            "existence",
            "added" if was is None else "removed",
            Effect.NARROWS if was is None else Effect.WIDENS,
            old=was.part if was else None,
            new=now.part if now else None,
            subject=some.name,
            trait="required" if some.required else "optional",
        ),
        site,
    )


def _parameter(ground: Ground, direction: Direction, old: Parameter, new: Parameter, site: Site) -> None:
    ground.see(old.part, new.part)
    if ground.sameness.unchanged(old.part, new.part) and old.required == new.required:
        return
    if old.required != new.required:
        _required(ground, direction, site.element, old, new, site)
    walk_wire(ground, direction, old, new, site)
    if old.schema is not None or new.schema is not None:
        ground.schemas.add(old.schema or _content(old), new.schema or _content(new), direction, site)
    else:
        walk_media(ground, direction, old.content, new.content, site)
    if old.words_in_schema or new.words_in_schema:
        _empty_values(ground, direction, site.element, old.part, new.part, site)
    else:
        _lifecycle(ground, direction, site.element, old.part, new.part, site)
        ground.leftover(old.part, new.part, site.element, _PARAMETER_READ, [site])


def _content(parameter: Parameter) -> tuple[Part, ...]:
    for media in parameter.content.values():
        if media.schema is not None:
            return media.schema
    return ANY


def _required(
    ground: Ground,
    direction: Direction,
    element: str,
    old: Parameter | Body,
    new: Parameter | Body,
    site: Site,
) -> None:
    at = old.part.get("required") or old.part, new.part.get("required") or new.part
    action, moved = ("added", Effect.NARROWS) if new.required else ("removed", Effect.WIDENS)
    subject = new.name if isinstance(new, Parameter) else ""
    ground.report(
        Change(
            direction,
            element,
            "required",
            action,
            moved,
            *at,
            subject=subject,
            was=old.required,
            now=new.required,
        ),
        site,
    )


def _lifecycle(ground: Ground, direction: Direction, element: str, old: Part, new: Part, site: Site) -> None:
    was, now = old.node.get("deprecated") is True, new.node.get("deprecated") is True
    if was != now:
        at = old.get("deprecated"), new.get("deprecated")
        action = "added" if now else "removed"
        ground.report(
            Change(direction, element, "deprecated", action, Effect.NONE, *at, was=was, now=now), site
        )
    before, after = old.get("x-sunset"), new.get("x-sunset")
    if (before and before.node) != (after and after.node):
        action = "added" if before is None else "removed" if after is None else "changed"
        values = node(before), node(after)
        ground.report(
            Change(direction, element, "sunset", action, Effect.NONE, before, after, "", "", *values), site
        )
    _empty_values(ground, direction, element, old, new, site)


def _empty_values(
    ground: Ground, direction: Direction, element: str, old: Part, new: Part, site: Site
) -> None:
    """Compare whether a query parameter may be sent without a value."""
    was, now = (truth(part.node.get("allowEmptyValue")) for part in (old, new))
    if was != now:
        moved = Effect.WIDENS if now else Effect.NARROWS
        at = old.get("allowEmptyValue"), new.get("allowEmptyValue")
        action = "added" if now else "removed"
        change = Change(direction, element, "allow-empty-value", action, moved, *at, was=was, now=now)
        ground.report(change, site)


def walk_body(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    """Compare the request body of an operation."""
    before, after = ground.old.api.body(old), ground.new.api.body(new)
    direction = where.direction(Direction.REQUEST)
    site = where.site("request body", "body")
    if before is None and after is None:
        return
    if before is None or after is None:
        some = before or after
        trait = "required" if some is not None and some.required else "optional"
        action, moved = ("added", Effect.NARROWS) if before is None else ("removed", Effect.WIDENS)
        at = (before.part if before else None), (after.part if after else None)
        ground.report(Change(direction, "body", "existence", action, moved, *at, trait=trait), site)
        return
    ground.see(before.part, after.part)
    if before.required != after.required:
        _required(ground, direction, "body", before, after, site)
    walk_media(ground, direction, before.media, after.media, site, is_pushed=where.swapped)
    ground.leftover(before.part, after.part, "body", _BODY_READ, [site])


def walk_responses(ground: Ground, old: Operation, new: Operation, where: Scene) -> None:
    """Compare the responses of an operation, status by status; ranges and `default` cover."""
    before, after = ground.old.api.responses(old), ground.new.api.responses(new)
    pairs = {}
    for status, response in before.items():
        partner = covering(status, after)
        if partner is None:
            _status(ground, response, "removed", _standing(before, after), where)
        else:
            pairs[status, partner] = response, after[partner]
    for status, response in after.items():
        partner = covering(status, before)
        if partner is None:
            _status(ground, response, "added", "", where)
        else:
            pairs[partner, status] = before[partner], response
    for one, other in pairs.values():
        _response(ground, one, other, where)


def covering(status: str, responses: Mapping[str, Response]) -> str | None:
    """Answer the entry that stands for a status: itself, its range, or a `default` that means it."""
    if status in responses:
        return status
    if f"{status[:1]}XX" in responses:
        return f"{status[:1]}XX"
    if "default" in responses and (not _success(status) or len(responses) == 1):
        return "default"
    return None


def _success(status: str) -> bool:
    return status[:1] in ("2", "3")


def _standing(old: Mapping[str, Response], new: Mapping[str, Response]) -> str:
    """Say what is left after a success went: others that were there before, or not."""
    left = [other for other in new if _success(other)]
    return "others-remain" if left and all(covering(other, old) for other in left) else "last"


def _status(ground: Ground, response: Response, action: str, trait: str, where: Scene) -> None:
    success = response.status[:1] in ("1", "2", "3")
    removed = action == "removed"
    ground.report(
        Change(
            where.direction(Direction.RESPONSE),
            "success-status" if success else "non-success-status",
            "existence",
            action,
            Effect.NARROWS if removed else Effect.WIDENS,
            old=response.part if removed else None,
            new=None if removed else response.part,
            subject=response.status,
            trait=trait if success else "",
        ),
        where.site(f"response {response.status}", "response"),
    )


def _response(ground: Ground, old: Response, new: Response, where: Scene) -> None:
    ground.see(old.part, new.part)
    if ground.sameness.unchanged(old.part, new.part) and list(old.media) == list(new.media):
        return
    direction = where.direction(Direction.RESPONSE)
    site = where.site(f"response {new.status}", "body")
    if bool(old.media) != bool(new.media):
        action, moved = ("added", Effect.WIDENS) if new.media else ("removed", Effect.NARROWS)
        ground.report(Change(direction, "body", "existence", action, moved, old.part, new.part), site)
    else:
        walk_media(ground, direction, old.media, new.media, site)
    _headers(ground, direction, old, new, where)
    _links(ground, old, new, site)
    ground.leftover(old.part, new.part, "response", _RESPONSE_READ, [site])


def _headers(ground: Ground, direction: Direction, old: Response, new: Response, where: Scene) -> None:
    for name in {**old.headers, **new.headers}:
        was, now = old.headers.get(name), new.headers.get(name)
        some = now or was
        if some is None:
            continue
        site = where.site(f"response {new.status} header {some.name}", "header")
        if was is None or now is None:
            _existence(ground, direction, "header", was, now, site)
        else:
            _parameter(ground, direction, was, now, site)


def _links(ground: Ground, old: Response, new: Response, site: Site) -> None:
    for name in {**old.links, **new.links}:
        was, now = old.links.get(name), new.links.get(name)
        if was is not None and now is not None and ground.sameness.equal(was, now):
            continue
        action = "added" if was is None else "removed" if now is None else "changed"
        moved = Effect.NONE if was is None else Effect.UNKNOWN
        ground.report(
            Change(Direction.RESPONSE, "link", "existence", action, moved, was, now, subject=name), site
        )
