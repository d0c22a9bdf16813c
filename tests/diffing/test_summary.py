from diffing.finding import Level
from diffing.summary import Summary, blocking, shown, summarise
from tests.diffing.findings import GONE, ONE_OF_EACH, SHORTER_NOTE, WAIVED, finding

WAIVED_NOTE = finding(SHORTER_NOTE, waived=WAIVED)


def test_each_finding_is_counted_once_and_a_waived_one_as_waived_only() -> None:
    counts = summarise([GONE, *ONE_OF_EACH, WAIVED_NOTE])
    assert counts == Summary(breaking=2, dangerous=1, compatible=1, editorial=1, waived=1)
    assert counts.total == 6


def test_a_level_shows_itself_and_all_that_is_worse() -> None:
    levels = [each.level for each in shown(ONE_OF_EACH, Level.DANGEROUS)]
    assert levels == [Level.BREAKING, Level.DANGEROUS]


def test_a_waived_finding_is_shown_but_blocks_nothing() -> None:
    assert shown([WAIVED_NOTE], Level.BREAKING) == (WAIVED_NOTE,)
    assert blocking([WAIVED_NOTE], Level.COMPATIBLE) == ()


def test_without_a_floor_nothing_blocks() -> None:
    assert blocking(ONE_OF_EACH, None) == ()


def test_a_floor_blocks_what_reaches_it() -> None:
    assert [each.level for each in blocking(ONE_OF_EACH, Level.DANGEROUS)] == ["breaking", "dangerous"]
