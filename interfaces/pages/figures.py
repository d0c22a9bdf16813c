"""Numbers in words, as pages print them."""


def count(number: int) -> str:
    """Write a whole number with its thousands marked: "1,204"."""
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Write a number with its noun: "1 call", "1,204 calls", "2 deliveries" where `many` is given."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """Write a part of a whole in percent; what is small but not nothing is "<1%"."""
    if not whole or not part:
        return "0%"
    percent = 100 * part / whole
    return "<1%" if percent < 1 else f"{percent:.0f}%"
