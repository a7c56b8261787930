"""The input in chunks: what a worker is given at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.reading import RawArticle, Unreadable
from pipeline.running.interrupt import Interrupt
from pipeline.running.outcomes import Skipped, Unchanged

CHUNK_ARTICLES = 32
CHUNK_CHARACTERS = 16_000
"""Enough to be parsed well together (twice as much is 2 % faster), little enough for a worker to
stay below half a gigabyte, and to be done soon after Ctrl-C."""
CHUNK_ITEMS = 1000
"""The same with what needs no work: progress is told after each chunk."""

Item = RawArticle | Unreadable | Unchanged | Skipped


@dataclass
class Chunk:
    """Neighbours in the input: articles to be done, and what needs no work."""

    items: list[Item] = field(default_factory=list)
    characters: int = 0
    """Of the articles to be done."""

    def add(self, item: Item) -> None:
        """Put an item at the end."""
        self.items.append(item)
        self.characters += len(item.text) if isinstance(item, RawArticle) else 0

    @property
    def raws(self) -> list[RawArticle]:
        """The articles to be done."""
        return [item for item in self.items if isinstance(item, RawArticle)]

    @property
    def is_full(self) -> bool:
        """Whether a worker should have it now."""
        return self.characters >= CHUNK_CHARACTERS or len(self.items) >= (
            CHUNK_ARTICLES if self.characters else CHUNK_ITEMS
        )


def chunks_of(
    inputs: Iterable[RawArticle | Unreadable],
    spared: Callable[[RawArticle], Unchanged | Skipped | None],
    interrupt: Interrupt,
) -> Iterator[Chunk]:
    """The input in chunks, to its end or to an interrupt; `spared` says what needs no work."""
    chunk = Chunk()
    for item in inputs:
        if interrupt.requested:
            return
        chunk.add(item if isinstance(item, Unreadable) else spared(item) or item)
        if chunk.is_full:
            yield chunk
            chunk = Chunk()
    if chunk.items and not interrupt.requested:
        yield chunk
