"""How fast a run gets on, and how long it may still take."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from time import perf_counter

WINDOW_S = 60.0
"""The speed is that of the last minute: a run that finds half its work done is fast at first."""


class Pace:
    """Articles and the share of the input behind them, as they come."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self.clock = clock
        self.marks: deque[tuple[float, int, float]] = deque([(clock(), 0, 0.0)])
        self.articles = 0

    def step(self, share: float | None, articles: int = 1) -> None:
        """Some more articles are done, and this share of the input is read, where that is known."""
        now = self.clock()
        self.articles += articles
        if now - self.marks[-1][0] < WINDOW_S / 60:  # one mark a second is enough
            return
        self.marks.append((now, self.articles, share or 0.0))
        while now - self.marks[1][0] > WINDOW_S:
            self.marks.popleft()

    @property
    def a_second(self) -> float:
        """Articles a second, of late."""
        since, articles, _ = self.marks[0]
        return (self.articles - articles) / max(self.clock() - since, 1e-9)

    @property
    def seconds_left(self) -> float | None:
        """Until the input is read, where its size is known and something has been done."""
        (since, _, before), (until, _, now) = self.marks[0], self.marks[-1]
        if now <= before:
            return None
        return (1.0 - now) / (now - before) * (until - since)
