"""What a worker does: a few raw articles in, their records as bytes out, and no harm from any."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.article import Article, DateOrder
from pipeline.extraction import Extractor, Rules
from pipeline.limits import OutOfTimeError, time_limit
from pipeline.parsing import DEFAULT_MODEL, load_parser
from pipeline.reading import RawArticle, Unreadable, UnreadableArticle, assemble
from pipeline.reading.faults import failed
from pipeline.running.outcomes import COUNTED, Finished, Outcome, Skipped
from pipeline.writing import file_stem

if TYPE_CHECKING:
    from pipeline.acceleration import Blas  # would import spaCy here

LONGEST_NAME = 240
"""Bytes of a file name without its ending; file systems end at 255."""

RENEWED_AFTER = 30_000_000
"""Characters after which the model is loaded anew: its vocabulary grows by 15 MB in six million."""


@dataclass(frozen=True)
class Settings:
    """What the records of a run depend on, beside the articles; crosses to the workers."""

    rules: Path | None = None
    """A user's folder of rules."""
    model: str = DEFAULT_MODEL
    published: str | None = None
    date_order: DateOrder | None = None
    """How 04/02/2025 is read where the article itself does not tell."""
    only_trade: bool = False
    """Whether articles without a word of trade are skipped."""
    timeout_s: float = 300.0
    """For one article; no record depends on it."""
    blas: Blas = "auto"
    """What multiplies the model's matrices."""


class Worker:
    """Turns raw articles into records with one extractor, which is renewed now and then."""

    def __init__(self, settings: Settings, extractor: Extractor | None = None) -> None:
        self.settings = settings
        self.extractor = extractor or Extractor(
            rules=Rules.load(settings.rules), model=settings.model, blas=settings.blas
        )
        self.characters = 0

    def skipped(self, raw: RawArticle) -> Skipped | None:
        """An article that shall be left out, by one look at its words, without the model."""
        if self.settings.only_trade and not self.extractor.rules.gate.passes(raw.text):
            return Skipped(raw.id, raw.path)
        return None

    def outcomes(self, raws: Sequence[RawArticle]) -> list[Outcome]:
        """What becomes of each article, in order; none of them is skipped."""
        self._renew(sum(len(raw.text) for raw in raws))
        read = [self._assembled(raw) for raw in raws]
        finished = iter(self._extracted([each for each in read if isinstance(each, Article)]))
        return [
            with_text(raw, next(finished)) if isinstance(each, Article) else each
            for raw, each in zip(raws, read, strict=True)
        ]

    def _renew(self, characters: int) -> None:
        self.characters += characters
        if self.characters > RENEWED_AFTER:
            load_parser.cache_clear()
            self.extractor = Extractor(
                rules=self.extractor.rules, model=self.settings.model, blas=self.settings.blas
            )
            self.characters = characters
            gc.collect()

    def _assembled(self, raw: RawArticle) -> Article | Unreadable:
        try:
            with time_limit(self.settings.timeout_s), self.extractor.costs.of("reading"):
                article = assemble(
                    raw, given=self.settings.published, furniture=self.extractor.rules.furniture
                )
        except UnreadableArticle as error:
            return error.fault
        except OutOfTimeError:
            return self._out_of_time(raw.place)
        except Exception as error:  # noqa: BLE001  # one article must not harm another
            return failed(raw.place, error)
        if len(file_stem(raw.id).encode()) > LONGEST_NAME:
            return Unreadable(raw.place, "bad-id", "its id is too long for the name of a file")
        return replace(article, date_order=self.settings.date_order)

    def _extracted(self, articles: Sequence[Article]) -> Iterator[Outcome]:
        """Parsed together, or one by one where one of them takes too long or fails."""
        if not articles:  # so the model is not loaded for nothing
            return iter(())
        try:
            with time_limit(self.settings.timeout_s):
                parsed = self.extractor.parsed(articles)
        except (Exception, OutOfTimeError):  # noqa: BLE001  # which of them it was shows below
            parsed = list(articles)
        return map(self._finished, parsed)

    def _finished(self, article: Article) -> Outcome:
        path = article.source.path or article.id
        try:
            with time_limit(self.settings.timeout_s):
                record = self.extractor(article)
                with self.extractor.costs.of("writing"):
                    content = record.model_dump_json().encode("utf-8")
        except OutOfTimeError:
            return self._out_of_time(path)
        except Exception as error:  # noqa: BLE001  # one article must not harm another
            return failed(path, error)
        return Finished(
            id=record.id,
            content=content,
            found={name: len(getattr(record, name)) for name in COUNTED},
            words=len(article.text.split()),
            seconds=self.extractor.costs.taken(),
        )

    def _out_of_time(self, path: str) -> Unreadable:
        message = f"took over {self.settings.timeout_s:g} s; allow it more with --timeout-s"
        return Unreadable(path, "timed-out", message)


def with_text(raw: RawArticle, outcome: Outcome) -> Outcome:
    """What became of an article, with its source text where no file of its own holds it."""
    if isinstance(outcome, Finished) and not raw.has_own_file:
        return replace(outcome, text=raw.text.encode("utf-8"))
    return outcome


@lru_cache(maxsize=1)
def worker_for(settings: Settings) -> Worker:
    """The worker of this process, made when its first articles come."""
    return Worker(settings)


def outcomes_of(settings: Settings, raws: Sequence[RawArticle]) -> list[Outcome]:
    """What a worker process is asked; it keeps no state, so any process gives the same answer."""
    return worker_for(settings).outcomes(raws)
