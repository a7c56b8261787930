"""What the steps on the way of an article cost, for who wants to know where the time goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter


class Costs:
    """Seconds by the clock of each step, added up; no record depends on them."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        """Add the time of the block to a step; steps within one another are both counted."""
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[step] += perf_counter() - started

    def taken(self) -> dict[str, float]:
        """What was added up, which begins anew."""
        seconds = dict(self.seconds)
        self.seconds.clear()
        return seconds
