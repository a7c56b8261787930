"""What each room costs beside the model's own pass, as ratios: medians of interleaved rounds.

    python -m tests.bench                      general news and texts full of tariffs, side by side
    python -m tests.bench news.jsonl --rounds 5

The bare pass is `nlp.pipe` of the same model as spaCy ships it, with nothing after it. Ratios hold
from machine to machine far better than seconds do. General news is a gold set of dates, which only
lies where the gold sets do (see `tests.score`); texts of tariffs are the golden articles and the
corpus, and what lies beside the gold set of tariffs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time

from spacy.language import Language

from pipeline.extraction import Extractor
from pipeline.parsing import load_model, parse_text
from pipeline.reading import RawArticle, Unreadable, UnreadableArticle, assemble, read_raw
from pipeline.record import record_of
from tests.score import EVAL

ROOT = Path(__file__).parents[1]
KINDS = {
    "general": (EVAL / "dates" / "tempeval3.dev.jsonl",),
    "tariffs": (
        ROOT / "tests" / "golden" / "articles",
        ROOT / "corpus",
        EVAL / "tariffs" / "unlabelled.jsonl",
    ),
}
"""Kinds of text → where they lie."""
BARE, ALL = "bare pass", "everything"
PARSE, OF_PARSE = "parse, ours", "everything, of our parse"
GOALS = {PARSE: 0.51, ALL: 0.65, OF_PARSE: 1.08}
STAGE_GOAL = 0.04
"""Shares of the bare pass; the last of `GOALS` is a share of our own parse."""


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


@dataclass
class Kind:
    """Texts of one kind, and what each step took on them."""

    raws: list[RawArticle]
    texts: list[str]
    clock: Clock = field(default_factory=Clock)

    @property
    def words(self) -> int:
        """How many words the texts have."""
        return sum(len(text.split()) for text in self.texts)

    def once(self, extractor: Extractor, shipped: Language) -> None:
        """One round: the bare pass, then everything that we do, step by step."""
        clock = self.clock
        clock.rounds.append({})
        with clock.step(BARE):
            for _ in shipped.pipe(self.texts):
                pass
        furniture = extractor.rules.furniture
        with clock.step("reading"):
            articles = [assemble(raw, given=None, furniture=furniture) for raw in self.raws]
        with clock.step(PARSE):
            articles = list(extractor.parser.stream(articles))
        for article in articles:
            for stage in extractor.stages:
                with clock.step(stage.name):
                    article = article.adding(stage(article))  # noqa: PLW2901  # from room to room
            with clock.step("record and JSON"):
                record_of(article, extractor.receipt).model_dump_json()

    def ratios(self) -> dict[str, float]:
        """Step → its share of the bare pass of its own round: the median over the rounds."""
        steps = [name for name in self.clock.rounds[0] if name != BARE]
        shares = {
            name: median(each.get(name, 0.0) / each[BARE] for each in self.clock.rounds)
            for name in steps
        }
        shares[ALL] = median(
            sum(each.get(name, 0.0) for name in steps) / each[BARE] for each in self.clock.rounds
        )
        shares[OF_PARSE] = shares[ALL] / shares[PARSE]
        return shares


def report(kinds: Mapping[str, Kind]) -> Iterator[str]:
    """The table, a step a line, a kind of text a column."""
    ratios = {name: kind.ratios() for name, kind in kinds.items()}
    yield f"{'share of the bare pass':24}" + "".join(f"{name:>10}" for name in kinds) + "      goal"
    for step in next(iter(ratios.values())):
        goal = GOALS.get(step, STAGE_GOAL)
        yield f"{step:24}" + "".join(f"{r[step]:10.3f}" for r in ratios.values()) + f"{goal:10.2f}"
    speeds = [kind.words / kind.clock.median(BARE) for kind in kinds.values()]
    yield f"{'bare pass, words/s':24}" + "".join(f"{speed:10,.0f}" for speed in speeds)


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


def kind_of(paths: Sequence[str | Path], extractor: Extractor, limit: int) -> Kind:
    """The first texts of some inputs."""
    raws = list(islice(readable(paths, extractor), limit))
    articles = [assemble(raw, given=None, furniture=extractor.rules.furniture) for raw in raws]
    return Kind(raws, [parse_text(article) for article in articles])


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("inputs", nargs="*", help="instead of the two kinds of text")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=150, help="articles of a kind at most")
    options = parser.parse_args()
    extractor = Extractor()
    shipped = load_model()  # before ours, which changes how models multiply that come after it
    asked = {"given": tuple(options.inputs)} if options.inputs else KINDS
    there = {name: [p for p in paths if Path(p).exists()] for name, paths in asked.items()}
    kinds = {
        name: kind_of(paths, extractor, options.limit) for name, paths in there.items() if paths
    }
    for kind in kinds.values():  # warm up: patterns compiled, memos filled, memory touched
        kind.once(extractor, shipped)
        kind.clock.rounds.clear()
    for _ in range(options.rounds):
        for kind in kinds.values():
            kind.once(extractor, shipped)
    for name, kind in kinds.items():
        print(f"{name}: {len(kind.raws)} articles, {kind.words:,} words")
    print(f"medians of {options.rounds} interleaved rounds\n")
    print("\n".join(report(kinds)))


if __name__ == "__main__":
    main()
