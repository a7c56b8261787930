"""From articles to records: the model and the rules loaded once, the stages run in their order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.article import Article
from pipeline.costs import Costs
from pipeline.examples import ExampleFault, faults_of
from pipeline.headlines import listed_names
from pipeline.parsing import DEFAULT_MODEL, Parser, find_model, load_parser
from pipeline.reading import Furniture, Gate
from pipeline.record import Receipt, Record, Software, record_of
from pipeline.rulebook import OWN_RULES, Rulebook, check_overlay, check_regex, load_rulebook
from pipeline.rulefile import RuleFault
from pipeline.schema import record_schema
from pipeline.software import software_digest
from pipeline.stage import Stage, check_order, run
from pipeline.stages import STAGES

if TYPE_CHECKING:
    from pipeline.acceleration import Blas  # would import spaCy here


@dataclass(frozen=True)
class Rules:
    """The rulebooks of the reading room and of all stages, by name."""

    books: dict[str, Rulebook]

    @classmethod
    def load(cls, overlay: Path | None = None, *, own: Path = OWN_RULES) -> Rules:
        """Ours, with a user's folder laid over them; raises the first `RuleFault`."""
        names = [stage.name for stage in STAGES]
        if overlay is not None:
            check_overlay(overlay, names)
        return cls(
            {name: load_rulebook(name, overlay, own=own) for name in (Furniture.name, *names)}
        )

    @cached_property
    def furniture(self) -> Furniture:
        """What tells page furniture, before the parse."""
        return Furniture(self.books[Furniture.name])

    @cached_property
    def gate(self) -> Gate:
        """What tells articles without a word of trade, before anything else."""
        return Gate(self.books[Furniture.name])

    def stages(self, lent: Mapping[str, Stage] | None = None) -> tuple[Stage, ...]:
        """The stages with their books, in running order; those that are lent are taken over."""
        check_order(STAGES)
        ready = lent or {}
        return tuple(ready.get(stage.name) or stage(self.books[stage.name]) for stage in STAGES)

    def faults(
        self, parse: Callable[[Article], Article], *, users_only: bool = False
    ) -> list[RuleFault]:
        """Every example that does not do what it says, of all rules or of the user's.

        Raises `RuleFault` for a faulty or dangerous regex.
        """
        for book in self.books.values():
            for rule in book.rules:
                if rule.users or not users_only:
                    check_regex(rule)
        stages: tuple[Stage, ...] = (self.furniture, *self.stages())
        found: list[RuleFault] = []
        for i, stage in enumerate(stages):
            for rule in self.books[stage.name].rules:
                if rule.users or not users_only:
                    found += faults_of(rule, stage, earlier=stages[1:i], parse=parse)
            if any(not isinstance(fault, ExampleFault) for fault in found):
                return found  # later stages read what this one finds, and it cannot find
        return found


class Extractor:
    """Turns articles into records; loads the model when the first article comes."""

    def __init__(
        self, *, rules: Rules | None = None, model: str = DEFAULT_MODEL, blas: Blas = "auto"
    ) -> None:
        self.rules = rules if rules is not None else Rules.load()
        self.model = model
        self.blas: Blas = blas
        self.costs = Costs()
        self._like: Extractor | None = None

    def with_rules(self, rules: Rules) -> Extractor:
        """The same with other rules; what they leave as it was is taken over ready for use."""
        other = Extractor(rules=rules, model=self.model)
        other._like = self
        return other

    def _keeps(self, other: Extractor, name: str) -> bool:
        return self.rules.books[name].digest == other.rules.books[name].digest

    @cached_property
    def stages(self) -> Sequence[Stage]:
        """The stages in running order."""
        like = self._like
        if like is None:
            return self.rules.stages()
        return self.rules.stages({s.name: s for s in like.stages if self._keeps(like, s.name)})

    @cached_property
    def parser(self) -> Parser:
        """The language model, which reads headlines by the names of these rules."""
        if self._like is not None and self._keeps(self._like, "entities"):
            return self._like.parser
        listed = listed_names(self.rules.books["entities"].lexicons)
        return replace(load_parser(self.model, self.blas), listed=listed)

    @cached_property
    def receipt(self) -> Receipt:
        """What makes the records; raises `ModelError` where the model is missing."""
        model = find_model(self.model)
        return receipt_of(self.rules, model=model.name, version=model.version, digest=model.digest)

    def __call__(self, article: Article) -> Record:
        """The record of one article; raises where a finding does not hold."""
        found = self.found(article)
        with self.costs.of("validation"):
            return record_of(found, self.receipt)

    def found(self, article: Article) -> Article:
        """The article with its parse and its findings."""
        parsed = article if article.parsed is not None else self.parsed([article])[0]
        return run(self.stages, parsed, step=self.costs.of)

    def parsed(self, articles: Sequence[Article]) -> list[Article]:
        """The articles with their parses; several are parsed together."""
        with self.costs.of("loading"):
            parser = self.parser
        with self.costs.of("parsing"):
            return list(parser.stream(articles))


def receipt_of(rules: Rules, *, model: str, version: str, digest: str = "") -> Receipt:
    """What makes records: the program, a model (`digest` where its files are known), the rules."""
    return Receipt(
        software=Software(
            name="tariffwire", version=pipeline.__version__, sha256=software_digest()
        ),
        model=Software(name=model, version=version, sha256=digest),
        rules={name: book.digest for name, book in sorted(rules.books.items())},
        schema_sha256=sha256(record_schema().encode()).hexdigest(),
    )
