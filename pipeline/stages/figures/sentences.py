"""One sentence as the figures stage reads it: its indicators, countries, goods and dates."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import regex

from pipeline.article import Article
from pipeline.compiled import compiled
from pipeline.findings import Date, Entity, Party
from pipeline.polities import Standing
from pipeline.rulebook import Rulebook

if TYPE_CHECKING:
    from spacy.tokens import Token

INDICATOR = r"""
\b (?: (?P<not> {{no-indicators}} ) | (?P<average> {{average-tariff}} )
     | (?P<share> {{market-share}} )
     | (?P<word> {{indicators}} ) ) \b
"""


NEAR = 300
"""Characters around a bare "deficit" in which trade must be spoken of."""


@dataclass(frozen=True)
class Indicator:
    """A word for what is measured: half-open offsets, its head token, what it measures."""

    kind: str
    start: int
    end: int
    token: Token
    host: Token
    """The token at which its arguments hang: itself, or its carrier ("the value of imports")."""


@dataclass(frozen=True)
class Place:
    """A country or goods in a sentence, with its head token."""

    start: int
    end: int
    token: Token


@dataclass(frozen=True)
class CountryPlace(Place):
    """Where a country is spoken of."""

    party: Party


@dataclass(frozen=True)
class GoodsPlace(Place):
    """Where goods are spoken of."""

    entity: Entity


class IndicatorWords:
    """The words for what is measured, as one regex, and what each of them means."""

    def __init__(self, book: Rulebook) -> None:
        self.pattern = compiled(book.regex(INDICATOR))
        self.kinds: Mapping[str, Any] = {
            word.lower(): kind for word, kind in book.lexicons["indicators"].items()
        }
        self.carriers = frozenset(book.lexicons["carriers"])
        self.verbs = frozenset(book.lexicons["trade-verbs"])
        self.capitals: Mapping[str, Any] = book.lexicons["capitals"]
        self.bare_balances = frozenset(book.lexicons["bare-balances"])
        self.trade = compiled(book.regex(r"\b {{trade-context}} \b"))

    def kind_of(self, words: str) -> str:
        """What an indicator's word measures."""
        return str(self.kinds[" ".join(words.lower().replace("‑", "-").split())])


@dataclass(frozen=True)
class Sentence:
    """A sentence of an article, its first and last token, and what can be asked about it."""

    article: Article
    standing: Standing
    words: IndicatorWords
    first: int
    last: int

    @cached_property
    def tokens(self) -> list[Token]:
        """Its tokens."""
        return list(self.article.doc[self.first : self.last + 1])

    @cached_property
    def start(self) -> int:
        """Offset of its first character."""
        return self.tokens[0].idx

    @cached_property
    def end(self) -> int:
        """Offset after its last character."""
        return self.tokens[-1].idx + len(self.tokens[-1])

    @cached_property
    def _starts(self) -> list[int]:
        return [token.idx for token in self.tokens]

    def token_at(self, offset: int) -> Token:
        """The token on a character of this sentence."""
        return self.tokens[max(0, bisect_right(self._starts, offset) - 1)]

    def head_of(self, start: int, end: int) -> Token:
        """The token of `[start, end)` that the others hang on: the last whose head is outside."""
        token = last = self.token_at(end - 1)
        while token.idx >= start:
            if not start <= token.head.idx < end or token.head == token:
                return token
            if token.i == 0:
                break
            token = token.nbor(-1)
        return last

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The words for what is measured, without those that modify another noun ("export ban")."""
        return list(self._indicators())

    def _indicators(self) -> Iterator[Indicator]:
        for m in self.words.pattern.finditer(self.article.body, self.start, self.end):
            if m["not"] or self._is_other_balance(m):
                continue
            token = host = self.token_at(m.end() - 1)
            if token.pos_ in ("VERB", "AUX") and token.lower_ in self.words.verbs:
                continue
            if token.dep_ in ("compound", "amod", "nmod") and not m["average"]:
                host = token.head
                if host.lemma_.lower() not in self.words.carriers:
                    continue
            elif token.dep_ == "pobj" and token.head.head.lemma_.lower() in self.words.carriers:
                host = token.head.head
            if m["word"]:
                kind = self.words.kind_of(m["word"])
            else:
                kind = "average-tariff" if m["average"] else "market-share"
            yield Indicator(kind, m.start(), m.end(), token, host)

    def _is_other_balance(self, m: regex.Match[str]) -> bool:
        """Whether a bare "deficit" is perhaps the state's: nothing before it speaks of trade."""
        if (m["word"] or "").lower() not in self.words.bare_balances:
            return False
        return not self.words.trade.search(
            self.article.body, max(0, m.start() - NEAR), m.end() + NEAR
        )

    def indicator_at(self, offset: int) -> Indicator | None:
        """The indicator whose words hold a character."""
        return next((i for i in self.indicators if i.start <= offset < i.end), None)

    @cached_property
    def countries(self) -> list[CountryPlace]:
        """Where countries and unions, and those who act for them, are spoken of."""
        places = []
        for start, end, entity, _ in self._mentions():
            party = self.standing.party_at(start, end)
            span = self.article.span(start, end)
            if party is None and entity.type == "LOC":  # a continent or region: "exports to Africa"
                party = Party(entity=entity.id, name=entity.name, basis="stated", span=span)
            if party is None and entity.name in self.words.capitals and self._owns(end):
                code = self.words.capitals[entity.name]  # "Seoul's exports": the country's
                name = self.standing.polities.countries.get(code, entity.name)
                party = Party(entity=entity.id, code=code, name=name, basis="inferred", span=span)
            if party is not None:
                places.append(CountryPlace(start, end, self.head_of(start, end), party))
        return places

    def _owns(self, end: int) -> bool:
        """Whether what ends here owns what is measured: "Seoul's exports"."""
        token = self.token_at(end - 1)
        hosts = [i.host for i in self.indicators] + [i.token for i in self.indicators]
        return token.dep_ == "poss" and token.head in hosts

    @cached_property
    def goods(self) -> list[GoodsPlace]:
        """Where traded goods are spoken of."""
        return [
            GoodsPlace(start, end, self.head_of(start, end), entity)
            for start, end, entity, _ in self._mentions()
            if entity.type == "GOODS"
        ]

    def _mentions(self) -> Iterator[tuple[int, int, Entity, str]]:
        mentions = self.standing.mentions
        first = bisect_right(mentions, self.start, key=lambda m: m[0] + 1)
        for mention in mentions[first:]:
            if mention[0] >= self.end:
                break
            yield mention

    @cached_property
    def has_pronoun(self) -> bool:
        """Whether it may go on about what was measured before: "It rose", "In May they fell"."""
        return any(token.lower_ in ("it", "they") for token in self.tokens)

    @cached_property
    def dates(self) -> list[Date]:
        """Its dates, in text order."""
        return [
            date
            for date in self.article.of(Date)
            if self.start <= date.start < self.end and date.type != "TIME"
        ]
