"""What each room costs beside the model's own pass, as ratios: medians of interleaved rounds.

    python -m tests.bench                      the golden articles and the corpus
    python -m tests.bench news.jsonl --rounds 5

The bare pass is `nlp.pipe` of the same model as spaCy ships it, with nothing after it. Ratios hold
from machine to machine far better than seconds do.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import process_time

from pipeline.extraction import Extractor
from pipeline.parsing import load_model, parse_text
from pipeline.reading import RawArticle, Unreadable, UnreadableArticle, assemble, read_raw
from pipeline.record import record_of

ROOT = Path(__file__).parents[1]
DEFAULT = (ROOT / "tests" / "golden" / "articles", ROOT / "corpus")
GOALS = {"parse, ours": 0.60, "everything": 0.65}
"""Shares of the bare pass; one stage may take 0.04."""


@dataclass
class Clock:
    """Seconds of processor time of each step, round by round: others may use the machine too."""

    rounds: list[dict[str, float]] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Add the time of the block to a step of this round."""
        start = process_time()
        yield
        now = self.rounds[-1]
        now[name] = now.get(name, 0.0) + process_time() - start

    def median(self, name: str) -> float:
        """The median over the rounds."""
        return median(each.get(name, 0.0) for each in self.rounds)


def once(
    clock: Clock, raws: Sequence[RawArticle], extractor: Extractor, bare: Callable[[], object]
) -> None:
    """One round: the bare pass, then everything that we do, step by step."""
    clock.rounds.append({})
    with clock.step("bare pass"):
        bare()
    with clock.step("reading"):
        articles = [assemble(raw, given=None, furniture=extractor.rules.furniture) for raw in raws]
    with clock.step("parse, ours"):
        articles = list(extractor.parser.stream(articles))
    for article in articles:
        for stage in extractor.stages:
            with clock.step(stage.name):
                article = article.adding(stage(article))  # noqa: PLW2901  # as it goes from room to room
        with clock.step("record and JSON"):
            record_of(article, extractor.receipt).model_dump_json()


def report(clock: Clock, words: int) -> Iterator[str]:
    """The table, a step a line."""
    bare = clock.median("bare pass")
    steps = [name for name in clock.rounds[0] if name != "bare pass"]
    rows = {name: clock.median(name) for name in ("bare pass", *steps)}
    rows["everything"] = sum(rows[name] for name in steps)
    for name, seconds in rows.items():
        goal = f"  (goal {GOALS[name]:.2f})" if name in GOALS else ""
        speed = f"{words / seconds:10,.0f} words/s"
        yield f"{name:16} {seconds:8.2f} s {seconds / bare:7.3f} {speed}{goal}"


def readable(paths: Sequence[str | Path], extractor: Extractor) -> Iterator[RawArticle]:
    """The articles that can be read."""
    for raw in read_raw(paths):
        if isinstance(raw, Unreadable):
            continue
        try:
            assemble(raw, given=None, furniture=extractor.rules.furniture)
        except UnreadableArticle:
            continue
        yield raw


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("inputs", nargs="*", default=DEFAULT)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=300, help="articles at most")
    options = parser.parse_args()
    extractor = Extractor()
    raws = list(readable(options.inputs, extractor))[: options.limit]
    articles = [assemble(raw, given=None, furniture=extractor.rules.furniture) for raw in raws]
    texts = [parse_text(article) for article in articles]
    shipped = load_model()
    for nlp in (shipped, extractor.parser.nlp):  # warm up: caches, memos, page faults
        list(nlp.pipe(texts[:3]))
    for article in articles[:3]:
        extractor(article)
    clock = Clock()
    for _ in range(options.rounds):
        once(clock, raws, extractor, lambda: list(shipped.pipe(texts)))
    words = sum(len(text.split()) for text in texts)
    print(f"{len(raws)} articles, {words:,} words, {options.rounds} rounds")
    print("\n".join(report(clock, words)))


if __name__ == "__main__":
    main()
