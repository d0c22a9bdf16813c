import pytest

from interfaces.pages.charts import bars, dial, sparkline, trend


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ([], "silent"),
        ([0, 0, 0], "silent"),
        ([9, 5, 0], "stopped"),
        ([0, 4, 0], "stopped"),
        ([0, 0, 4], "new"),
        ([100, 90, 60], "falling"),
        ([100, 90, 95], "steady"),
        ([100, 120, 140], "rising"),
    ],
)
def test_a_trend_compares_the_last_third_with_the_first(values: list[int], word: str) -> None:
    assert trend(values) == word


def test_a_sparkline_spans_its_box_and_stands_on_zero() -> None:
    line = sparkline([10, 0, 5], width=100, height=24)
    assert line.points == "0.0,2.0 50.0,22.0 100.0,12.0"
    assert (line.last_x, line.last_y) == (100.0, 12.0)


def test_a_sparkline_of_nothing_is_a_point_on_the_ground() -> None:
    assert sparkline([], height=28).points == "0.0,26.0"


def test_the_highest_bar_fills_the_box_and_none_that_counts_is_invisible() -> None:
    heights = [bar.height for bar in bars([1000, 1, 0])]
    assert heights == [100, 1.5, 0]


def test_bars_of_nothing_but_zeros_are_flat() -> None:
    assert [bar.height for bar in bars([0, 0])] == [0, 0]


@pytest.mark.parametrize(("elapsed", "tip"), [(0, (4, 24)), (0.5, (24, 4)), (1, (44, 24)), (1.7, (44, 24))])
def test_the_shadow_goes_from_left_over_noon_to_right(elapsed: float, tip: tuple[int, int]) -> None:
    shadow = dial(elapsed)
    assert (shadow.x, shadow.y) == tip
