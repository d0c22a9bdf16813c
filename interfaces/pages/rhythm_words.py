"""A caller's rhythm in words."""

_EVERY_DAY = 1


def rhythm(longest_gap_days: int | None) -> str:
    """Say how regular a caller is, by its longest gap in days between days with calls."""
    if longest_gap_days is None:
        return "on one day only"
    if longest_gap_days <= _EVERY_DAY:
        return "every day"
    return f"pauses of up to {longest_gap_days} days"
