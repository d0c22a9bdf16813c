"""How the time after parsing grows with a spec: each row divides the large case by the small one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from benchmarks import generated
from benchmarks.generated import Spec
from benchmarks.measure import Run, call
from diffing.compare import compare
from diffing.document import Document
from diffing.load import load

Make = Callable[[int], Spec]


@dataclass(frozen=True, slots=True)
class Growth:
    """One thing that grows: the pair of specs of a size, small and large, and the ratio allowed."""

    job: str
    old: Make
    new: Make
    small: int
    large: int
    target: float
    then: float


GROWTHS = (
    Growth(
        "one changed component, 2,000 operations beside 20",
        lambda size: generated.popular(size, longest=500),
        lambda size: generated.popular(size, longest=200),
        20, 2_000, 3.0, 1.5,
    ),
    Growth(
        "one changed component among others, 2,000 operations beside 20",
        lambda size: generated.ordinary(size),
        lambda size: generated.ordinary(size, longest=200),
        20, 2_000, 3.0, 1.5,
    ),
    Growth(
        "enum of differing values, 2,000 beside 500",
        lambda size: generated.enumerated(size, word="old"),
        lambda size: generated.enumerated(size, word="new"),
        500, 2_000, 5.0, 4.2,
    ),
    Growth(
        "differing oneOf branches, 200 beside 50",
        lambda size: generated.branched(size, longest=500),
        lambda size: generated.branched(size, longest=200),
        50, 200, 5.0, 4.2,
    ),
    Growth(
        "differing parameters, 400 beside 100",
        lambda size: generated.with_parameters(size, longest=500),
        lambda size: generated.with_parameters(size, longest=200),
        100, 400, 5.0, 4.2,
    ),
    Growth(
        "circle of allOf and properties, 400 schemas beside 100",
        lambda size: generated.ring(size, longest=500),
        lambda size: generated.ring(size, longest=200),
        100, 400, 5.0, 4.2,
    ),
    Growth(
        "250 mutual schemas, 100 operations beside 25",
        lambda size: generated.mutual(250, size, longest=500),
        lambda size: generated.mutual(250, size, longest=200),
        25, 100, 5.0, 4.2,
    ),
    Growth(
        "100 operations, 250 mutual schemas beside 62",
        lambda size: generated.mutual(size, 100, longest=500),
        lambda size: generated.mutual(size, 100, longest=200),
        62, 250, 5.0, 4.2,
    ),
)  # fmt: skip


def runs(growth: Growth) -> tuple[Run, Run]:
    """Answer a run of the large case and one of the small case; documents are read before."""
    return _run(growth, growth.large, 1), _run(growth, growth.small, 3)


def _run(growth: Growth, size: int, repeats: int) -> Run:
    old, new = (_document(make(size)) for make in (growth.old, growth.new))
    return call(lambda: compare(old, new, today=date(2026, 1, 1)), repeats)


def _document(spec: Spec) -> Document:
    return load(generated.text(spec), "generated.json")
