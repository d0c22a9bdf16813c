"""The geometry of the small charts: numbers in, coordinates out. `ui/chart.html` writes the SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

# What a third of a period must gain or lose against the first before it is called a trend.
TREND = 0.25


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line in a `width` x `height` box: its points and those of the area under it, as SVG wants them."""

    width: int
    height: int
    points: str
    area: str
    last_x: float
    last_y: float
    trend: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in a box of 100 x 100 whose y points down."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Dial:
    """A half dial of radius 20 around (24, 24): the arc that the shadow has travelled, and its tip."""

    path: str
    x: float
    y: float


def sparkline(values: Sequence[int], width: int = 120, height: int = 28) -> Sparkline:
    """Lay values, oldest first, out as a line whose foot is zero."""
    inner = height - 4
    top = max(values, default=0) or 1
    step = width / max(len(values) - 1, 1)
    spots = [(round(i * step, 1), round(2 + inner * (1 - v / top), 1)) for i, v in enumerate(values)]
    spots = spots or [(0.0, float(height - 2))]
    points = " ".join(f"{x},{y}" for x, y in spots)
    last_x, last_y = spots[-1]
    return Sparkline(
        width, height, points, f"0,{height} {points} {last_x},{height}", last_x, last_y, trend(values)
    )


def trend(values: Sequence[int]) -> str:
    """Name the way values go, last third against first: silent, stopped, new, falling, rising or steady."""
    third = max(len(values) // 3, 1)
    first, last = sum(values[:third]), sum(values[-third:])
    if not any(values):
        return "silent"
    if not first or not last:
        return "stopped" if first else "new" if last else "stopped"
    if last < first * (1 - TREND):
        return "falling"
    return "rising" if last > first * (1 + TREND) else "steady"


def bars(values: Sequence[int]) -> tuple[Bar, ...]:
    """Lay values out as bars side by side; the highest fills the box, and none that counts is invisible."""
    if not values:
        return ()
    top = max(values) or 1
    slot = 100 / len(values)
    heights = [max(100 * v / top, 1.5) if v else 0 for v in values]
    return tuple(
        Bar(round(i * slot + slot * 0.12, 2), round(100 - h, 2), round(slot * 0.76, 2), round(h, 2))
        for i, h in enumerate(heights)
    )


def dial(elapsed: float) -> Dial:
    """Lay a share of time gone by, 0 to 1, out as the way of a shadow from left to right."""
    angle = pi * (1 - min(max(elapsed, 0.0), 1.0))
    x, y = round(24 + 20 * cos(angle), 2), round(24 - 20 * sin(angle), 2)
    return Dial(f"M4 24A20 20 0 0 1 {x} {y}", x, y)
