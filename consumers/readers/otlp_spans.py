"""Spans of servers in protobuf, picked apart at once where all is as usual: millions come in a day.

Each look at an attribute costs more than all that is done with it, so each is looked at once. What is
unusual in a span, or no call at all, is for `otlp` to say.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from consumers.hit import Identity
from consumers.identify import by_agent
from consumers.readers.otlp import FIELDS, SERVER, span_item
from consumers.readers.record import template
from consumers.tally import UNUSUAL, Call, Usual

_METHODS = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS".split())
_NANOSECONDS = 1_000  # in a microsecond
_METHOD, _PATH, _QUERY, _STATUS, _ROUTE, _AGENT, _WHO, _ODD = range(8)
_PLACES: dict[str, int] = {
    **dict.fromkeys((*FIELDS.target, *FIELDS.content_type, *FIELDS.version), _ODD),
    **dict.fromkeys(("url.path", "http.target"), _PATH),
    **dict.fromkeys(FIELDS.method, _METHOD),
    **dict.fromkeys(FIELDS.query, _QUERY),
    **dict.fromkeys(FIELDS.status, _STATUS),
    **dict.fromkeys(FIELDS.route, _ROUTE),
    **dict.fromkeys(FIELDS.agent, _AGENT),
    **dict.fromkeys((name for _kind, name in FIELDS.callers), _WHO),
}
"""Which attribute tells of what; a span with an odd one, or with two of a kind, is unusual."""
_KINDS = {name: kind for kind, name in FIELDS.callers}


def _calls(spans: Iterable[Any]) -> Iterator[Call]:
    place_of, server, methods = _PLACES.get, SERVER, _METHODS
    for span in spans:
        try:
            if span.kind != server or span.trace_state:
                raise ValueError
            found: list[Any] = [None] * 8
            for pair in span.attributes:
                place = place_of(pair.key)
                if place is not None:
                    if found[place] is not None:
                        raise ValueError
                    found[place] = pair
            method, target = found[_METHOD].value.string_value, found[_PATH].value.string_value
            if method not in methods or target[0] != "/" or "#" in target or found[_ODD] is not None:
                raise ValueError
            if found[_QUERY] is not None:
                target = _with_query(target, found[_QUERY])
            route = "" if found[_ROUTE] is None else template(_text(found[_ROUTE]))[1]
            agent = "" if found[_AGENT] is None else _text(found[_AGENT])
            who = (agent,) if found[_WHO] is None else (_KINDS[found[_WHO].key], _text(found[_WHO]))
            instant, status = span.start_time_unix_nano // _NANOSECONDS, found[_STATUS].value.int_value
            call: Call = span, instant, method, target, status, who, agent, route
        except UNUSUAL:
            call = (span,)
        yield call


def _text(pair: Any) -> str:
    """Return a text that says something as it is; raise ValueError for any other value."""
    text: str = pair.value.string_value
    if text in ("", "-") or text != text.strip():
        raise ValueError
    return text


def _with_query(target: str, pair: Any) -> str:
    if "?" in target:
        raise ValueError
    return f"{target}?{_text(pair).lstrip('?')}"


def _caller(who: tuple[str, ...]) -> Identity:
    return by_agent(who[0]) if len(who) == 1 else Identity(*who)


SPANS = Usual(_calls, _caller, span_item)
