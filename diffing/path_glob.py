"""Match paths and JSON pointers against patterns: `*` within one segment, `**` across segments.

Braces, brackets and question marks mean themselves: they are ordinary in path templates.
"""


def matches(pattern: str, text: str) -> bool:
    """Does all of `text` match `pattern`? Work is bounded by the product of their lengths."""
    return _segments_match(pattern.split("/"), text.split("/"))


def _segments_match(patterns: list[str], segments: list[str]) -> bool:
    # `reached[i]`: the patterns so far match the first i segments.
    reached = [True] + [False] * len(segments)
    for pattern in patterns:
        if pattern == "**":
            reached = [any(reached[: index + 1]) for index in range(len(reached))]
        else:
            steps = zip(reached, segments, strict=False)
            reached = [False, *(before and _segment_matches(pattern, segment) for before, segment in steps)]
    return reached[-1]


def _segment_matches(pattern: str, segment: str) -> bool:
    first, *rest = pattern.split("*")
    if not rest:
        return pattern == segment
    if not segment.startswith(first):
        return False
    position, last = len(first), rest.pop()
    for part in rest:
        found = segment.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    return len(segment) - len(last) >= position and segment.endswith(last)
