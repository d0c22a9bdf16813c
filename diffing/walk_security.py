"""Compare security: the sets of credentials that suffice, an OR of ANDs, scopes included."""

from collections.abc import Iterable

from diffing.api import Operation, Scheme, Security
from diffing.change import Change, Site
from diffing.equality import same
from diffing.finding import Direction, Effect
from diffing.ground import Ground, Scene
from diffing.part import Part

Needs = frozenset[tuple[str, str]]

_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")
_READ = frozenset("type in name scheme flows flow scopes authorizationUrl tokenUrl openIdConnectUrl".split())


class SecurityWalk:
    """Compare what operations demand, then the schemes they demand it by."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._old = ground.old.api.schemes()
        self._new = ground.new.api.schemes()
        self._names = _renamed(self._old, self._new)
        self._asked: list[tuple[Security, Site]] = []
        self._presented: list[tuple[Security, Site]] = []
        self._known: dict[tuple[object, ...], list[Change]] = {}

    def compare(self, old: Operation, new: Operation, where: Scene) -> None:
        """Compare what one operation demands."""
        before, after = self._ground.old.api.security(old), self._ground.new.api.security(new)
        self._asked.append((before, _site(where)))
        key = (before.part.spot, after.part.spot, before.stated, after.stated)
        if key not in self._known:
            self._known[key] = list(self._changes(before, after))
        for change in self._known[key]:
            self._ground.report(change, _site(where))

    def present(self, old: Operation, new: Operation, site: Site, name: str, *, inherits: bool) -> None:
        """Report other credentials of an operation that the provider calls; `inherits` the document's.

        The provider presents them; whether receivers check them, and cope with others, no document tells.
        """
        stated = old.part.get("security"), new.part.get("security")
        if stated == (None, None) and not inherits:
            return
        was, now = self._ground.old.api.security(old), self._ground.new.api.security(new)
        self._presented.append((was, site))
        before = {frozenset(self._translate(each.needs)) for each in was.alternatives}
        if before == {each.needs for each in now.alternatives}:
            return
        at = (was.part, now.part) if inherits else stated
        change = Change(Direction.NONE, site.element, "security", "changed", Effect.UNKNOWN, *at, name)
        self._ground.report(change, site)

    def _changes(self, before: Security, after: Security) -> Iterable[Change]:
        was, now = _alternatives(before), _alternatives(after)
        if not any(was) and not any(now):
            return
        lost = [needs for needs in was if not any(other <= self._translate(needs) for other in now)]
        won = [needs for needs in now if not any(other <= self._back(needs) for other in was)]
        for needs in lost:
            aspect, action = self._loss(needs, now)
            yield _change(aspect, action, Effect.NARROWS, before.part, after.part, _name(needs))
        for needs in won:
            partner = any(_bare(self._translate(other)) == _bare(needs) for other in was)
            aspect, action = ("security-scope", "removed") if partner else ("security", "added")
            yield _change(aspect, action, Effect.WIDENS, before.part, after.part, _name(needs))

    def _loss(self, needs: Needs, now: list[Needs]) -> tuple[str, str]:
        if not needs:
            return "security", "became-required"
        same_schemes = any(_bare(other) == _bare(self._translate(needs)) for other in now)
        return ("security-scope", "added") if same_schemes else ("security", "removed")

    def _translate(self, needs: Needs) -> Needs:
        return frozenset((self._names.get(name, name), scope) for name, scope in needs)

    def _back(self, needs: Needs) -> Needs:
        names = {new: old for old, new in self._names.items()}
        return frozenset((names.get(name, name), scope) for name, scope in needs)

    def schemes(self) -> None:
        """Compare the schemes themselves, once each, for all the operations that use them."""
        for name, old in self._old.items():
            new = self._new.get(self._names.get(name, name))
            if new is None:
                change = _change("security-component", "removed", Effect.NONE, old.part, None, name)
                self._ground.report(change, *_users(self._asked, name))
            elif not same(old.part.node, new.part.node):
                self._scheme(old, new, _users(self._asked, name))
        kept = {self._names.get(name, name) for name in self._old}
        for name, scheme in self._new.items():
            if name not in kept:
                change = _change("security-component", "added", Effect.NONE, None, scheme.part, name)
                self._ground.report(change)

    def _scheme(self, old: Scheme, new: Scheme, asked: list[Site]) -> None:
        """Compare two schemes; of one that no operation asks for nobody can tell whom it concerns."""
        sites = asked or _users(self._presented, old.name)
        if old.credential != new.credential:
            moved = Effect.SWAPS if asked else Effect.UNKNOWN
            change = _change("security-component-type", "changed", moved, old.part, new.part, old.name)
            self._ground.report(change, *sites)
            return
        self._extensions(old.part.get("flows"), new.part.get("flows"), sites)
        for flow in {**old.flows, **new.flows}:
            was, now = old.flows.get(flow), new.flows.get(flow)
            for change in _flow(flow, was, now):
                moved = change.effect if asked or change.effect is not Effect.NARROWS else Effect.UNKNOWN
                self._ground.report(change._replace(effect=moved), *sites)
            if was is not old.part or now is not new.part:
                self._extensions(was, now, sites)
        address = old.part.get("openIdConnectUrl"), new.part.get("openIdConnectUrl")
        if (address[0] and address[0].node) != (address[1] and address[1].node):
            change = _change(
                "security-component-oauth-url", "changed", Effect.UNKNOWN, *address, "openIdConnectUrl"
            )
            self._ground.report(change, *sites)
        self._ground.leftover(old.part, new.part, "security-component", _READ, sites)

    def _extensions(self, old: Part | None, new: Part | None, sites: list[Site]) -> None:
        """Report the extensions of an object whose other members have rules."""
        if old is not None and new is not None:
            read = frozenset(key for key, _ in (*old.members(), *new.members()) if not key.startswith("x-"))
            self._ground.leftover(old, new, "security-component", read, sites)


def _flow(name: str, old: Part | None, new: Part | None) -> Iterable[Change]:
    if old is None or new is None:
        action, moved = ("removed", Effect.NARROWS) if new is None else ("added", Effect.WIDENS)
        yield _change("security-component-oauth-flow", action, moved, old, new, name)
        return
    for key in _URLS:
        before, after = old.get(key), new.get(key)
        if (before and before.node) != (after and after.node):
            aspect = (
                "security-component-oauth-token-url" if key == "tokenUrl" else "security-component-oauth-url"
            )
            yield _change(aspect, "changed", Effect.UNKNOWN, before, after, key)
    was, now = _scopes(old), _scopes(new)
    for scope in {**was, **now}:
        if scope not in now:
            yield _change(
                "security-component-oauth-scope", "removed", Effect.NARROWS, was[scope], None, scope
            )
        elif scope not in was:
            yield _change("security-component-oauth-scope", "added", Effect.WIDENS, None, now[scope], scope)
        elif was[scope].node != now[scope].node:
            yield _change(
                "security-component-oauth-scope", "changed", Effect.NONE, was[scope], now[scope], scope
            )


def _scopes(flow: Part) -> dict[str, Part]:
    held = flow.get("scopes")
    return {name: scope for name, scope in (held.members() if held else []) if not name.startswith("x-")}


def _renamed(old: dict[str, Scheme], new: dict[str, Scheme]) -> dict[str, str]:
    """Answer which scheme of the new document an old one became, where only the name changed."""
    free = {scheme.credential: name for name, scheme in reversed(new.items()) if not _has_twin(scheme, old)}
    gone = {name: scheme for name, scheme in old.items() if not _has_twin(scheme, new)}
    return {name: free[scheme.credential] for name, scheme in gone.items() if scheme.credential in free}


def _has_twin(scheme: Scheme, others: dict[str, Scheme]) -> bool:
    """Answer whether the other document asks for the same by the same name."""
    return scheme.name in others and others[scheme.name].credential == scheme.credential


def _users(asked: list[tuple[Security, Site]], name: str) -> list[Site]:
    """Answer where the old document asked for a scheme."""
    return [site for security, site in asked if name in _schemes_of(security)]


def _alternatives(security: Security) -> list[Needs]:
    return [requirement.needs for requirement in security.alternatives] or [frozenset()]


def _site(where: Scene) -> Site:
    return where.site("security", "security")


def _schemes_of(security: Security) -> set[str]:
    return {name for requirement in security.alternatives for name, _ in requirement.needs}


def _bare(needs: Needs) -> set[str]:
    return {name for name, _ in needs}


def _name(needs: Needs) -> str:
    names = sorted(_bare(needs))
    scopes = sorted(scope for _, scope in needs if scope)
    return " + ".join(names) + (f" ({', '.join(scopes)})" if scopes else "") or "none"


def _change(
    aspect: str, action: str, effect: Effect, old: Part | None, new: Part | None, subject: str
) -> Change:
    return Change(Direction.NONE, "operation", aspect, action, effect, old, new, subject=subject)
