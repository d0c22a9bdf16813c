"""Walk the bodies of a request or a response, media type by media type, and how their fields are written."""

from collections.abc import Mapping

from diffing.api import Media
from diffing.change import Change, Site
from diffing.finding import Direction, Effect, Reach
from diffing.ground import Ground, Half
from diffing.part import Part
from diffing.schema import ANY, Conjunction

_MEDIA_READ = frozenset("schema encoding itemSchema".split())
_ENCODING_READ = frozenset("contentType style explode allowReserved".split())
_STRUCTURES = frozenset({"array", "object"})


def walk_media(
    ground: Ground, direction: Direction, old: Mapping[str, Media], new: Mapping[str, Media], site: Site
) -> None:
    """Compare bodies by media type; a range stands for the types that it contains."""
    pairs = {}
    for key, media in old.items():
        partner = _covering(key, new)
        if partner is None:
            ground.report(_media_type(direction, "removed", media), _below(site, media))
        else:
            pairs[key, partner] = media, new[partner]
    for key, media in new.items():
        partner = _covering(key, old)
        if partner is None:
            ground.report(_media_type(direction, "added", media), _below(site, media))
        else:
            pairs[partner, key] = old[partner], media
    for one, other in pairs.values():
        _content_of(ground, direction, one, other, _below(site, other))


def _media_type(direction: Direction, action: str, media: Media) -> Change:
    old, new = (media.part, None) if action == "removed" else (None, media.part)
    moved = Effect.NARROWS if action == "removed" else Effect.WIDENS
    return Change(direction, "media-type", "existence", action, moved, old, new, subject=media.name)


def _covering(key: str, media: Mapping[str, Media]) -> str | None:
    """Answer the media type or range that stands for `key`."""
    for candidate in (key, key.partition("/")[0] + "/*", "*/*"):
        if candidate in media:
            return candidate
    return None


def _below(site: Site, media: Media) -> Site:
    reach = site.reach
    return Site(
        Reach(reach.method, reach.path, reach.operation_id, f"{reach.where} {media.name}"), site.element
    )


def _content_of(ground: Ground, direction: Direction, old: Media, new: Media, site: Site) -> None:
    ground.see(old.part, new.part)
    if old.schema is not None or new.schema is not None:
        ground.schemas.add(old.schema or ANY, new.schema or ANY, direction, site)
    for name in {**old.encoding, **new.encoding}:
        _encoding(ground, direction, name, old, new, site)
    if old.own and new.own:
        ground.leftover(old.part, new.part, "media-type", _MEDIA_READ, [site])


def _encoding(ground: Ground, direction: Direction, name: str, old: Media, new: Media, site: Site) -> None:
    """Compare how one field of a form is written, the specification's defaults filled in."""
    before, after = old.encoding.get(name), new.encoding.get(name)
    if before is not None and after is not None and ground.sameness.equal(before, after):
        return
    action = "added" if before is None else "removed" if after is None else "changed"
    moved = _encoding_effect(_serialised(before), _serialised(after), _structured(ground, name, old, new))
    rest = _unread(before) != _unread(after)
    effect = Effect.UNKNOWN if rest and moved is Effect.NONE else moved
    ground.report(Change(direction, "body", "encoding", action, effect, before, after, subject=name), site)


def _encoding_effect(was: tuple[object, ...], now: tuple[object, ...], structured: bool) -> Effect:
    """Decide by content type, and by style and explode where a field can be written in more than one way."""
    if was[0] != now[0] or was[1] != now[1]:
        return Effect.SWAPS
    return Effect.SWAPS if structured and was != now else Effect.NONE


def _serialised(encoding: Part | None) -> tuple[object, ...]:
    node = encoding.node if encoding is not None and isinstance(encoding.node, dict) else {}
    style = node.get("style", "form")
    explode = node.get("explode", style == "form")
    return node.get("contentType"), node.get("allowReserved", False), style, explode


def _unread(encoding: Part | None) -> dict[str, object]:
    node = encoding.node if encoding is not None and isinstance(encoding.node, dict) else {}
    return {key: value for key, value in node.items() if key not in _ENCODING_READ}


def _structured(ground: Ground, name: str, old: Media, new: Media) -> bool:
    """Answer whether a field may be an object or a list on either side."""
    return any(
        types is None or bool(types & _STRUCTURES)
        for types in (_types(ground.old, name, old.schema), _types(ground.new, name, new.schema))
    )


def _types(half: Half, name: str, schema: Conjunction | None) -> frozenset[str] | None:
    field = half.schemas.effective(schema or ANY).properties.get(name, ANY)
    return half.schemas.effective(field).types
