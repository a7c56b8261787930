"""Tells the steps by which a stage came to what it found at a place, or to nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipeline.article import Article
from pipeline.record import Record
from pipeline.tuning.nearness import Stretch
from pipeline.tuning.steps.dates import steps_of_dates
from pipeline.tuning.steps.entities import steps_of_entities
from pipeline.tuning.steps.quotes import steps_of_quotes
from pipeline.tuning.steps.references import steps_of_references
from pipeline.tuning.steps.step import Step
from pipeline.tuning.steps.tariffs import steps_of_tariffs

TELLERS: Mapping[str, Callable[[Any, Article, Record, Stretch], Iterator[Step]]] = {
    "entities": steps_of_entities,
    "dates": steps_of_dates,
    "quotes": steps_of_quotes,
    "references": steps_of_references,
    "tariffs": steps_of_tariffs,
}
"""Stage → who tells its steps; figures are told by their rules."""

__all__ = ["TELLERS", "Step"]
