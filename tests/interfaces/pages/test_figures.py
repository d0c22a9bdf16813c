from interfaces.pages.figures import plural, share


def test_a_noun_follows_its_number() -> None:
    assert [plural(n, "call") for n in (0, 1, 1204)] == ["0 calls", "1 call", "1,204 calls"]


def test_an_irregular_noun_brings_its_own_plural() -> None:
    assert plural(2, "delivery", "deliveries") == "2 deliveries"


def test_a_small_share_is_never_said_to_be_nothing() -> None:
    assert share(1, 1000) == "<1%"


def test_a_share_of_nothing_is_nothing() -> None:
    assert share(0, 0) == "0%"
