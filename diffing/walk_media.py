"""Walk the bodies of a request or a response, media type by media type."""

from collections.abc import Mapping

from diffing.api import Media
from diffing.change import Change, Site
from diffing.finding import Direction, Effect, Reach
from diffing.ground import Ground
from diffing.schema import ANY
from diffing.walk_encoding import walk_encoding

_MEDIA_READ = frozenset("schema encoding itemSchema".split())


def walk_media(
    ground: Ground,
    direction: Direction,
    old: Mapping[str, Media],
    new: Mapping[str, Media],
    site: Site,
    *,
    is_pushed: bool = False,
) -> None:
    """Compare bodies by media type; a range stands for the types that it contains.

    A body that `is_pushed` comes unasked, so that its receiver has no say in its type.
    """
    pairs = {}
    for key, media in old.items():
        partner = _covering(key, new)
        if partner is None:
            narrowed = direction is Direction.RESPONSE and any(_covering(each, {key: media}) for each in new)
            trait = "narrowed" if narrowed else ""
            ground.report(_media_type(direction, "removed", media, trait), _below(site, media))
        else:
            pairs[key, partner] = media, new[partner]
    for key, media in new.items():
        partner = _covering(key, old)
        if partner is None:
            trait = "pushed" if is_pushed and old else ""
            ground.report(_media_type(direction, "added", media, trait), _below(site, media))
        else:
            pairs[partner, key] = old[partner], media
    for one, other in pairs.values():
        _content_of(ground, direction, one, other, _below(site, other))


def _media_type(direction: Direction, action: str, media: Media, trait: str) -> Change:
    old, new = (media.part, None) if action == "removed" else (None, media.part)
    moved = Effect.NARROWS if action == "removed" else Effect.WIDENS
    return Change(direction, "media-type", "existence", action, moved, old, new, media.name, trait)


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
        walk_encoding(ground, direction, name, old, new, site)
    if old.own and new.own:
        ground.leftover(old.part, new.part, "media-type", _MEDIA_READ, [site])
